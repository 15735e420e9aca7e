import { expect, it } from 'vitest';
import { localOf } from './moment';
import { withTrigger } from './programme-fields';

it('takes with a trigger what belongs to it, and leaves what belongs to another', () => {
  const waited = withTrigger({ on: 'served', points: 10, times_per_day: 2 }, 'waited');
  expect(waited).toEqual({ on: 'waited', points: 10, times_per_day: 2, over_minutes: 30 });
  expect(withTrigger(waited, 'purchase')).toEqual({ on: 'purchase', points: 10, times_per_day: 2, per_amount: 100 });
  expect(withTrigger({ on: 'waited', points: 5, over_minutes: 45 }, 'waited')).toEqual({ on: 'waited', points: 5, over_minutes: 45 });
});

it('shows a moment on the clock of a place', () => {
  expect(localOf('2026-11-26T23:30:00Z', 'Europe/Paris')).toBe('2026-11-27T00:30');
  expect(localOf('2026-07-01T10:05:00Z', 'Asia/Kolkata')).toBe('2026-07-01T15:35');
});
