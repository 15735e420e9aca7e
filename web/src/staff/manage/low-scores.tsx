import { Alert } from '@mantine/core';
import { IconMoodSad } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, withQuery } from '~/api/client';
import type { Feedback, Page, Ticket } from '~/api/shapes';
import { clock, number } from '~/i18n/format';
import { TicketNumber } from '~/shared/ticket-number';
import type { AtSite } from '../appointments/use-day';
import { useTenantPath } from '../session';
import { useNamed } from '../shared/use-named';
import { useNews } from '../shared/use-news';
import styles from './manage.module.css';
import { dayStart } from './week';

/** The key of what was read; the feed says when it is worth reading again. */
export const LOW_SCORES = 'feedback-low';
/** So many are named; more would hide the rest of the floor. */
const SHOWN = 3;
/** Until when somebody at this machine has seen them, by site. */
const STORE = 'usher.low.';

/** Somebody who was not content, with the ticket that they speak of; null where it is erased. */
type Low = Feedback & { readonly ticket: Ticket | null };

/** Those that came after what was seen last. */
export function unseen<T extends { readonly created_at: string }>(all: readonly T[], seen: string | null): T[] {
  return all.filter((one) => seen === null || Date.parse(one.created_at) > Date.parse(seen));
}

function seenBefore(site: string): string | null {
  try {
    return localStorage.getItem(STORE + site);
  } catch {
    return null;
  }
}

/** People who were not content today: the manager is told of each at once, and takes the notice away when it was dealt with. */
export function LowScores({ site, at }: AtSite) {
  const { t } = useTranslation('manage');
  const base = useTenantPath();
  const named = useNamed();
  const from = new Date(dayStart(Date.parse(at), site.timezone, 0)).toISOString();
  const [seen, setSeen] = useState(() => seenBefore(site.id));
  const { data } = useQuery({
    queryKey: [LOW_SCORES, base, site.id, from],
    queryFn: async () => {
      const { items } = await api.get<Page<Feedback>>(withQuery(`${base}/feedback`, { site_id: site.id, from, low: true, limit: SHOWN }));
      return Promise.all(items.map(async (one): Promise<Low> => ({ ...one, ticket: await api.get<Ticket>(`${base}/tickets/${one.ticket_id}`).catch(() => null) })));
    },
    staleTime: Infinity,
  });
  const low = unseen(data ?? [], seen);
  const mark = (one: Low) => (one.csat === null ? t('low.nps', { mark: number(one.nps ?? 0) }) : t('feedback.of5', { mark: number(one.csat) }));
  useNews(
    data,
    (one) => one.id,
    (one) => t('low.said', { number: one.ticket?.number ?? '–', mark: mark(one), service: named(one.ticket?.service_name ?? '–') }),
  );
  const newest = low[0];
  if (newest === undefined) return null;
  const close = () => {
    setSeen(newest.created_at);
    try {
      localStorage.setItem(STORE + site.id, newest.created_at);
    } catch {
      // seen as long as the page is there
    }
  };
  return (
    <Alert color="warn" icon={<IconMoodSad size={20} />} title={t('low.title')} withCloseButton closeButtonLabel={t('low.seen')} onClose={close} data-testid="floor-low">
      <ul>
        {low.map((one) => (
          <li key={one.id} className={styles.low}>
            <span className="num">
              <strong>
                <bdi dir="ltr">{mark(one)}</bdi>
              </strong>
              {' · '}
              {one.ticket !== null && (
                <>
                  <TicketNumber number={one.ticket.number} /> · <bdi>{named(one.ticket.service_name)}</bdi>
                  {' · '}
                </>
              )}
              {clock(one.created_at, site.timezone)}
            </span>
            {one.comment !== null && (
              <q>
                <bdi>{one.comment}</bdi>
              </q>
            )}
          </li>
        ))}
      </ul>
    </Alert>
  );
}
