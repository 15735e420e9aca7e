import { ActionIcon, Modal, Stack } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { components } from '~/api/schema';
import type { Member, Page, Ticket } from '~/api/shapes';
import { clock, longDate, number } from '~/i18n/format';
import { Fault, Loading } from '~/shared/states';
import { TicketNumber } from '~/shared/ticket-number';
import { may, useTenantPath, useUser } from '../session';
import { useEntries } from '../shared/use-entries';
import { useNamed } from '../shared/use-named';
import { factsOf, kindOf, type Happening } from './story';
import styles from './ticket.module.css';

type Journey = components['schemas']['Journey'];

interface Props {
  /** Which one; its number where it is known already. */
  readonly ticket: Pick<Ticket, 'id'> & { readonly number?: string };
  readonly timeZone: string | undefined;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** A button that tells what happened to a ticket that is over. */
export function HappenedButton({ ticket, timeZone }: Pick<Props, 'ticket' | 'timeZone'>) {
  const { t } = useTranslation('story');
  const user = useUser();
  const [opened, setOpened] = useState(false);
  if (!may(user, 'tickets:read')) return null;
  return (
    <>
      <ActionIcon variant="subtle" color="gray" size={44} aria-label={ticket.number === undefined ? t('story') : t('title', { number: ticket.number })} onClick={() => setOpened(true)} data-testid="ticket-happened">
        <IconHistory size={20} />
      </ActionIcon>
      <HappenedDialog ticket={ticket} timeZone={timeZone} opened={opened} onClose={() => setOpened(false)} />
    </>
  );
}

/** What happened to a ticket, and the way that its person went from line to line. */
export function HappenedDialog({ ticket, timeZone, opened, onClose }: Props) {
  const { t } = useTranslation('story');
  const user = useUser();
  return (
    <Modal opened={opened} onClose={onClose} size="lg" title={ticket.number === undefined ? t('story') : t('title', { number: ticket.number })} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      {opened && (
        <Stack data-testid="ticket-story">
          {may(user, 'analytics:read') && <Way ticket={ticket} timeZone={timeZone} />}
          <Story ticket={ticket} timeZone={timeZone} />
        </Stack>
      )}
    </Modal>
  );
}

/** A ticket's stay from line to line; nothing where it is no longer remembered, or was in one line alone. */
function Way({ ticket, timeZone }: Pick<Props, 'ticket' | 'timeZone'>) {
  const { t } = useTranslation('story');
  const base = useTenantPath();
  const named = useNamed();
  const way = useQuery({ queryKey: ['ticket-journey', base, ticket.id], queryFn: () => api.get<Journey>(`${base}/analytics/tickets/${ticket.id}/journey`), staleTime: 0, retry: false });
  if (way.data === undefined || way.data.steps.length === 0) return null;
  const minutes = (value: number) => number(value, { maximumFractionDigits: 1 });
  return (
    <section aria-label={t('way.title')}>
      <h3 className={styles.heading}>{t('way.title')}</h3>
      <ol className={styles.story} data-testid="ticket-way">
        {way.data.steps.map((step) => (
          <li key={step.ticket_id + step.entered_at}>
            <time className="num" dateTime={step.entered_at}>
              <bdi dir="ltr">{clock(step.entered_at, timeZone)}</bdi>
            </time>
            <span>
              <strong>
                <TicketNumber number={step.number} /> · <bdi>{named(step.service_name)}</bdi>
              </strong>
              {step.queue_name !== step.service_name && (
                <>
                  {' · '}
                  <bdi>{named(step.queue_name)}</bdi>
                </>
              )}
              <small className="num">
                {[
                  step.wait_minutes === null ? null : t('way.waited', { minutes: minutes(step.wait_minutes) }),
                  step.service_minutes === null ? null : t('way.served', { minutes: minutes(step.service_minutes) }),
                  step.end === null ? t('way.end.open') : t(`way.end.${step.end}`),
                ]
                  .filter((part) => part !== null)
                  .join(' · ')}
              </small>
            </span>
          </li>
        ))}
      </ol>
      {way.data.minutes !== null && <p className={styles.hint}>{t('way.all', { minutes: minutes(way.data.minutes) })}</p>}
    </section>
  );
}

/** What happened, in order: when, what, and who did it. */
function Story({ ticket, timeZone }: Pick<Props, 'ticket' | 'timeZone'>) {
  const { t } = useTranslation('story');
  const base = useTenantPath();
  const read = useQuery({ queryKey: ['ticket-history', base, ticket.id], queryFn: () => api.get<Page<Happening>>(`${base}/tickets/${ticket.id}/history`), staleTime: 0 });
  const told = useTold(timeZone);
  if (read.data === undefined) return read.isError ? <Fault error={read.error} onRetry={() => void read.refetch()} /> : <Loading rows={4} />;
  const { items } = read.data;
  return (
    <section aria-label={t('story')}>
      <h3 className={styles.heading}>{t('story')}</h3>
      {items.length === 0 && <p className={styles.hint}>{t('none')}</p>}
      <ol className={styles.story} data-testid="ticket-history">
        {items.map((one, n) => {
          const day = longDate(one.at, timeZone);
          const before = items[n - 1];
          const { what, more, by } = told(one);
          return (
            <li key={one.at + one.kind + String(n)} data-kind={kindOf(one.kind)}>
              <time className="num" dateTime={one.at}>
                {(before === undefined || longDate(before.at, timeZone) !== day) && <small>{day}</small>}
                <bdi dir="ltr">{clock(one.at, timeZone)}</bdi>
              </time>
              <span>
                <strong>{what}</strong>
                {more.map((fact) => (
                  <span key={fact}>
                    {' · '}
                    <bdi>{fact}</bdi>
                  </span>
                ))}
                <small>
                  <bdi>{by}</bdi>
                </small>
              </span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

/** What a happening is called, what is told of it, and who it was. */
function useTold(timeZone: string | undefined): (one: Happening) => { what: string; more: readonly string[]; by: string } {
  const { t } = useTranslation(['story', 'agent']);
  const user = useUser();
  const named = useNamed();
  const queues = useEntries<{ id: string; name: string }>('/queues', may(user, 'queues:read'));
  const counters = useEntries<{ id: string; number: string }>('/counters', may(user, 'counters:read'));
  const members = useEntries<Member>('/members', may(user, 'staff:read'));
  const kind = (name: string) => t(`story:kind.${kindOf(name)}`, { defaultValue: name });
  return (one) => {
    const facts = factsOf(one);
    const queue = queues.data?.find(({ id }) => id === facts.queue_id);
    const counter = counters.data?.find(({ id }) => id === facts.counter_id);
    const more = [
      facts.channel === undefined ? null : t(`agent:channel.${facts.channel}`, { defaultValue: facts.channel }),
      queue === undefined ? null : named(queue.name),
      counter === undefined ? null : t('story:at', { number: counter.number }),
      facts.class === undefined ? null : t(`agent:class.${facts.class}`, { defaultValue: facts.class }),
      facts.parked_until === undefined ? null : t('story:until', { time: clock(facts.parked_until, timeZone) }),
      facts.outcome ?? null,
      facts.cause === undefined ? null : t(`story:cause.${facts.cause}`, { defaultValue: facts.cause }),
      facts.undone === undefined ? null : kind(facts.undone),
      facts.reason === undefined ? null : t('story:reason', { text: facts.reason }),
    ];
    const member = members.data?.find(({ user_id }) => user_id === one.actor.id);
    const by = member?.user.name ?? t(`story:by.${one.actor.kind}`, { defaultValue: one.actor.kind });
    return { what: kind(one.kind), more: more.filter((fact) => fact !== null), by };
  };
}
