import { afterEach, expect, it, vi } from 'vitest';
import { here, NoPosition, scannedCode } from './guards';

afterEach(() => vi.unstubAllGlobals());

it('takes the code of a screen from the address, and nothing else', () => {
  expect(scannedCode('?code=ABCD2345')).toBe('ABCD2345');
  expect(scannedCode('?code=abcd-2345&lang=en')).toBe('abcd-2345');
  for (const other of ['', '?code=', '?code=ABC', '?code=<script>1', '?other=ABCD2345']) expect(scannedCode(other)).toBeNull();
});

const phone = (answer: (yes: PositionCallback, no: PositionErrorCallback) => void) =>
  vi.stubGlobal('navigator', { geolocation: { getCurrentPosition: answer } });

it('hands on where the phone is', async () => {
  phone((yes) => yes({ coords: { latitude: 52.5, longitude: 13.4, accuracy: 20, altitude: 3 } } as unknown as GeolocationPosition));
  await expect(here()).resolves.toEqual({ latitude: 52.5, longitude: 13.4, accuracy: 20 });
});

it('tells a no from a phone that does not know', async () => {
  phone((_, no) => no({ code: 1, PERMISSION_DENIED: 1 } as GeolocationPositionError));
  await expect(here()).rejects.toMatchObject({ why: 'denied' });
  phone((_, no) => no({ code: 3, PERMISSION_DENIED: 1 } as GeolocationPositionError));
  await expect(here()).rejects.toEqual(new NoPosition('unknown'));
  vi.stubGlobal('navigator', {});
  await expect(here()).rejects.toMatchObject({ why: 'unknown' });
});
