import type { Shift } from '~/api/shapes';

/** So long after its begin nobody is called late yet; the server says the same. */
export const GRACE_MS = 5 * 60_000;

/** The published shifts that are on and that nobody has come for, the longest overdue first. */
export function lateAt(shifts: readonly Shift[], now: number): Shift[] {
  return shifts
    .filter((one) => one.published && one.clocked_in_at === null && now > Date.parse(one.starts_at) + GRACE_MS && now < Date.parse(one.ends_at))
    .sort((a, b) => Date.parse(a.starts_at) - Date.parse(b.starts_at));
}
