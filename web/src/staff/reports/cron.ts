/** The times that most people mean, as the words of a form and as a cron expression. */

export const RHYTHMS = ['daily', 'weekdays', 'weekly', 'monthly'] as const;
export type Often = (typeof RHYTHMS)[number];

/** When a report comes back: `day` is the day of the week (1 is Monday) or of the month, where there is one. */
export interface Rhythm {
  readonly often: Often;
  /** `07:30`. */
  readonly time: string;
  readonly day: number;
}

const WEEKDAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'];
/** Every month has so many days. */
export const LAST_DAY = 28;

/** The expression for a rhythm; null where its time is none. */
export function cronOf({ often, time, day }: Rhythm): string | null {
  const [, hour, minute] = /^(\d\d):(\d\d)$/.exec(time) ?? [];
  if (hour === undefined || minute === undefined || Number(hour) > 23 || Number(minute) > 59) return null;
  const at = `${Number(minute)} ${Number(hour)}`;
  if (often === 'daily') return `${at} * * *`;
  if (often === 'weekdays') return `${at} * * MON-FRI`;
  if (often === 'weekly') return `${at} * * ${WEEKDAYS[(day - 1 + 7) % 7]}`;
  return `${at} ${Math.min(Math.max(day, 1), LAST_DAY)} * *`;
}

/** The rhythm of an expression; null where it means another time than those. */
export function rhythmOf(cron: string): Rhythm | null {
  const [minute = '', hour = '', date = '', month = '', weekday = '', ...rest] = cron.trim().toUpperCase().split(/\s+/);
  if (rest.length > 0 || month !== '*' || !/^\d{1,2}$/.test(minute) || !/^\d{1,2}$/.test(hour) || Number(minute) > 59 || Number(hour) > 23) return null;
  const time = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  if (date === '*' && weekday === '*') return { often: 'daily', time, day: 1 };
  if (date === '*' && (weekday === 'MON-FRI' || weekday === '1-5')) return { often: 'weekdays', time, day: 1 };
  if (date === '*') {
    const named = WEEKDAYS.indexOf(weekday) + 1;
    // Sunday is 0 or 7.
    const day = named > 0 ? named : /^[0-7]$/.test(weekday) ? Number(weekday) || 7 : 0;
    return day === 0 ? null : { often: 'weekly', time, day };
  }
  const day = Number(date);
  return weekday === '*' && Number.isInteger(day) && day >= 1 && day <= LAST_DAY ? { often: 'monthly', time, day } : null;
}

/** What a day of the week is called; 1 is Monday. */
export function weekdayName(day: number, locale: string): string {
  // 5 January 2026 was a Monday.
  return new Date(Date.UTC(2026, 0, 4 + day)).toLocaleDateString(locale, { weekday: 'long', timeZone: 'UTC' });
}
