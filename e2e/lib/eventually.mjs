// Waiting for something to become true, without sleeping longer than needed.
import { setTimeout as pause } from 'node:timers/promises';

/** Gives the first value of `look()` that is neither null, undefined nor false; throws after `ms`. */
export async function eventually(look, { ms = 20_000, what = 'it' } = {}) {
  const until = Date.now() + ms;
  let last;
  for (;;) {
    try {
      const value = await look();
      if (value !== null && value !== undefined && value !== false) return value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > until) throw new Error(`${what} did not happen in ${ms} ms`, { cause: last });
    await pause(20);
  }
}
