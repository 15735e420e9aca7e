import { expect, it } from 'vitest';
import type { Appointment } from '~/api/shapes';
import { split } from './split';

const at = (id: string, hour: number, status: Appointment['status']) =>
  ({ id, status, starts_at: `2026-03-05T${String(hour).padStart(2, '0')}:00:00Z`, ends_at: `2026-03-05T${String(hour).padStart(2, '0')}:30:00Z` }) as Appointment;

it('puts what is to come first, the next of it before the others, and what is over behind, the latest first', () => {
  const all = [at('later', 15, 'booked'), at('next', 12, 'booked'), at('here', 11, 'checked_in'), at('called off', 14, 'cancelled'), at('done', 9, 'completed'), at('missed', 8, 'no_show'), at('kept', 13, 'held'), at('let go', 7, 'expired')];
  const { coming, past } = split(all, Date.parse('2026-03-05T11:10:00Z'));
  expect(coming.map((one) => one.id)).toEqual(['here', 'next', 'later']);
  expect(past.map((one) => one.id)).toEqual(['called off', 'done', 'missed']);
});

it('no longer counts as to come what was booked for a time that has passed', () => {
  const { coming, past } = split([at('gone', 9, 'booked')], Date.parse('2026-03-05T09:30:00Z'));
  expect([coming.length, past.length]).toEqual([0, 1]);
});
