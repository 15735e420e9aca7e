import type { Appointment, Availability } from '~/api/shapes';

/** The hours and rules that an appointment was booked by, as far as checking in goes. */
export type Rules = Pick<Availability, 'early_minutes' | 'late_minutes' | 'grace_minutes' | 'early_rule' | 'late_rule'>;

/**
 * How an arrival now would count: `early` before check-in opens, `slot` with the place of the booked time, `arrival`
 * as of now, `over` after the last moment. Staff may take people in at any of them, on the day.
 */
export type Timing = 'early' | 'slot' | 'arrival' | 'over';

/** When one can check in, and when the place of the booked time is lost, in milliseconds. */
export interface Window {
  readonly opens: number;
  readonly graceEnds: number;
  readonly closes: number;
  readonly timing: Timing;
}

/** The window of an appointment as it stands at `now`. */
export function windowOf(appointment: Pick<Appointment, 'starts_at'>, rules: Rules, now: number): Window {
  const slot = Date.parse(appointment.starts_at);
  const opens = slot - rules.early_minutes * 60_000;
  const closes = slot + rules.late_minutes * 60_000;
  const graceEnds = slot + rules.grace_minutes * 60_000;
  return { opens, closes, graceEnds, timing: timingAt(now, slot, { opens, closes, graceEnds }, rules) };
}

function timingAt(now: number, slot: number, at: { opens: number; closes: number; graceEnds: number }, rules: Rules): Timing {
  if (now < at.opens) return 'early';
  if (now > at.closes) return 'over';
  if (now <= slot) return rules.early_rule;
  return now <= at.graceEnds ? 'slot' : rules.late_rule;
}

/** Whether somebody is expected now and has not come. */
export function isLate(appointment: Pick<Appointment, 'starts_at' | 'status'>, now: number): boolean {
  return appointment.status === 'booked' && now > Date.parse(appointment.starts_at);
}
