import { Button } from '@mantine/core';
import { IconArrowsSplit, IconCalendarCheck, IconCalendarEvent, IconCheck, IconClockHour4, IconDoorExit, IconMapPinCheck, IconUserX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Appointment, Availability, CheckedIn, Ticket } from '~/api/shapes';
import { clock } from '~/i18n/format';
import { useOnceTap } from '~/shared/once-tap';
import { StatusBadge } from '~/shared/status-badge';
import { TicketNumber } from '~/shared/ticket-number';
import { may, useTenantPath, useUser } from '../session';
import { Refusal } from '../shared/refusal';
import styles from './appointments.module.css';
import { CancelDialog } from './cancel-dialog';
import { EditDialog } from './edit-dialog';
import { MoveDialog } from './move-dialog';
import type { AtSite } from './use-day';
import { useStaffSlots } from './use-source';
import { isLate, windowOf } from './window';
import { useNamed } from '../shared/use-named';

interface Props {
  readonly appointment: Appointment;
  readonly rules: Availability | undefined;
  /** The ticket that it became, while that is in line. */
  readonly ticket: Ticket | undefined;
  readonly site: AtSite['site'];
  readonly now: number;
  readonly off: boolean;
  readonly onCheckedIn: (answer: CheckedIn) => void;
  readonly onChanged: () => void;
}

/** One appointment of the day: when, who, what for, where it stands, and what the desk can do about it. */
export function AppointmentRow({ appointment, rules, ticket, site, now, off, onCheckedIn, onChanged }: Props) {
  const { t } = useTranslation('appointments');
  const named = useNamed();
  const base = useTenantPath();
  const user = useUser();
  const source = useStaffSlots(site);
  const [doing, setDoing] = useState<'cancel' | 'move' | 'edit' | null>(null);
  const [error, setError] = useState<unknown>(null);
  const path = `${base}/tickets/appointments/${appointment.id}`;
  const { starts_at: start, status, reference } = appointment;
  const called = appointment.name ?? t('row.anonymous');
  const can = (act: Appointment['allowed'][number]) => may(user, 'appointments:write') && appointment.allowed.includes(act);
  const run = useOnceTap((verb: 'check-in' | 'no-show') => {
    if (off) return;
    setError(null);
    const sent = api.post<CheckedIn>(`${path}/${verb}`, undefined, { retries: 2 });
    sent.then((answer) => (verb === 'check-in' ? onCheckedIn(answer) : onChanged()), setError);
  });
  // Whoever may come by the rules has the button that stands out.
  const due = status === 'booked' && (rules === undefined || !['early', 'over'].includes(windowOf(appointment, rules, now).timing));
  const dead = { 'aria-disabled': off, 'data-disabled': off || undefined };
  return (
    <li className={styles.row} data-status={status} data-late={isLate(appointment, now) || undefined} data-testid={`appointment-${reference}`}>
      <time className={`num ${styles.time}`} dateTime={start}>
        <bdi dir="ltr">{clock(start, site.timezone)}</bdi>
      </time>
      <div className={styles.who}>
        <strong>
          <bdi>{called}</bdi>
          {appointment.party_size > 1 && <span className="num"> · {t('row.party', { count: appointment.party_size })}</span>}
        </strong>
        <span>
          <bdi>{named(appointment.service_name)}</bdi> ·{' '}
          {appointment.staff_name !== null && (
            <>
              <bdi data-testid="appointment-staff">{appointment.staff_name}</bdi> ·{' '}
            </>
          )}
          <bdi dir="ltr" className={styles.reference}>
            {reference}
          </bdi>
          {appointment.phone !== null && (
            <>
              {' · '}
              <bdi dir="ltr">{appointment.phone}</bdi>
            </>
          )}
        </span>
        {appointment.notes !== null && (
          <span>
            <bdi>{appointment.notes}</bdi>
          </span>
        )}
        <Standing appointment={appointment} rules={rules} ticket={ticket} zone={site.timezone} now={now} />
      </div>
      <div className={styles.do}>
        {can('check_in') && (
          <Button variant={due ? 'filled' : 'default'} leftSection={<IconMapPinCheck size={20} />} aria-label={t('row.checkInOf', { name: called })} {...dead} onClick={() => run('check-in')} data-testid="appointment-check-in">
            {t(status === 'no_show' ? 'row.cameAfterAll' : 'row.checkIn')}
          </Button>
        )}
        {can('no_show') && now > Date.parse(start) && (
          <Button variant="default" aria-label={t('row.noShowOf', { name: called })} {...dead} onClick={() => run('no-show')} data-testid="appointment-no-show">
            {t('row.noShow')}
          </Button>
        )}
        {can('edit') && (
          <Button variant="default" aria-label={t('row.editOf', { name: called })} {...dead} onClick={() => !off && setDoing('edit')} data-testid="appointment-edit">
            {t('row.edit')}
          </Button>
        )}
        {can('reschedule') && (
          <Button variant="default" aria-label={t('row.moveOf', { name: called })} {...dead} onClick={() => !off && setDoing('move')} data-testid="appointment-move">
            {t('row.move')}
          </Button>
        )}
        {can('cancel') && (
          <Button variant="subtle" color="bad" aria-label={t('row.cancelOf', { name: called })} {...dead} onClick={() => !off && setDoing('cancel')} data-testid="appointment-cancel">
            {t('row.cancel')}
          </Button>
        )}
      </div>
      <div className={styles.fault}>
        <Refusal error={error} quiet onClose={() => setError(null)} />
      </div>
      <EditDialog opened={doing === 'edit'} appointment={appointment} onClose={() => setDoing(null)} onDone={onChanged} />
      <CancelDialog opened={doing === 'cancel'} appointment={appointment} zone={site.timezone} onClose={() => setDoing(null)} onDone={onChanged} />
      <MoveDialog opened={doing === 'move'} appointment={appointment} zone={site.timezone} source={source} onClose={() => setDoing(null)} onDone={onChanged} />
    </li>
  );
}

const LOOK = {
  held: IconClockHour4,
  booked: IconCalendarEvent,
  checked_in: IconCalendarCheck,
  completed: IconCheck,
  cancelled: IconDoorExit,
  no_show: IconUserX,
  expired: IconDoorExit,
} as const;

/** Where an appointment stands, in words: how an arrival now would count, or the place in line that came of it. */
function Standing({ appointment, rules, ticket, zone, now }: { appointment: Appointment; rules: Availability | undefined; ticket: Ticket | undefined; zone: string; now: number }) {
  const { t } = useTranslation('appointments');
  const { status } = appointment;
  if (ticket !== undefined) {
    return (
      <span className={styles.standing}>
        <TicketNumber number={ticket.number} />
        <StatusBadge state={ticket.status} />
        {ticket.people_ahead !== null && <span className="num">{t('row.ahead', { count: ticket.people_ahead })}</span>}
        {ticket.booked !== null && (
          <span className={styles.arrival}>
            <IconArrowsSplit size={18} aria-hidden />
            <span>{t(ticket.booked.rule === 'slot' ? 'row.bySlot' : 'row.byArrival', { time: clock(ticket.booked.enters_at, zone) })}</span>
          </span>
        )}
      </span>
    );
  }
  const Icon = LOOK[status];
  return (
    <span className={styles.arrival}>
      <Icon size={18} aria-hidden />
      <span>{status === 'booked' && rules !== undefined ? <Arrival appointment={appointment} rules={rules} zone={zone} now={now} /> : t(`status.${status}`)}</span>
      {appointment.reason !== null && <bdi>{appointment.reason}</bdi>}
    </span>
  );
}

/** What becomes of somebody who arrives now. */
function Arrival({ appointment, rules, zone, now }: { appointment: Appointment; rules: Availability; zone: string; now: number }) {
  const { t } = useTranslation('appointments');
  const { opens, graceEnds, closes, timing } = windowOf(appointment, rules, now);
  const late = isLate(appointment, now);
  const words = {
    early: () => t('window.early', { time: clock(opens, zone) }),
    slot: () => t('window.slot', { slot: clock(appointment.starts_at, zone), time: clock(rules.late_rule === 'slot' ? closes : graceEnds, zone) }),
    arrival: () => (late ? t('window.late', { time: clock(closes, zone) }) : t('window.arrival', { time: clock(appointment.starts_at, zone) })),
    over: () => t('window.over', { time: clock(closes, zone) }),
  };
  return words[timing]();
}
