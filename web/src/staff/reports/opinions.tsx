import { Button, Select, Switch } from '@mantine/core';
import { IconMoodSad, IconMoodSmile, IconUser, IconX } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, withQuery } from '~/api/client';
import type { Customer, Feedback, Member, Page } from '~/api/shapes';
import { clock, longDate, number } from '~/i18n/format';
import { Fault, Loading, Message } from '~/shared/states';
import { calledBy } from '../customer/called-by';
import { CustomerDrawer } from '../customer/drawer';
import { PickCustomer } from '../customer/pick';
import { may, useTenantPath, useUser } from '../session';
import { useEntries } from '../shared/use-entries';
import { HappenedButton } from '../ticket/happened';
import { momentsOf } from './days';
import styles from './reports.module.css';

/** So many are read at once. */
const SHOWN = 20;
/** From this mark on somebody was content; with a recommendation alone, from this one on. */
const CONTENT = 4;
const RECOMMENDS = 9;

interface Props {
  readonly siteId: string | null;
  readonly dates: { readonly from: string; readonly to: string };
  readonly timeZone: string;
}

/** What people said in these days, in their words, the newest first: of a service, an agent or a customer. */
export function Opinions({ siteId, dates, timeZone }: Props) {
  const { t } = useTranslation('reports');
  const base = useTenantPath();
  const user = useUser();
  const [service, setService] = useState<string | null>(null);
  const [agent, setAgent] = useState<string | null>(null);
  const [person, setPerson] = useState<Customer | null>(null);
  const [low, setLow] = useState(false);
  const services = useEntries<{ id: string; name: string }>('/services', may(user, 'services:read'));
  const members = useEntries<Member>('/members', may(user, 'staff:read'));
  const moments = momentsOf(dates, timeZone);
  const asked = { ...moments, site_id: siteId, service_id: service, agent_id: agent, customer_id: person?.id, low: low ? true : null };
  const said = useInfiniteQuery({
    queryKey: ['opinions', base, asked],
    queryFn: ({ pageParam }) => api.get<Page<Feedback>>(withQuery(`${base}/feedback`, { ...asked, limit: SHOWN, cursor: pageParam })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    enabled: moments !== null,
    staleTime: 0,
  });
  const all = said.data?.pages.flatMap((page) => page.items) ?? [];
  const nameOf = (id: string | null) => members.data?.find((one) => one.user_id === id)?.user.name;
  let list;
  if (said.data === undefined) list = said.isError ? <Fault error={said.error} onRetry={() => void said.refetch()} /> : <Loading rows={3} />;
  else if (all.length === 0) list = <Message title={t('opinions.none')} />;
  else {
    list = (
      <>
        <ul className={styles.plain} data-testid="reports-opinions">
          {all.map((one) => (
            <Opinion key={one.id} said={one} timeZone={timeZone} service={services.data?.find(({ id }) => id === one.service_id)?.name} agent={nameOf(one.agent_id)} />
          ))}
        </ul>
        {said.hasNextPage && (
          <Button variant="default" loading={said.isFetchingNextPage} onClick={() => void said.fetchNextPage()} data-testid="opinions-more">
            {t('opinions.more')}
          </Button>
        )}
      </>
    );
  }
  return (
    <section className={styles.card} aria-label={t('opinions.title')}>
      <h2>{t('opinions.title')}</h2>
      <div className={styles.choices}>
        <Select label={t('opinions.service')} placeholder={t('custom.every')} clearable searchable data={(services.data ?? []).map((s) => ({ value: s.id, label: s.name }))} value={service} onChange={setService} data-testid="opinions-service" />
        {may(user, 'staff:read') && <Select label={t('opinions.agent')} placeholder={t('opinions.anybody')} clearable searchable data={(members.data ?? []).map((m) => ({ value: m.user_id, label: m.user.name }))} value={agent} onChange={setAgent} data-testid="opinions-agent" />}
        {may(user, 'customers:read') &&
          (person === null ? (
            <PickCustomer label={t('opinions.customer')} onPick={setPerson} testId="opinions-customer" />
          ) : (
            <Button variant="default" className={styles.noLabel ?? ''} rightSection={<IconX size={18} />} onClick={() => setPerson(null)} data-testid="opinions-everybody">
              {t('opinions.of')} <bdi>{calledBy(person)}</bdi>
            </Button>
          ))}
        <Switch className={styles.noLabel ?? ''} checked={low} onChange={(e) => setLow(e.currentTarget.checked)} label={t('opinions.low')} data-testid="opinions-low" />
      </div>
      {list}
    </section>
  );
}

interface OpinionProps {
  readonly said: Feedback;
  readonly timeZone: string;
  readonly service: string | undefined;
  readonly agent: string | undefined;
}

function Opinion({ said, timeZone, service, agent }: OpinionProps) {
  const { t } = useTranslation(['reports', 'story', 'manage']);
  const user = useUser();
  const [person, setPerson] = useState(false);
  const content = said.csat === null ? (said.nps ?? 0) >= RECOMMENDS : said.csat >= CONTENT;
  const Icon = content ? IconMoodSmile : IconMoodSad;
  const marks = [said.csat === null ? null : t('reports:opinions.mark', { mark: number(said.csat) }), said.nps === null ? null : t('reports:opinions.nps', { mark: number(said.nps) })];
  const facts = [service, agent, said.channel === 'staff' ? t('reports:opinions.staff') : null];
  const known = said.customer_id !== null && may(user, 'customers:read');
  return (
    <li className={styles.entry}>
      <span>
        <span className={styles.mood}>
          <Icon size={22} role="img" aria-label={t(content ? 'manage:feedback.content' : 'manage:feedback.notContent')} />
          <strong className="num">
            <bdi dir="ltr">{marks.filter((mark) => mark !== null).join(' · ')}</bdi>
          </strong>
        </span>
        {said.comment === null ? (
          said.tags.length === 0 && <small>{t('reports:opinions.wordless')}</small>
        ) : (
          <q>
            <bdi>{said.comment}</bdi>
          </q>
        )}
        {said.tags.length > 0 && <span>{said.tags.map((tag) => t(`story:word.${tag}`, { defaultValue: tag })).join(', ')}</span>}
        <small>
          {longDate(said.created_at, timeZone)}, {clock(said.created_at, timeZone)}
          {facts.flatMap((fact) =>
            fact == null
              ? []
              : [
                  <span key={fact}>
                    {' · '}
                    <bdi>{fact}</bdi>
                  </span>,
                ],
          )}
        </small>
      </span>
      {known && (
        <Button variant="subtle" leftSection={<IconUser size={18} />} onClick={() => setPerson(true)} data-testid="opinion-person">
          {t('reports:opinions.person')}
        </Button>
      )}
      <HappenedButton ticket={{ id: said.ticket_id }} timeZone={timeZone} />
      {known && <CustomerDrawer id={person ? said.customer_id : null} cut={false} onClose={() => setPerson(false)} />}
    </li>
  );
}
