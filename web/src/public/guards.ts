/** What a line asks of somebody who joins by themselves. */
export interface Asked {
  readonly asks_position: boolean;
  readonly asks_code: boolean;
}

/** Where a phone says it is; sent once and kept nowhere. */
export interface Position {
  readonly latitude: number;
  readonly longitude: number;
  readonly accuracy: number;
}

/** Why there is no position: the person said no, or the phone does not know. */
export class NoPosition extends Error {
  readonly why: 'denied' | 'unknown';

  constructor(why: 'denied' | 'unknown') {
    super(why);
    this.name = 'NoPosition';
    this.why = why;
  }
}

/** Asks the phone where it is. The browser asks its owner first; that is why this runs only after a tap. */
export function here(patience = 15_000): Promise<Position> {
  return new Promise((resolve, reject) => {
    if (!('geolocation' in navigator)) {
      reject(new NoPosition('unknown'));
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ latitude: coords.latitude, longitude: coords.longitude, accuracy: coords.accuracy }),
      (error) => reject(new NoPosition(error.code === error.PERMISSION_DENIED ? 'denied' : 'unknown')),
      { enableHighAccuracy: true, timeout: patience, maximumAge: 60_000 },
    );
  });
}

/** The code of a screen that led here, from the address. */
export function scannedCode(search: string): string | null {
  const code = new URLSearchParams(search).get('code')?.trim() ?? '';
  return /^[A-Za-z0-9-]{8,9}$/.test(code) ? code : null;
}
