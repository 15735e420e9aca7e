import { ActionIcon, Button, SegmentedControl } from '@mantine/core';
import { IconCalendarPlus, IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Appointment, CheckedIn } from '~/api/shapes';
import { longDate } from '~/i18n/format';
import { Fault, Loading, Message } from '~/shared/states';
import { TicketNumber } from '~/shared/ticket-number';
import { dayStart } from '../manage/week';
import { PrintButton } from '../reception/print';
import { may, useTenantPath, useUser } from '../session';
import { useServerNow } from '../shared/server-clock';
import { useHeld, useSteady } from '../shared/use-steady';
import styles from './appointments.module.css';
import { BookDialog } from './book-dialog';
import { AppointmentRow } from './row';
import { SubscribeButton } from './subscribe';
import { useSiteDay, type AtSite, type SiteDay } from './use-day';
import { Waitlist } from './waitlist';

/** A window opens or closes on the minute; looking twice in it is enough. */
const LOOK_MS = 30_000;
const REST_MS = 5000;
/** What the day's list is about until somebody asks for all. */
const OPEN: ReadonlySet<Appointment['status']> = new Set(['booked', 'checked_in']);
/** What never was an appointment. */
const NEVER: ReadonlySet<Appointment['status']> = new Set(['held', 'expired']);

interface Props extends AtSite {
  /** Cut off from the server: what is shown stays, nothing can be pressed. */
  readonly cut: boolean;
  /** Which day, so many after today, where somebody else says it. */
  readonly days?: number;
  readonly onDays?: (days: number) => void;
  /** Which appointments are looked at; all where it is absent. */
  readonly keep?: (one: Appointment) => boolean;
  readonly onChanged: () => void;
}

/** A site's appointments of a day, today at first, by time, among those who walked in; booking for a caller. */
export function AppointmentDay({ site, at, cut, days: given, onDays, keep = () => true, onChanged }: Props) {
  const { t } = useTranslation('appointments');
  const user = useUser();
  const base = useTenantPath();
  const now = useServerNow(LOOK_MS);
  const [own, setOwn] = useState(0);
  const days = given ?? own;
  const setDays = onDays ?? setOwn;
  const day = useSiteDay({ site, at }, now, true, days);
  const [look, setLook] = useState<'open' | 'all'>('open');
  const [booking, setBooking] = useState(false);
  const [arrived, setArrived] = useState<CheckedIn | null>(null);
  const changed = () => {
    void day.appointments.refetch();
    onChanged();
  };
  const all = (day.appointments.data ?? []).filter((one) => !NEVER.has(one.status) && keep(one));
  const shown = look === 'all' ? all : all.filter((one) => OPEN.has(one.status));
  return (
    <div className={styles.day}>
      <div className={styles.head}>
        <SegmentedControl
          aria-label={t('day.look')}
          value={look}
          onChange={(value) => setLook(value as 'open' | 'all')}
          data={[
            { value: 'open', label: t('day.open') },
            { value: 'all', label: t('day.all') },
          ]}
        />
        <DayPicker days={days} from={dayStart(now, site.timezone, days)} timeZone={site.timezone} onDays={setDays} />
        {days === 0 && <Mixed day={day} />}
        <span className={styles.grow} />
        <SubscribeButton path={`${base}/sites/${site.id}/calendar`} off={cut} />
        {may(user, 'appointments:write') && (
          <Button leftSection={<IconCalendarPlus size={20} />} aria-disabled={cut} data-disabled={cut || undefined} onClick={() => !cut && setBooking(true)} data-testid="appointment-new">
            {t('book.open')}
          </Button>
        )}
      </div>
      {arrived !== null && (
        <div className={styles.arrived} role="status" data-testid="appointment-arrived">
          <span className={styles.number}>
            <TicketNumber number={arrived.ticket.number} />
          </span>
          <span>{t('day.arrived', { name: arrived.name ?? arrived.reference, count: arrived.ticket.people_ahead ?? 0 })}</span>
          <PrintButton ticket={arrived.ticket} timeZone={site.timezone} off={cut} />
        </div>
      )}
      {day.appointments.data === undefined ? (
        day.appointments.isError ? (
          <Fault error={day.appointments.error} onRetry={() => void day.appointments.refetch()} />
        ) : (
          <Loading rows={4} />
        )
      ) : all.length === 0 ? (
        days === 0 ? (
          <Message title={t('day.never')} text={t('day.neverText')} />
        ) : (
          <Message title={t('day.neverThen')} />
        )
      ) : shown.length === 0 ? (
        <Message title={t('day.over')} />
      ) : (
        <Rows
          rows={shown}
          day={day}
          site={site}
          now={now}
          cut={cut}
          onChanged={changed}
          onCheckedIn={(answer) => {
            setArrived(answer);
            changed();
          }}
        />
      )}
      <Waitlist site={site} at={at} cut={cut} onChanged={changed} />
      <BookDialog opened={booking} site={site} onClose={() => setBooking(false)} onBooked={changed} />
    </div>
  );
}

/** So far ahead and back the list goes. */
const FARTHEST = 365;

/** Which day it is, and the way to the one before, the next one and today. */
function DayPicker({ days, from, timeZone, onDays }: { days: number; from: number; timeZone: string; onDays: (days: number) => void }) {
  const { t } = useTranslation('appointments');
  const step = (by: number) => onDays(Math.max(-FARTHEST, Math.min(FARTHEST, days + by)));
  return (
    <div className={styles.pick} role="group" aria-label={t('day.which')}>
      <ActionIcon variant="default" size={44} aria-label={t('day.before')} onClick={() => step(-1)} data-testid="appointments-before">
        <IconChevronLeft size={20} className="mirror" />
      </ActionIcon>
      <strong aria-live="polite" data-testid="appointments-date">
        {days === 0 ? t('day.today') : longDate(from, timeZone)}
      </strong>
      <ActionIcon variant="default" size={44} aria-label={t('day.after')} onClick={() => step(1)} data-testid="appointments-after">
        <IconChevronRight size={20} className="mirror" />
      </ActionIcon>
      {days !== 0 && (
        <Button variant="subtle" onClick={() => onDays(0)}>
          {t('day.today')}
        </Button>
      )}
    </div>
  );
}

/** Who is in line: so many walked in, so many had booked. */
function Mixed({ day }: { day: SiteDay }) {
  const { t } = useTranslation('appointments');
  if (day.line === undefined) return null;
  const tickets = [...day.line.values()];
  const booked = tickets.filter((ticket) => ticket.booked !== null).length;
  return (
    <span className={`num ${styles.mixed}`} data-testid="appointments-mixed">
      {t('day.mixed', { walked: tickets.length - booked, booked })}
    </span>
  );
}

interface RowsProps {
  readonly rows: readonly Appointment[];
  readonly day: SiteDay;
  readonly site: AtSite['site'];
  readonly now: number;
  readonly cut: boolean;
  readonly onChanged: () => void;
  readonly onCheckedIn: (answer: CheckedIn) => void;
}

/** The rows stand still below a pointer. */
function Rows({ rows, day, site, now, cut, onChanged, onCheckedIn }: RowsProps) {
  const { held, handlers } = useHeld(REST_MS);
  const steady = useSteady(rows, (one) => one.id, held);
  // Who is no longer in this look of the list keeps the place for a while, and says what has become of them.
  const known = new Map((day.appointments.data ?? []).map((one) => [one.id, one]));
  const latest = steady.map(({ item }) => ({ item: known.get(item.id) ?? item, gone: !known.has(item.id) }));
  return (
    <ul className={styles.rows} {...handlers}>
      {latest.map(({ item, gone }) => (
        <AppointmentRow
          key={item.id}
          appointment={item}
          rules={day.rules.get(item.availability_id)}
          ticket={item.ticket_id === null ? undefined : day.line?.get(item.ticket_id)}
          site={site}
          now={now}
          off={cut || gone}
          onChanged={onChanged}
          onCheckedIn={onCheckedIn}
        />
      ))}
    </ul>
  );
}
