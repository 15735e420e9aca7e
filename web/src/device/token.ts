/** The kinds of screens that are paired with a site. */
export type DeviceKind = 'kiosk' | 'display';

const store = (kind: DeviceKind) => `usher.device.${kind}`;

/**
 * The token of this screen. One that came in the address (`/kiosk#token=…`, as a set-up tool hands it over) is
 * kept and taken out of the address, so that nobody reads it off the screen.
 */
export function deviceToken(kind: DeviceKind): string | null {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given !== null && given !== '') {
    keepToken(kind, given);
    history.replaceState(history.state, '', location.pathname + location.search);
    return given;
  }
  try {
    return localStorage.getItem(store(kind));
  } catch {
    return null;
  }
}

/** Keeps the token for the next start of this screen. */
export function keepToken(kind: DeviceKind, token: string): void {
  try {
    localStorage.setItem(store(kind), token);
  } catch {
    // Without storage the screen has to be paired again after a restart.
  }
}

/** Forgets a token that the server no longer knows. */
export function forgetToken(kind: DeviceKind): void {
  try {
    localStorage.removeItem(store(kind));
  } catch {
    // see keepToken
  }
}
