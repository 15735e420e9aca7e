import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, withQuery } from '~/api/client';
import type { Appointment, Page, Ticket } from '~/api/shapes';
import { clock, longDate } from '~/i18n/format';
import { Fault, Loading } from '~/shared/states';
import { StatusBadge } from '~/shared/status-badge';
import { TicketNumber } from '~/shared/ticket-number';
import { useTenantPath } from '../session';
import { useServerTime } from '../shared/server-clock';
import { readAll, useEntries } from '../shared/use-entries';
import { useNamed } from '../shared/use-named';
import type { Site } from '../shared/use-site';
import { HappenedButton } from '../ticket/happened';
import styles from './customer.module.css';
import { KEY } from './use-customer';

/** So many tickets are read at once. */
const SHOWN = 10;
/** So many appointments that are over are shown, of the last year. */
const PAST = 20;
const YEAR_MS = 366 * 86_400_000;
/** Whoever is an hour late may still come. */
const LATE_MS = 3_600_000;

/** "20 November 2026, 14:32" on the clock of a site. */
const moment = (at: string, site: Site | undefined) => `${longDate(at, site?.timezone)}, ${clock(at, site?.timezone)}`;

/** A customer's tickets, the newest first. */
export function CustomerTickets({ id }: { readonly id: string }) {
  const { t } = useTranslation('customer');
  const base = useTenantPath();
  const named = useNamed();
  const sites = useEntries<Site>('/sites');
  const tickets = useInfiniteQuery({
    queryKey: [KEY, base, id, 'tickets'],
    queryFn: ({ pageParam }) => api.get<Page<Ticket>>(withQuery(`${base}/tickets`, { customer_id: id, limit: SHOWN, cursor: pageParam })),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    staleTime: 0,
  });
  const all = tickets.data?.pages.flatMap((page) => page.items) ?? [];
  let body;
  if (tickets.data === undefined) body = tickets.isError ? <Fault error={tickets.error} onRetry={() => void tickets.refetch()} /> : <Loading rows={2} />;
  else if (all.length === 0) body = <p className={styles.hint}>{t('tickets.none')}</p>;
  else {
    body = (
      <ul className={styles.lines} data-testid="customer-tickets">
        {all.map((ticket) => {
          const site = sites.data?.find((one) => one.id === ticket.site_id);
          return (
            <li key={ticket.id}>
              <span>
                <strong>
                  <TicketNumber number={ticket.number} /> · <bdi>{named(ticket.service_name)}</bdi>
                </strong>
                <small className="num">
                  {moment(ticket.issued_at, site)}
                  {site !== undefined && (
                    <>
                      {' · '}
                      <bdi>{site.name}</bdi>
                    </>
                  )}
                </small>
              </span>
              <span className={styles.do}>
                <StatusBadge state={ticket.status} />
                <HappenedButton ticket={ticket} timeZone={site?.timezone} />
              </span>
            </li>
          );
        })}
      </ul>
    );
  }
  return (
    <section className={styles.part} aria-label={t('tickets.title')}>
      <h3>{t('tickets.title')}</h3>
      {body}
      {tickets.hasNextPage && (
        <Button variant="default" loading={tickets.isFetchingNextPage} onClick={() => void tickets.fetchNextPage()}>
          {t('history.more')}
        </Button>
      )}
    </section>
  );
}

/** A customer's appointments: those to come, and those of the last year for who asks. */
export function CustomerBookings({ id }: { readonly id: string }) {
  const { t } = useTranslation('customer');
  const base = useTenantPath();
  const [now] = useState(useServerTime());
  const [opened, setOpened] = useState(false);
  const at = (ms: number) => new Date(ms).toISOString();
  const path = (query: Record<string, string>) => withQuery(`${base}/tickets/appointments`, { customer_id: id, ...query });
  const coming = useQuery({ queryKey: [KEY, base, id, 'coming'], queryFn: () => readAll<Appointment>(path({ status: 'booked,checked_in', from: at(now - LATE_MS) })), staleTime: 0 });
  const past = useQuery({
    queryKey: [KEY, base, id, 'past'],
    // The list comes earliest first; of what is over, the latest is looked for.
    queryFn: async () => (await readAll<Appointment>(path({ from: at(now - YEAR_MS), to: at(now) }))).reverse().slice(0, PAST),
    enabled: opened,
  });
  return (
    <section className={styles.part} aria-label={t('bookings.title')}>
      <h3>{t('bookings.title')}</h3>
      {coming.data === undefined ? (
        coming.isError ? (
          <Fault error={coming.error} onRetry={() => void coming.refetch()} />
        ) : (
          <Loading rows={1} />
        )
      ) : (
        <Bookings of={coming.data} none={t('bookings.none')} testId="customer-bookings" />
      )}
      <details className={styles.more} onToggle={(e) => setOpened(e.currentTarget.open)} data-testid="customer-bookings-past">
        <summary>{t('bookings.past')}</summary>
        {past.data === undefined ? past.isError ? <Fault error={past.error} onRetry={() => void past.refetch()} /> : <Loading rows={1} /> : <Bookings of={past.data} none={t('bookings.nonePast')} testId="customer-bookings-over" />}
      </details>
    </section>
  );
}

function Bookings({ of, none, testId }: { readonly of: readonly Appointment[]; readonly none: string; readonly testId: string }) {
  const { t } = useTranslation(['customer', 'appointments']);
  const named = useNamed();
  const sites = useEntries<Site>('/sites');
  if (of.length === 0) return <p className={styles.hint}>{none}</p>;
  return (
    <ul className={styles.lines} data-testid={testId}>
      {of.map((one) => (
        <li key={one.id}>
          <span>
            <strong className="num">{moment(one.starts_at, sites.data?.find((site) => site.id === one.site_id))}</strong>
            <small>
              <bdi>{named(one.service_name)}</bdi> · <bdi>{one.site_name}</bdi> ·{' '}
              <bdi dir="ltr" className={styles.code}>
                {one.reference}
              </bdi>
            </small>
          </span>
          <span>{t(`appointments:status.${one.status}`)}</span>
        </li>
      ))}
    </ul>
  );
}
