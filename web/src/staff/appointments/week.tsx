import { ActionIcon, Button, Modal } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Appointment } from '~/api/shapes';
import { clock, longDate, shortDay } from '~/i18n/format';
import { Fault, Loading, Message } from '~/shared/states';
import { dateOf, dayStart, weekStart } from '../manage/week';
import { useServerNow } from '../shared/server-clock';
import { useNamed } from '../shared/use-named';
import calendar from './calendar.module.css';
import { AppointmentRow } from './row';
import styles from './appointments.module.css';
import { useRules, useSiteAppointments, useSiteLine, type AtSite } from './use-site-appointments';

/** What never was an appointment. */
const NEVER: ReadonlySet<Appointment['status']> = new Set(['held', 'expired']);
/** What no longer takes place is only hinted at. */
const OFF: ReadonlySet<Appointment['status']> = new Set(['cancelled', 'no_show']);

const LOOK_MS = 30_000;
/** Noon of a day is on it, whatever the clocks do. */
const NOON = 12 * 3_600_000;
/** So far ahead and back the calendar goes, in weeks. */
const FARTHEST = 52;

interface Props extends AtSite {
  readonly cut: boolean;
  readonly weeks: number;
  readonly onWeeks: (weeks: number) => void;
  /** Which appointments are looked at. */
  readonly keep: (one: Appointment) => boolean;
  /** Opens a day, so many days after today. */
  readonly onDay: (days: number) => void;
  readonly onChanged: () => void;
}

/** The seven days of a week as they are counted from today: -2 is the day before yesterday. */
export function daysOfWeek(now: number, timeZone: string, weeks: number): { days: number; at: number }[] {
  const monday = weekStart(now, timeZone, 0);
  const today = [0, 1, 2, 3, 4, 5, 6].find((back) => dayStart(now, timeZone, -back) === monday) ?? 0;
  return [0, 1, 2, 3, 4, 5, 6].map((n) => {
    const days = weeks * 7 + n - today;
    return { days, at: dayStart(now, timeZone, days) };
  });
}

/** A site's appointments of a week, a column a day; each opens with what can be done with it. */
export function AppointmentWeek({ site, at, cut, weeks, onWeeks, keep, onDay, onChanged }: Props) {
  const { t } = useTranslation(['appointments', 'common']);
  const now = useServerNow(LOOK_MS);
  const zone = site.timezone;
  const days = daysOfWeek(now, zone, weeks);
  const from = weekStart(now, zone, weeks);
  const found = useSiteAppointments({ site, at }, from, dayStart(from + NOON, zone, 7));
  const [opened, setOpened] = useState<string | null>(null);
  const all = (found.data ?? []).filter((one) => !NEVER.has(one.status) && keep(one));
  const open = (found.data ?? []).find((one) => one.id === opened);
  const step = (by: number) => onWeeks(Math.max(-FARTHEST, Math.min(FARTHEST, weeks + by)));
  const changed = () => {
    void found.refetch();
    onChanged();
  };
  return (
    <div className={styles.day}>
      <div className={styles.pick} role="group" aria-label={t('week.which')}>
        <ActionIcon variant="default" size={44} aria-label={t('week.before')} onClick={() => step(-1)} data-testid="week-before">
          <IconChevronLeft size={20} className="mirror" />
        </ActionIcon>
        <strong aria-live="polite" data-testid="week-of">
          {t('week.of', { day: longDate(from + NOON, zone) })}
        </strong>
        <ActionIcon variant="default" size={44} aria-label={t('week.after')} onClick={() => step(1)} data-testid="week-after">
          <IconChevronRight size={20} className="mirror" />
        </ActionIcon>
        {weeks !== 0 && (
          <Button variant="subtle" onClick={() => onWeeks(0)}>
            {t('week.this')}
          </Button>
        )}
      </div>
      {found.data === undefined && (found.isError ? <Fault error={found.error} onRetry={() => void found.refetch()} /> : <Loading rows={5} />)}
      {found.data !== undefined && all.length === 0 && <Message title={t('week.never')} />}
      {found.data !== undefined && (
        <div className={calendar.week} data-testid="appointments-week">
          {days.map((day) => (
            <Day key={day.at} day={day} zone={zone} all={all} onOpen={setOpened} onDay={onDay} />
          ))}
        </div>
      )}
      <Modal opened={open !== undefined} onClose={() => setOpened(null)} size="xl" title={open === undefined ? '' : longDate(open.starts_at, zone)} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
        {open !== undefined && <Opened appointment={open} site={site} at={at} now={now} cut={cut} onChanged={changed} />}
      </Modal>
    </div>
  );
}

interface DayProps {
  readonly day: { readonly days: number; readonly at: number };
  readonly zone: string;
  readonly all: readonly Appointment[];
  readonly onOpen: (id: string) => void;
  readonly onDay: (days: number) => void;
}

function Day({ day, zone, all, onOpen, onDay }: DayProps) {
  const { t } = useTranslation('appointments');
  const named = useNamed();
  const date = dateOf(day.at + NOON, zone);
  const own = all.filter((one) => dateOf(Date.parse(one.starts_at), zone) === date);
  const today = day.days === 0;
  return (
    <section className={calendar.column} aria-label={longDate(day.at + NOON, zone)} data-testid={`week-day-${date}`} data-today={today || undefined}>
      <h3 className={calendar.head}>
        <button type="button" className={calendar.open} aria-current={today ? 'date' : undefined} onClick={() => onDay(day.days)} data-testid="week-open-day">
          <span aria-hidden>{shortDay(date)}</span>
          <span className="num" aria-hidden>
            {own.length}
          </span>
          <span className="visually-hidden">{t('week.day', { day: shortDay(date), count: own.length })}</span>
        </button>
      </h3>
      <ul className={calendar.list}>
        {own.map((one) => (
          <li key={one.id}>
            <button type="button" className={calendar.one} data-status={one.status} data-off={OFF.has(one.status) || undefined} onClick={() => onOpen(one.id)} data-testid="week-appointment">
              <bdi dir="ltr" className={`num ${calendar.time}`}>
                {clock(one.starts_at, zone)}
              </bdi>
              <bdi className={calendar.name}>{one.name ?? t('row.anonymous')}</bdi>
              <span>
                <bdi>{named(one.service_name)}</bdi>
                {one.staff_name !== null && (
                  <>
                    {' · '}
                    <bdi>{one.staff_name}</bdi>
                  </>
                )}
              </span>
              {one.status !== 'booked' && <span>{t(`status.${one.status}`)}</span>}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** One appointment with what the desk can do about it. */
function Opened({ appointment, site, at, now, cut, onChanged }: AtSite & { appointment: Appointment; now: number; cut: boolean; onChanged: () => void }) {
  const rules = useRules();
  const line = useSiteLine({ site, at });
  return (
    <ul className={styles.rows}>
      <AppointmentRow
        appointment={appointment}
        rules={rules.get(appointment.availability_id)}
        ticket={appointment.ticket_id === null ? undefined : line?.get(appointment.ticket_id)}
        site={site}
        now={now}
        off={cut}
        onChanged={onChanged}
        onCheckedIn={onChanged}
      />
    </ul>
  );
}
