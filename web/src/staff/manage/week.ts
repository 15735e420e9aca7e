/** The midnight that begins the week of `now` in a time zone, `weeks` later. */
export function weekStart(now: number, timeZone: string, weeks: number): number {
  const day = new Intl.DateTimeFormat('en-US', { timeZone, weekday: 'short' }).format(now);
  const back = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(day);
  return dayStart(now, timeZone, weeks * 7 - back);
}

/** Midnight of the day of `now` in a time zone, `days` later: counted in calendar days, for clocks are put forward and back. */
export function dayStart(now: number, timeZone: string, days: number): number {
  const [year, month, day] = ymd(now, timeZone);
  return atLocal(year, month, day + days, 0, 0, timeZone);
}

/** `2026-11-20` of a moment in a time zone. */
export function dateOf(at: number, timeZone: string): string {
  const [year, month, day] = ymd(at, timeZone);
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** The moment that `date` and `time` (`2026-11-20`, `08:30`) mean in a time zone; null where they are no such. */
export function momentOf(date: string, time: string, timeZone: string): number | null {
  const d = /^(\d{4})-(\d\d)-(\d\d)$/.exec(date);
  const t = /^(\d\d):(\d\d)$/.exec(time);
  if (d === null || t === null) return null;
  return atLocal(Number(d[1]), Number(d[2]), Number(d[3]), Number(t[1]), Number(t[2]), timeZone);
}

/** `08:30` of a moment in a time zone. */
export function timeOf(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);
}

/** From when until when `from` and `to` mean on a date; who works until after midnight ends on the next day. */
export function spanOf(date: string, from: string, to: string, timeZone: string): { begin: number; end: number } | null {
  const begin = momentOf(date, from, timeZone);
  const end = momentOf(date, to, timeZone);
  if (begin === null || end === null) return null;
  if (end > begin) return { begin, end };
  const next = momentOf(dateOf(dayStart(begin, timeZone, 1), timeZone), to, timeZone);
  return next === null ? null : { begin, end: next };
}

function ymd(at: number, timeZone: string): [number, number, number] {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, year: 'numeric', month: 'numeric', day: 'numeric' }).formatToParts(at);
  const of = (type: string) => Number(parts.find((p) => p.type === type)?.value);
  return [of('year'), of('month'), of('day')];
}

/** How far a time zone is ahead of UTC at a moment, in milliseconds. */
function offset(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' }).formatToParts(at);
  const of = (type: string) => Number(parts.find((p) => p.type === type)?.value);
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')) - Math.floor(at / 1000) * 1000;
}

function atLocal(year: number, month: number, day: number, hour: number, minute: number, timeZone: string): number {
  const wanted = Date.UTC(year, month - 1, day, hour, minute);
  const first = wanted - offset(wanted, timeZone);
  // The offset of the result counts, which may be another one near a change of the clocks.
  return wanted - offset(first, timeZone);
}
