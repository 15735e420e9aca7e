import { Alert, Select, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, withQuery } from '~/api/client';
import { ApiFault } from '~/api/fault';
import type { Page, Service, SiteBoard, Ticket } from '~/api/shapes';
import { LiveAge } from '~/shared/live-age';
import { useOnceTap } from '~/shared/once-tap';
import { Fault, Loading, Message, useFaultText } from '~/shared/states';
import { TicketNumber } from '~/shared/ticket-number';
import { WaitRange } from '~/shared/wait-estimate';
import { useTenantPath, useUser } from '../session';
import { useRefreshed } from '../shared/use-refreshed';
import { useSite } from '../shared/use-site';
import { Details } from './details';
import { Receipt } from './receipt';
import styles from './reception.module.css';
import { TicketRow } from './ticket-row';

/** The desk without a counter: issue, find, edit, reprint, for people who would rather talk than tap. */
export default function ReceptionPage() {
  const { t } = useTranslation('reception');
  const { query, sites, site, choose } = useSite();
  useEffect(() => {
    document.title = t('title');
  }, [t]);
  if (query.isError) return <Fault error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return <Loading rows={4} />;
  if (site === undefined) return <Message title={t('noSiteTitle')} text={t('noSite')} />;
  return (
    <Desk
      key={site.id}
      site={site}
      picker={
        sites.length > 1 && (
          <Select
            aria-label={t('site')}
            data={sites.map((s) => ({ value: s.id, label: s.name }))}
            value={site.id}
            allowDeselect={false}
            onChange={(id) => id !== null && choose(id)}
          />
        )
      }
    />
  );
}

interface DeskProps {
  site: { id: string; slug: string; name: string };
  picker: React.ReactNode;
}

function Desk({ site, picker }: DeskProps) {
  const { t } = useTranslation('reception');
  const words = useFaultText();
  const base = useTenantPath();
  const user = useUser();
  const feed = `${base}/events?rooms=site:${site.id}`;
  const board = useRefreshed<SiteBoard>(`/api/v1/public/sites/${user.tenant?.slug ?? ''}/${site.slug}`, feed);
  const [person, setPerson] = useState({ name: '', phone: '', assistance: '', party: 1, priority: 'normal', reason: '' });
  const [issued, setIssued] = useState<Ticket | null>(null);
  const [refusal, setRefusal] = useState<unknown>(null);
  const [search, setSearch] = useState('');
  const wanted = useDeferredValue(search.trim());

  const issue = useOnceTap((service: Pick<Service, 'id'>, queueId: string) => {
    setRefusal(null);
    const text = (value: string) => (value.trim() === '' ? undefined : value.trim());
    api
      .post<Ticket>(`${base}/tickets`, {
        service_id: service.id,
        queue_id: queueId,
        site_id: site.id,
        name: text(person.name),
        phone: text(person.phone),
        assistance: text(person.assistance),
        party_size: person.party,
        ...(person.priority === 'normal' ? {} : { priority: { class: person.priority, reason: person.reason } }),
        channel: 'staff',
      }, { retries: 2 })
      .then((ticket) => {
        setIssued(ticket);
        setPerson({ name: '', phone: '', assistance: '', party: 1, priority: 'normal', reason: '' });
        board.reload();
      })
      .catch(setRefusal);
  });

  if (board.query.data === undefined) {
    return board.query.isError ? <Fault error={board.query.error} onRetry={() => void board.query.refetch()} /> : <Loading rows={4} />;
  }
  const { queues } = board.query.data;
  const fields = refusal instanceof ApiFault ? refusal.byField() : {};
  return (
    <div className={styles.desk}>
      <header className={styles.head}>
        <h1 className={picker === false ? '' : 'visually-hidden'}>{site.name}</h1>
        {picker}
        <LiveAge clock={board.clock} />
      </header>
      <section className={styles.card} aria-label={t('issue.title')}>
        <h2>{t('issue.title')}</h2>
        {refusal !== null && (
          <Alert color="warn" role="alert" title={words(refusal).title} withCloseButton closeButtonLabel={t('common:action.close')} onClose={() => setRefusal(null)}>
            {refusal instanceof ApiFault ? refusal.message : words(refusal).text}
          </Alert>
        )}
        <Details person={person} onChange={setPerson} fields={fields} />
        <div className={styles.services}>
          {queues.flatMap((queue) =>
            queue.services.map((service) => (
              <button
                key={`${queue.id}${service.id}`}
                type="button"
                className={styles.service}
                disabled={queue.status !== 'open'}
                data-testid={`reception-service-${service.code ?? queue.prefix}`}
                onClick={() => issue(service, queue.id)}
              >
                <strong>{service.name}</strong>
                {queue.name !== service.name && <span>{queue.name}</span>}
                <span className="num">{t('issue.waiting', { count: queue.waiting })}</span>
                {queue.status === 'open' ? <WaitRange estimate={queue.estimate} /> : <span>{queue.reason ?? t(`issue.${queue.status}`)}</span>}
              </button>
            )),
          )}
        </div>
        {issued !== null && (
          <div className={styles.issued} role="status">
            <span className={styles.issuedNumber}>
              <TicketNumber number={issued.number} />
            </span>
            <span>{t('issue.done', { service: issued.service_name, ahead: issued.people_ahead ?? 0 })}</span>
            <Receipt ticket={issued} siteName={site.name} />
          </div>
        )}
      </section>
      <section className={styles.card} aria-label={t('find.title')}>
        <h2>{t('find.title')}</h2>
        <TextInput
          aria-label={t('find.label')}
          placeholder={t('find.label')}
          leftSection={<IconSearch size={20} />}
          value={search}
          onChange={(e) => setSearch(e.currentTarget.value)}
          data-testid="reception-search"
        />
        <Found siteId={site.id} siteName={site.name} text={wanted} at={board.query.data.at} />
      </section>
    </div>
  );
}

/** Whoever matches, or everybody who is in the house now. */
function Found({ siteId, siteName, text, at }: { siteId: string; siteName: string; text: string; at: string }) {
  const { t } = useTranslation('reception');
  const base = useTenantPath();
  const found = useQuery({
    queryKey: ['found', siteId, text, at],
    queryFn: () =>
      api.get<Page<Ticket>>(withQuery(`${base}/tickets`, { site_id: siteId, limit: 50, q: text, status: text === '' ? 'waiting' : null })),
    placeholderData: (previous) => previous,
  });
  if (found.isError) return <Fault error={found.error} onRetry={() => void found.refetch()} />;
  if (found.data === undefined) return <Loading />;
  if (found.data.items.length === 0) return <p className={styles.none}>{text === '' ? t('find.none') : t('find.noMatch', { text })}</p>;
  return (
    <ul className={styles.found}>
      {found.data.items.map((ticket) => (
        <TicketRow key={ticket.id} ticket={ticket} siteName={siteName} onChanged={() => void found.refetch()} />
      ))}
    </ul>
  );
}
