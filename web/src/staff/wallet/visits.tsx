import { Button } from '@mantine/core';
import { IconCalendarPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OwnTicket } from '~/api/shapes';
import { dayAndClock } from '~/i18n/format';
import { Fault, Loading } from '~/shared/states';
import { StatusBadge } from '~/shared/status-badge';
import { TicketNumber } from '~/shared/ticket-number';
import { OwnRow } from '../appointments/own-row';
import { SubscribeButton } from '../appointments/subscribe';
import { useTenantPath } from '../session';
import { useEntries } from '../shared/use-entries';
import type { Site } from '../shared/use-site';
import { useOwnAppointments, useOwnTickets, useWalletReload } from './use-wallet';
import styles from './wallet.module.css';

/** One's own appointments to come: move, cancel, book. */
export function Appointments({ cut }: { cut: boolean }) {
  const { t } = useTranslation('wallet');
  const base = useTenantPath();
  const reload = useWalletReload();
  const [from] = useState(() => new Date(Date.now() - 3_600_000).toISOString());
  const own = useOwnAppointments(from);
  const sites = useEntries<Site>('/sites');
  let body;
  if (own.data === undefined || sites.data === undefined) {
    const failed = [own, sites].find((query) => query.isError && query.data === undefined);
    body = failed === undefined ? <Loading rows={2} /> : <Fault error={failed.error} onRetry={() => void Promise.all([own.refetch(), sites.refetch()])} />;
  } else if (own.data.length === 0) body = <p className={styles.fact}>{t('appointments.none')}</p>;
  else {
    body = (
      <ul className={styles.lines} data-testid="wallet-appointments">
        {own.data.map((one) => (
          <OwnRow key={one.id} own={one} site={sites.data?.find((site) => site.id === one.site_id)} cut={cut} onChanged={reload} />
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
        <Button component="a" href="/appointments" variant="subtle" data-testid="wallet-all">
          {t('appointments.all')}
        </Button>
      </header>
      {body}
    </section>
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
