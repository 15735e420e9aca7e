import { Button, TextInput } from '@mantine/core';
import { IconArrowBackUp, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, withQuery } from '~/api/client';
import type { Appointment, CheckedIn, Page, PublicTicket, Ticket } from '~/api/shapes';
import { Fault, Loading, Message } from '~/shared/states';
import { TicketNumber } from '~/shared/ticket-number';
import { AppointmentRow } from '../appointments/row';
import { useSiteDay, type AtSite } from '../appointments/use-day';
import { may, useTenantPath, useUser } from '../session';
import { Refusal } from '../shared/refusal';
import { useServerNow } from '../shared/server-clock';
import { useHeld, useSteady } from '../shared/use-steady';
import { PrintButton } from './print';
import styles from './reception.module.css';
import { ScanButton } from './scan-button';
import { TicketRow } from './ticket-row';

interface Props {
  readonly site: AtSite['site'];
  /** Changes whenever something happened at the site. */
  readonly at: string;
  readonly cut: boolean;
  /** Somebody was checked in, or an appointment changed. */
  readonly onChanged: () => void;
}

/** For how long the server takes a cancellation back. */
const UNDO_MS = 60_000;
const REST_MS = 5000;
const SHOWN = 50;
/** A window of arrival opens or closes on the minute. */
const LOOK_MS = 30_000;
/** Bookings of people who may still come. */
const TO_COME: ReadonlySet<Appointment['status']> = new Set(['booked', 'no_show']);

/** The secret of a ticket's page in what a scanner typed. */
export function scanned(text: string): string | null {
  return /\/t\/([\w-]{20,})\/?$/.exec(text.trim())?.[1] ?? null;
}

/** Finds people by name, phone, number or the code on their ticket, also among today's bookings; else shows who waits now. */
export function Find({ site, at, cut, onChanged }: Props) {
  const { t } = useTranslation('reception');
  const user = useUser();
  const [search, setSearch] = useState('');
  const [error, setError] = useState<unknown>(null);
  const wanted = useDeferredValue(search.trim());
  const secret = scanned(search);
  // A scanner types the address of the ticket's page; it becomes the number that the page shows.
  useEffect(() => {
    if (secret === null) return;
    api.get<PublicTicket>(`/api/v1/public/tickets/${secret}`).then((ticket) => setSearch(ticket.number), setError);
  }, [secret]);
  return (
    <section className={styles.card} aria-label={t('find.title')}>
      <h2>{t('find.title')}</h2>
      <div className={styles.search}>
        <TextInput
          aria-label={t('find.label')}
          placeholder={t('find.label')}
          leftSection={<IconSearch size={20} />}
          value={search}
          autoComplete="off"
          onChange={(e) => {
            setError(null);
            setSearch(e.currentTarget.value);
          }}
          data-testid="reception-search"
        />
        <ScanButton
          onCode={(text) => {
            setError(null);
            setSearch(text);
          }}
        />
      </div>
      <Refusal error={error} quiet onClose={() => setError(null)} />
      {secret === null && wanted !== '' && may(user, 'appointments:read') && <Booked site={site} text={wanted} at={at} cut={cut} onChanged={onChanged} />}
      {secret === null && <Found site={site} text={wanted} at={at} cut={cut} />}
    </section>
  );
}

/** Whoever booked for today, has not come yet and matches: they are checked in from here. */
function Booked({ site, text, at, cut, onChanged }: Props & { text: string }) {
  const { t } = useTranslation('reception');
  const now = useServerNow(LOOK_MS);
  const day = useSiteDay({ site, at }, now);
  const [arrived, setArrived] = useState<CheckedIn | null>(null);
  const found = (day.appointments.data ?? []).filter((one) => TO_COME.has(one.status) && isOf(one, text));
  const changed = () => {
    void day.appointments.refetch();
    onChanged();
  };
  return (
    <>
      {arrived !== null && (
        <div className={styles.out} role="status" data-testid="reception-arrived">
          <TicketNumber number={arrived.ticket.number} />
          <span>{t('appointments:day.arrived', { name: arrived.name ?? arrived.reference, count: arrived.ticket.people_ahead ?? 0 })}</span>
          <PrintButton ticket={arrived.ticket} timeZone={site.timezone} off={cut} />
        </div>
      )}
      {found.length > 0 && (
        <section aria-label={t('appointments')} data-testid="reception-booked">
          <ul className={styles.found}>
            {found.slice(0, SHOWN).map((one) => (
              <AppointmentRow
                key={one.id}
                appointment={one}
                rules={day.rules.get(one.availability_id)}
                ticket={undefined}
                site={site}
                now={now}
                off={cut}
                onChanged={changed}
                onCheckedIn={(answer) => {
                  setArrived(answer);
                  changed();
                }}
              />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

/** A text in which case and accents do not matter. */
const folded = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
/** The digits of a number, without what stands before the number at home. */
const digitsOf = (text: string) => text.replace(/\D/g, '').replace(/^0+/, '');

/** Whether a booking is that of whom the desk looks for: by a piece of the name, the code, the address or the number. */
export function isOf({ name, reference, email, phone }: Pick<Appointment, 'name' | 'reference' | 'email' | 'phone'>, text: string): boolean {
  const wanted = folded(text);
  if ([name, reference, email].some((value) => value !== null && folded(value).includes(wanted))) return true;
  const digits = /[^\d\s+()/.-]/.test(text) ? '' : digitsOf(text);
  return digits.length >= 3 && phone !== null && digitsOf(phone).includes(digits);
}

/** Whoever matches, or everybody who is in the house now. */
function Found({ site, text, at, cut }: Omit<Props, 'onChanged'> & { text: string }) {
  const { t } = useTranslation('reception');
  const base = useTenantPath();
  const [out, setOut] = useState<Ticket | null>(null);
  const [error, setError] = useState<unknown>(null);
  const found = useQuery({
    queryKey: ['found', site.id, text, at],
    queryFn: () => api.get<Page<Ticket>>(withQuery(`${base}/tickets`, { site_id: site.id, limit: SHOWN, q: text, status: text === '' ? 'waiting' : null })),
    // Another search's people are not this one's.
    placeholderData: (previous, query) => (query?.queryKey[2] === text ? previous : undefined),
  });
  useEffect(() => {
    if (out === null) return undefined;
    const timer = setTimeout(() => setOut(null), UNDO_MS);
    return () => clearTimeout(timer);
  }, [out]);
  const undo = () => {
    setError(null);
    api.post(`${base}/agents/undo`, { operation: 'cancel', ticket_id: out?.id }).then(() => {
      setOut(null);
      void found.refetch();
    }, setError);
  };
  let body;
  if (found.data === undefined) body = found.isError ? <Fault error={found.error} onRetry={() => void found.refetch()} /> : <Loading />;
  else if (found.data.items.length === 0) body = text === '' ? <Message title={t('find.none')} /> : <Message title={t('find.noMatch', { text })} text={t('find.noMatchHint')} />;
  else {
    body = (
      <>
        <Rows key={text} tickets={found.data.items} timeZone={site.timezone} cut={cut} onChanged={() => void found.refetch()} onOut={setOut} />
        {found.data.next_cursor !== null && <p className={styles.none}>{t('find.more', { count: SHOWN })}</p>}
      </>
    );
  }
  return (
    <>
      {out !== null && (
        <div className={styles.out} role="status">
          <span>{t('find.out', { number: out.number })}</span>
          <Button variant="default" leftSection={<IconArrowBackUp size={20} className="mirror" />} onClick={undo} data-testid="reception-undo">
            {t('find.undo')}
          </Button>
        </div>
      )}
      <Refusal error={error} quiet onClose={() => setError(null)} />
      {body}
    </>
  );
}

interface RowsProps {
  readonly tickets: readonly Ticket[];
  readonly timeZone: string;
  readonly cut: boolean;
  readonly onChanged: () => void;
  readonly onOut: (ticket: Ticket) => void;
}

/** The rows of one search; they stand still below a pointer. */
function Rows({ tickets, ...row }: RowsProps) {
  const { held, handlers } = useHeld(REST_MS);
  const rows = useSteady(tickets, (ticket) => ticket.id, held);
  return (
    <ul className={styles.found} {...handlers}>
      {rows.map(({ item, gone }) => (
        <TicketRow key={item.id} ticket={item} gone={gone} {...row} />
      ))}
    </ul>
  );
}
