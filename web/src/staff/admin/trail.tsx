import { Button, Group, TextInput } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, withQuery } from '~/api/client';
import type { AuditEntry, Member, Page } from '~/api/shapes';
import { fullDayAndClock } from '~/i18n/format';
import { Fault, Loading, Message } from '~/shared/states';
import { dayStart, momentOf } from '../manage/week';
import { may, useTenantPath, useUser } from '../session';
import { useEntries, useSiteNames } from '../shared/use-entries';
import styles from './admin.module.css';
import { ListPart } from './list-parts';

/** So many entries are read at once. */
const PAGE = 50;

/** A word by which a person knows the thing that something happened to: its number or its name. */
export function calledIn(payload: unknown): string {
  if (typeof payload !== 'object' || payload === null) return '';
  const at = payload as Record<string, unknown>;
  for (const key of ['number', 'reference', 'name']) if (typeof at[key] === 'string' && at[key] !== '') return at[key];
  return calledIn(at['after'] ?? at['before'] ?? at['now'] ?? at['device'] ?? at['role'] ?? null);
}

/** What happened, the newest first: who did it, when, and to what. */
export function Trail() {
  const { t } = useTranslation('admin');
  const base = useTenantPath();
  const user = useUser();
  const tenant = useQuery({ queryKey: ['tenant', base], queryFn: () => api.get<{ timezone: string }>(base) });
  const members = useEntries<Member>('/members', may(user, 'staff:read'));
  const siteOf = useSiteNames(may(user, 'sites:read'));
  const [kind, setKind] = useState('');
  const [from, setFrom] = useState('');
  const [until, setUntil] = useState('');
  const wanted = useDeferredValue(kind.trim());
  const zone = tenant.data?.timezone ?? 'UTC';
  const start = momentOf(from, '00:00', zone);
  const last = momentOf(until, '12:00', zone);
  const between = {
    from: start === null ? null : new Date(start).toISOString(),
    // The last day belongs to it.
    to: last === null ? null : new Date(dayStart(last, zone, 1)).toISOString(),
  };
  const trail = useInfiniteQuery({
    queryKey: ['trail', base, wanted, between.from, between.to],
    queryFn: ({ pageParam }) => api.get<Page<AuditEntry>>(withQuery(`${base}/audit`, { limit: PAGE, cursor: pageParam, kind: wanted === '' ? null : wanted, ...between })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    enabled: tenant.data !== undefined,
    staleTime: 0,
  });
  const entries = trail.data?.pages.flatMap((page) => page.items) ?? [];
  const nameOf = (entry: AuditEntry) => {
    const member = members.data?.find((one) => one.user_id === entry.actor_id);
    return member?.user.name ?? t(`trail.by.${entry.actor_kind}`, { defaultValue: entry.actor_kind });
  };
  let body;
  if (trail.data === undefined) body = trail.isError ? <Fault error={trail.error} onRetry={() => void trail.refetch()} /> : <Loading rows={6} />;
  else if (entries.length === 0) body = <Message title={t('trail.none')} />;
  else {
    body = (
      <>
        <ol className={styles.trail} data-testid="trail">
          {entries.map((entry) => (
            <li key={entry.id}>
              <details>
                <summary>
                  <time className="num" dateTime={entry.at}>
                    {fullDayAndClock(entry.at, zone)}
                  </time>
                  <code dir="ltr">{entry.kind}</code>
                  <strong>
                    <bdi>{calledIn(entry.payload)}</bdi>
                  </strong>
                  <span>
                    <bdi>{nameOf(entry)}</bdi>
                    {entry.site_id !== null && <> · {siteOf(entry)}</>}
                  </span>
                </summary>
                <pre dir="ltr" tabIndex={0} aria-label={t('trail.facts')}>
                  {JSON.stringify({ [entry.thing_kind]: entry.thing_id, ...(entry.ip === null ? {} : { ip: entry.ip }), facts: entry.payload, ...(entry.personal === null ? {} : { personal: entry.personal }) }, null, 2)}
                </pre>
              </details>
            </li>
          ))}
        </ol>
        {trail.hasNextPage && (
          <Button variant="default" loading={trail.isFetchingNextPage} onClick={() => void trail.fetchNextPage()} data-testid="trail-more">
            {t('trail.more')}
          </Button>
        )}
      </>
    );
  }
  return (
    <ListPart name={t('noun.trail')}>
      <p className={styles.about}>{t('trail.about')}</p>
      <Group align="end" my="sm">
        <TextInput label={t('trail.kind')} placeholder="ticket.called" dir="ltr" autoComplete="off" value={kind} onChange={(e) => setKind(e.currentTarget.value)} data-testid="trail-kind" />
        <TextInput label={t('trail.from')} type="date" value={from} onChange={(e) => setFrom(e.currentTarget.value)} data-testid="trail-from" />
        <TextInput label={t('trail.until')} type="date" value={until} onChange={(e) => setUntil(e.currentTarget.value)} data-testid="trail-until" />
      </Group>
      {body}
    </ListPart>
  );
}
