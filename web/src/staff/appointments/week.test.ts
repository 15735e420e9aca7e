import { expect, it } from 'vitest';
import { daysOfWeek } from './week';

it('counts the days of a week from today, over a change of the clocks, too', () => {
  // Half past midnight on a Thursday in Berlin; its clocks go forward on the Sunday of that week.
  const now = Date.parse('2026-03-25T23:30:00Z');
  const week = daysOfWeek(now, 'Europe/Berlin', 0);
  expect(week.map((one) => one.days)).toEqual([-3, -2, -1, 0, 1, 2, 3]);
  expect(new Date(week[0]?.at ?? 0).toISOString()).toBe('2026-03-22T23:00:00.000Z');
  expect(new Date(week[6]?.at ?? 0).toISOString()).toBe('2026-03-28T23:00:00.000Z');
  const next = daysOfWeek(now, 'Europe/Berlin', 1);
  expect(next.map((one) => one.days)).toEqual([4, 5, 6, 7, 8, 9, 10]);
  expect(new Date(next[0]?.at ?? 0).toISOString()).toBe('2026-03-29T22:00:00.000Z');
});
