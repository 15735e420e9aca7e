import { expect, it } from 'vitest';
import { cronOf, rhythmOf, weekdayName } from './cron';

it.each([
  [{ often: 'daily', time: '07:00', day: 1 }, '0 7 * * *'],
  [{ often: 'weekdays', time: '18:30', day: 1 }, '30 18 * * MON-FRI'],
  [{ often: 'weekly', time: '00:05', day: 7 }, '5 0 * * SUN'],
  [{ often: 'monthly', time: '07:00', day: 28 }, '0 7 28 * *'],
] as const)('%o is %s, and back', (rhythm, cron) => {
  expect(cronOf(rhythm)).toBe(cron);
  expect(rhythmOf(cron)).toEqual(rhythm);
});

it.each([
  ['0 7 * * 1', 'weekly', 1],
  ['0 7 * * 0', 'weekly', 7],
  ['0 7 * * 7', 'weekly', 7],
  ['0 7 * * mon', 'weekly', 1],
  ['0 7 * * 1-5', 'weekdays', 1],
])('%s is understood as well', (cron, often, day) => {
  expect(rhythmOf(cron)).toEqual({ often, time: '07:00', day });
});

it.each(['every day', '', '*/15 7 * * *', '0 7 * 1 *', '0 7 31 * *', '0 7 1 * MON', '0 24 * * *', '60 7 * * *', '0 7 * * 8', '0 7 * * MON,FRI', '0 7 * * * *'])('"%s" is left to who wrote it', (cron) => {
  expect(rhythmOf(cron)).toBeNull();
});

it('a time that is none makes no expression, a day that not every month has is brought in', () => {
  expect(cronOf({ often: 'daily', time: '', day: 1 })).toBeNull();
  expect(cronOf({ often: 'daily', time: '25:00', day: 1 })).toBeNull();
  expect(cronOf({ often: 'monthly', time: '07:00', day: 31 })).toBe('0 7 28 * *');
});

it('days are called what the reader calls them', () => {
  expect([weekdayName(1, 'en'), weekdayName(7, 'en'), weekdayName(3, 'de')]).toEqual(['Monday', 'Sunday', 'Mittwoch']);
});
