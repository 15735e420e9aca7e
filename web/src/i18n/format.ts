import { currentLanguage } from '.';
import { LANGUAGES } from './languages';

const cache = new Map<string, Intl.DateTimeFormat>();

function formatter(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const { locale } = LANGUAGES[currentLanguage()];
  const key = locale + JSON.stringify(options);
  let found = cache.get(key);
  if (found === undefined) {
    found = new Intl.DateTimeFormat(locale, options);
    cache.set(key, found);
  }
  return found;
}

type Moment = Date | string | number;

/** "14:32", in the site's time zone when one is given. */
export function clock(at: Moment, timeZone?: string): string {
  return formatter({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone }).format(new Date(at));
}

/** "14:05:12". */
export function clockSeconds(at: Moment, timeZone?: string): string {
  return formatter({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZone }).format(new Date(at));
}

/** "Monday 9:00" for a moment that is not today, "9:00" for one that is. */
export function dayAndClock(at: Moment, timeZone?: string, now: Moment = Date.now()): string {
  const day = formatter({ year: 'numeric', month: '2-digit', day: '2-digit', timeZone });
  if (day.format(new Date(at)) === day.format(new Date(now))) return clock(at, timeZone);
  return formatter({ weekday: 'long', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone }).format(new Date(at));
}

/** "20 November 2026". */
export function longDate(at: Moment, timeZone?: string): string {
  return formatter({ day: 'numeric', month: 'long', year: 'numeric', timeZone }).format(new Date(at));
}

/** A number in the reader's manner, digits 0–9. */
export function number(value: number, options?: Intl.NumberFormatOptions): string {
  return new Intl.NumberFormat(LANGUAGES[currentLanguage()].locale, options).format(value);
}

/** "Thu 5 Mar" for a date of the calendar, "2026-03-05", wherever the reader is. */
export function shortDay(date: string): string {
  return formatter({ weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' }).format(new Date(`${date}T12:00:00Z`));
}

/** "Thursday 5 March" for a date of the calendar. */
export function fullDay(date: string): string {
  return formatter({ weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' }).format(new Date(`${date}T12:00:00Z`));
}

/** "Thursday 5 March 14:32", in the site's time zone when one is given. */
export function fullDayAndClock(at: Moment, timeZone?: string): string {
  return formatter({ weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone }).format(new Date(at));
}

/** The hour of a moment on the site's clock, 0 to 23. */
export function hourOf(at: Moment, timeZone: string): number {
  return Number(new Intl.DateTimeFormat('en-GB', { hour: '2-digit', hourCycle: 'h23', timeZone }).format(new Date(at)));
}
