import { Button } from '@mantine/core';
import { IconCalendarPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Appointment, OwnTicket } from '~/api/shapes';
import { dayAndClock, fullDayAndClock } from '~/i18n/format';
import { openSlots } from '~/public/book/slots';
import { Fault, Loading } from '~/shared/states';
import { StatusBadge } from '~/shared/status-badge';
import { TicketNumber } from '~/shared/ticket-number';
import { CancelDialog } from '../appointments/cancel-dialog';
import { MoveDialog } from '../appointments/move-dialog';
import { SubscribeButton } from '../appointments/subscribe';
import { useTenantPath, useUser } from '../session';
import { useEntries } from '../shared/use-entries';
import type { Site } from '../shared/use-site';
import { useOwnAppointments, useOwnTickets, useWalletReload } from './use-wallet';
import styles from './wallet.module.css';

/** One's own appointments to come: move, cancel, book. */
export function Appointments({ cut }: { cut: boolean }) {
  const { t } = useTranslation('wallet');
  const tenant = useUser().tenant?.slug ?? '';
  const base = useTenantPath();
  const [from] = useState(() => new Date(Date.now() - 3_600_000).toISOString());
  const own = useOwnAppointments(from);
  const sites = useEntries<Site>('/sites');
  let body;
  if (own.data === undefined || sites.data === undefined) body = own.isError ? <Fault error={own.error} onRetry={() => void own.refetch()} /> : <Loading rows={2} />;
  else if (own.data.length === 0) body = <p className={styles.fact}>{t('appointments.none')}</p>;
  else {
    body = (
      <ul className={styles.lines} data-testid="wallet-appointments">
        {own.data.map((one) => (
          <OwnAppointment key={one.id} own={one} site={sites.data?.find((site) => site.id === one.site_id)} tenant={tenant} cut={cut} />
        ))}
      </ul>
    );
  }
  return (
    <section className={styles.card} aria-label={t('appointments.title')}>
      <header className={styles.head}>
        <h2>{t('appointments.title')}</h2>
        {(own.data?.length ?? 0) > 0 && <SubscribeButton path={`${base}/calendar`} off={cut} />}
        <Button component="a" href="/book" variant="default" leftSection={<IconCalendarPlus size={20} />} data-testid="wallet-book">
          {t('appointments.book')}
        </Button>
      </header>
      {body}
    </section>
  );
}

function OwnAppointment({ own, site, tenant, cut }: { own: Appointment; site: Site | undefined; tenant: string; cut: boolean }) {
  const { t } = useTranslation(['wallet', 'appointments']);
  const reload = useWalletReload();
  const [doing, setDoing] = useState<'move' | 'cancel' | null>(null);
  const zone = site?.timezone ?? 'UTC';
  const can = (act: Appointment['allowed'][number]) => own.allowed.includes(act);
  const dead = { 'aria-disabled': cut, 'data-disabled': cut || undefined };
  const when = fullDayAndClock(own.starts_at, zone);
  return (
    <li>
      <span>
        <strong className="num">{when}</strong>
        <small>
          <bdi>{own.service_name}</bdi> · {own.staff_name !== null && <><bdi>{own.staff_name}</bdi> · </>}<bdi>{own.site_name}</bdi> ·{' '}
          <bdi dir="ltr" className={styles.reference}>
            {own.reference}
          </bdi>
          {own.status === 'checked_in' && ` · ${t('appointments:status.checked_in')}`}
        </small>
      </span>
      <span className={styles.do}>
        {can('reschedule') && site !== undefined && (
          <Button variant="default" aria-label={t('wallet:appointments.moveOf', { time: when })} {...dead} onClick={() => !cut && setDoing('move')} data-testid="wallet-move">
            {t('appointments:row.move')}
          </Button>
        )}
        {can('cancel') && (
          <Button variant="subtle" color="bad" aria-label={t('wallet:appointments.cancelOf', { time: when })} {...dead} onClick={() => !cut && setDoing('cancel')} data-testid="wallet-cancel">
            {t('appointments:row.cancel')}
          </Button>
        )}
      </span>
      <CancelDialog opened={doing === 'cancel'} appointment={own} zone={zone} own onClose={() => setDoing(null)} onDone={reload} />
      {site !== undefined && (
        <MoveDialog opened={doing === 'move'} appointment={own} zone={zone} source={openSlots(`/api/v1/public/sites/${tenant}/${site.slug}`)} onClose={() => setDoing(null)} onDone={reload} />
      )}
    </li>
  );
}

/** States of somebody who is still there. */
const LIVING: ReadonlySet<string> = new Set(['waiting', 'called', 'serving', 'wrap_up', 'paused', 'parked']);

/** One's own place in line now; nothing where there is none. */
export function InLine() {
  const { t } = useTranslation('wallet');
  const now = (useOwnTickets().data ?? []).filter((ticket) => LIVING.has(ticket.status));
  if (now.length === 0) return null;
  return (
    <section className={styles.card} aria-label={t('tickets.now')}>
      <h2>{t('tickets.now')}</h2>
      <TicketList tickets={now} testId="wallet-in-line" />
    </section>
  );
}

/** One's own latest visits. */
export function Visits() {
  const { t } = useTranslation('wallet');
  const own = useOwnTickets();
  const past = (own.data ?? []).filter((ticket) => !LIVING.has(ticket.status));
  let body;
  if (own.data === undefined) body = own.isError ? <Fault error={own.error} onRetry={() => void own.refetch()} /> : <Loading rows={2} />;
  else if (past.length === 0) body = <p className={styles.fact}>{t('tickets.none')}</p>;
  else body = <TicketList tickets={past} testId="wallet-visits" />;
  return (
    <section className={styles.card} aria-label={t('tickets.title')}>
      <header className={styles.head}>
        <h2>{t('tickets.title')}</h2>
        <Button component="a" href="/" variant="default" data-testid="wallet-join">
          {t('tickets.join')}
        </Button>
      </header>
      {body}
    </section>
  );
}

function TicketList({ tickets, testId }: { tickets: readonly OwnTicket[]; testId: string }) {
  const { t } = useTranslation('wallet');
  return (
    <ul className={styles.lines} data-testid={testId}>
      {tickets.map((ticket) => (
        <li key={ticket.id}>
          <span>
            <strong>
              {ticket.url === null ? (
                <TicketNumber number={ticket.number} />
              ) : (
                <a href={ticket.url} aria-label={t('tickets.open', { number: ticket.number })} data-testid="wallet-ticket">
                  <TicketNumber number={ticket.number} />
                </a>
              )}{' '}
              · <bdi>{ticket.service_name}</bdi>
            </strong>
            <small className="num">
              {dayAndClock(ticket.issued_at)}
              {LIVING.has(ticket.status) && ticket.people_ahead !== null && ` · ${t('tickets.ahead', { count: ticket.people_ahead })}`}
              {ticket.status === 'called' && ticket.counter_number !== null && ` · ${t('tickets.at', { number: ticket.counter_number })}`}
            </small>
          </span>
          <StatusBadge state={ticket.status} />
        </li>
      ))}
    </ul>
  );
}
