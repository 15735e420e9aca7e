import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Service, SiteBoard, Ticket } from '~/api/shapes';
import { useOnceTap } from '~/shared/once-tap';
import { Message } from '~/shared/states';
import { TicketNumber } from '~/shared/ticket-number';
import { WaitRange } from '~/shared/wait-estimate';
import { useTenantPath } from '../session';
import { classesOf, hasClass, NORMAL, wantsReason } from '../shared/classes';
import { Refusal, useFieldFaults } from '../shared/refusal';
import { useEntries } from '../shared/use-entries';
import { Details, NOBODY, usePersonLabel } from './details';
import { PrintButton } from './print';
import { useNamed } from '../shared/use-named';
import styles from './reception.module.css';

interface Props {
  readonly board: SiteBoard;
  /** Too old for estimates: facts stay. */
  readonly expired: boolean;
  readonly cut: boolean;
  readonly onIssued: () => void;
}

/** A tap on a service is a ticket; whatever is known of the person goes along. */
export function GiveTicket({ board, expired, cut, onIssued }: Props) {
  const { t } = useTranslation('reception');
  const named = useNamed();
  const base = useTenantPath();
  const labelOf = usePersonLabel();
  const [person, setPerson] = useState(NOBODY);
  const [issued, setIssued] = useState<Ticket | null>(null);
  const [refusal, setRefusal] = useState<unknown>(null);
  const faults = useFieldFaults(refusal);
  const services = useEntries<Service>('/services');
  const issue = useOnceTap((serviceId: string, queueId: string) => {
    if (cut) return;
    setRefusal(null);
    const text = (value: string) => (value.trim() === '' ? undefined : value.trim());
    const body = {
      service_id: serviceId,
      queue_id: queueId,
      site_id: board.site.id,
      name: text(person.name),
      phone: text(person.phone),
      assistance: text(person.assistance),
      party_size: person.party,
      // The service that is tapped comes first.
      service_ids: person.more.filter((id) => id !== serviceId),
      ...(person.priority === NORMAL ? {} : { priority: person.priority, priority_reason: text(person.reason) }),
      channel: 'staff',
    };
    api
      .post<Ticket>(`${base}/tickets`, body, { retries: 2 })
      .then((ticket) => {
        setIssued(ticket);
        setPerson(NOBODY);
        onIssued();
      })
      .catch(setRefusal);
  });
  const offers = [...new Map(board.queues.flatMap((queue) => queue.services).map((one) => [one.id, { value: one.id, label: named(one.name) }])).values()];
  const tiles = board.queues.flatMap((queue) => queue.services.map((service) => ({ queue, service, rules: services.data?.find((one) => one.id === service.id) })));
  const ruled = tiles.flatMap(({ rules }) => (rules === undefined ? [] : [rules]));
  return (
    <section className={styles.card} aria-label={t('issue.title')}>
      <h2>{t('issue.title')}</h2>
      <Refusal error={refusal} label={labelOf} onClose={() => setRefusal(null)} />
      {tiles.length === 0 ? (
        <Message title={t('issue.noneTitle')} text={t('issue.none')} />
      ) : (
        <>
          <Details person={person} onChange={setPerson} faults={faults} services={offers} classes={classesOf(ruled)} reasoned={wantsReason(ruled, person.priority)} />
          <div className={styles.services}>
            {tiles.map(({ queue, service, rules }) => (
              <button
                key={`${queue.id}${service.id}`}
                type="button"
                className={styles.service}
                aria-disabled={queue.status !== 'open' || cut || !hasClass(rules, person.priority)}
                data-testid={`reception-service-${service.code}`}
                onClick={() => queue.status === 'open' && hasClass(rules, person.priority) && issue(service.id, queue.id)}
              >
                <strong>{named(service.name)}</strong>
                {queue.name !== service.name && <span>{named(queue.name)}</span>}
                <span className="num">{t('issue.waiting', { count: queue.waiting })}</span>
                {!hasClass(rules, person.priority) && <span>{t('issue.noClass')}</span>}
                {queue.status !== 'open' ? <span>{t(`issue.${queue.reason ?? queue.status}`, { defaultValue: t(`issue.${queue.status}`) })}</span> : !expired && <WaitRange estimate={queue.estimate} />}
              </button>
            ))}
          </div>
        </>
      )}
      {issued !== null && (
        <div className={styles.issued} role="status" data-testid="reception-issued">
          <span className={styles.issuedNumber}>
            <TicketNumber number={issued.number} />
          </span>
          <span>{t('issue.done', { service: named(issued.service_name), count: issued.people_ahead ?? 0 })}</span>
          <PrintButton ticket={issued} timeZone={board.site.timezone} off={cut} />
        </div>
      )}
    </section>
  );
}
