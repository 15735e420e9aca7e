import { momentOf } from '../manage/week';
import type { Period } from './shapes';

/** The days that figures are of: by name, or from one date to another. */
export type Days = { readonly period: Period } | { readonly from: string; readonly to: string };

/** What the header says: a name, or `own` with two dates. */
export interface Choice {
  readonly word: Period | 'own';
  readonly from: string;
  readonly to: string;
}

const isDate = (text: string) => /^\d{4}-\d\d-\d\d$/.test(text);

/** The days of a choice; null while its dates are none, or the first is after the last. */
export function daysOf({ word, from, to }: Choice): Days | null {
  if (word !== 'own') return { period: word };
  return isDate(from) && isDate(to) && from <= to ? { from, to } : null;
}

/** Whether figures of these days may still change: only what is over for good does not. */
export function mayChange(days: Days, today: string): boolean {
  return 'period' in days ? days.period !== 'yesterday' : days.to >= today;
}

/** The moments that whole days begin and end with on the clock of a place. */
export function momentsOf({ from, to }: { readonly from: string; readonly to: string }, timeZone: string): { from: string; to: string } | null {
  const next = new Date(`${to}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  const begin = momentOf(from, '00:00', timeZone);
  const end = momentOf(next.toISOString().slice(0, 10), '00:00', timeZone);
  return begin === null || end === null ? null : { from: new Date(begin).toISOString(), to: new Date(end).toISOString() };
}
