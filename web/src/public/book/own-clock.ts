/** A difference below this is the journey's, not the clock's. */
const JOURNEY_MS = 2000;

/** What the server has just told, with the end of its hold by this machine's clock: a hold lasts as long where that is wrong. */
export function byOwnClock<T extends { readonly at: string; readonly hold_until: string | null }>(told: T, now = Date.now()): T {
  const ahead = now - Date.parse(told.at);
  if (told.hold_until === null || Math.abs(ahead) < JOURNEY_MS) return told;
  return { ...told, hold_until: new Date(Date.parse(told.hold_until) + ahead).toISOString() };
}
