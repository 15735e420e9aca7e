import { expect, it } from 'vitest';
import { dateOf, dayStart, momentOf, spanOf, timeOf, weekStart } from './week';

const at = (text: string) => Date.parse(text);
const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

it('begins the week on the Monday of the site', () => {
  // Friday in Berlin; already Saturday in Auckland.
  const now = at('2026-11-20T12:00:00Z');
  expect(iso(weekStart(now, 'Europe/Berlin', 0))).toBe('2026-11-15T23:00:00.000Z');
  expect(iso(weekStart(now, 'Europe/Berlin', 1))).toBe('2026-11-22T23:00:00.000Z');
  expect(iso(weekStart(now, 'UTC', -1))).toBe('2026-11-09T00:00:00.000Z');
  expect(dateOf(now, 'Pacific/Auckland')).toBe('2026-11-21');
});

it('counts days of the calendar when clocks are put forward and back', () => {
  const friday = at('2026-03-27T12:00:00Z');
  expect(iso(dayStart(friday, 'Europe/Berlin', 2))).toBe('2026-03-28T23:00:00.000Z');
  expect(iso(dayStart(friday, 'Europe/Berlin', 3))).toBe('2026-03-29T22:00:00.000Z');
});

it('reads a date and a time as the site means them', () => {
  expect(iso(momentOf('2026-07-01', '08:30', 'Europe/Berlin'))).toBe('2026-07-01T06:30:00.000Z');
  expect(iso(momentOf('2026-12-01', '08:30', 'America/New_York'))).toBe('2026-12-01T13:30:00.000Z');
  expect(momentOf('', '08:30', 'UTC')).toBeNull();
  expect(momentOf('2026-12-01', '8', 'UTC')).toBeNull();
});

it('ends a shift on the next day that goes on after midnight', () => {
  const day = spanOf('2026-11-20', '09:00', '17:00', 'Europe/Berlin');
  expect(day).toEqual({ begin: Date.parse('2026-11-20T08:00:00Z'), end: Date.parse('2026-11-20T16:00:00Z') });
  const night = spanOf('2026-11-20', '22:00', '06:00', 'Europe/Berlin');
  expect(night).toEqual({ begin: Date.parse('2026-11-20T21:00:00Z'), end: Date.parse('2026-11-21T05:00:00Z') });
  expect(spanOf('2026-11-20', '', '06:00', 'Europe/Berlin')).toBeNull();
  expect(timeOf(Date.parse('2026-11-20T21:05:00Z'), 'Europe/Berlin')).toBe('22:05');
});
