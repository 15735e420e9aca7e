import type { Appointment } from '~/api/shapes';

/** What never was an appointment. */
const NEVER: ReadonlySet<Appointment['status']> = new Set(['held', 'expired']);
/** What is still to take place, until its time has passed. */
const OPEN: ReadonlySet<Appointment['status']> = new Set(['booked', 'checked_in']);

/** Somebody's appointments at a moment: those to come, the next first, and those that are over, the latest first. */
export function split(all: readonly Appointment[], now: number): { coming: Appointment[]; past: Appointment[] } {
  const real = all.filter((one) => !NEVER.has(one.status)).sort((a, b) => Date.parse(a.starts_at) - Date.parse(b.starts_at));
  const coming = real.filter((one) => OPEN.has(one.status) && Date.parse(one.ends_at) > now);
  const past = real.filter((one) => !coming.includes(one)).reverse();
  return { coming, past };
}
