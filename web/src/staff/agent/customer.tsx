import { IconHistory } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, withQuery } from '~/api/client';
import type { Customer, Page, Ticket } from '~/api/shapes';
import { fullDayAndClock } from '~/i18n/format';
import { StatusBadge } from '~/shared/status-badge';
import { may, useTenantPath, useUser } from '../session';
import { HappenedButton } from '../ticket/happened';
import styles from './agent.module.css';

/** So many earlier visits are looked at. */
const LOOKED_AT = 20;

/** How often a person was here before the ticket in hand; there may be more where all that are looked at are theirs. */
export function earlier(tickets: readonly Pick<Ticket, 'id' | 'visit_id'>[], now: Pick<Ticket, 'id' | 'visit_id'>): number {
  const visits = new Set(tickets.filter((one) => one.id !== now.id && (one.visit_id === null || one.visit_id !== now.visit_id)).map((one) => one.visit_id ?? one.id));
  return visits.size;
}

/** What is known of the person at the counter: what staff should know, and their earlier visits. */
export function CustomerPart({ ticket, timeZone }: { ticket: Ticket; timeZone: string | undefined }) {
  const { t } = useTranslation('agent');
  const base = useTenantPath();
  const user = useUser();
  const id = ticket.customer_id;
  const known = id !== null && may(user, 'customers:read');
  const person = useQuery({ queryKey: ['agent-customer', base, id], queryFn: () => api.get<Customer>(`${base}/customers/${id ?? ''}`), enabled: known });
  const visits = useQuery({
    queryKey: ['agent-visits', base, id, ticket.id],
    queryFn: () => api.get<Page<Ticket>>(withQuery(`${base}/tickets`, { customer_id: id, limit: LOOKED_AT })),
    enabled: known,
  });
  if (!known) return null;
  const before = (visits.data?.items ?? []).filter((one) => one.id !== ticket.id);
  const count = earlier(before, ticket);
  const notes = person.data?.notes ?? null;
  return (
    <div className={styles.customer} data-testid="agent-customer">
      {notes !== null && (
        <p className={styles.note}>
          <bdi>{notes}</bdi>
        </p>
      )}
      {visits.data !== undefined && count === 0 && <p className={styles.waited}>{t('customer.first')}</p>}
      {count > 0 && (
        <details>
          <summary>
            <IconHistory size={20} aria-hidden /> {t('customer.visits', { count })}
          </summary>
          <ul>
            {before.map((one) => (
              <li key={one.id}>
                <time className="num" dateTime={one.issued_at}>
                  {fullDayAndClock(one.issued_at, timeZone)}
                </time>
                <span>
                  <bdi>{one.service_name}</bdi>
                  {one.notes.map((note) => (
                    <small key={note.at + note.text}>
                      <bdi>{note.text}</bdi>
                    </small>
                  ))}
                </span>
                <StatusBadge state={one.status} />
                <HappenedButton ticket={one} timeZone={timeZone} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
