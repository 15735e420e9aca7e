import { Button, Group, Modal, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Appointment, Counter, Queue, Redemption } from '~/api/shapes';
import { withQuery } from '~/api/client';
import { Fault } from '~/shared/states';
import { useUser } from '../session';
import { Refusal } from '../shared/refusal';
import { useDevices, useEntries, type Entry } from '../shared/use-entries';
import { nameOf, shown, type Noun } from './nouns';

/** One thing that a deletion costs; `holds` when it stands in the way. */
interface Cost {
  readonly key: string;
  readonly count?: number;
  readonly name?: string | undefined;
  readonly holds: boolean;
}

/** What depends on an entry. */
interface Costs {
  /** Counted; undefined while that is being read. */
  readonly costs: Cost[] | undefined;
  /** What could not be read, and the way to read it again. */
  readonly error: unknown;
  readonly again: () => void;
}

function useCosts(noun: Noun, entry: Entry, opened: boolean): Costs {
  const user = useUser();
  const queues = useEntries<Queue>('/queues', opened && ['sites', 'services'].includes(noun.name));
  const counters = useEntries<Counter>('/counters', opened && ['sites', 'queues'].includes(noun.name));
  const devices = useDevices(opened && noun.name === 'sites');
  const [now] = useState(() => new Date().toISOString());
  const coming = useEntries<Appointment>(withQuery('/tickets/appointments', { site_id: shown(entry['site_id']), service_id: shown(entry['service_id']), from: now, status: 'held,booked' }), opened && noun.name === 'availabilities');
  const kept = useEntries<Redemption>('/redemptions?status=reserved', opened && noun.name === 'rewards');
  const all = (): Cost[] | undefined => {
    const costs: (Cost | false)[] = [];
    const counted = (key: string, count: number, holds: boolean) => costs.push(count > 0 && { key, count, holds });
    switch (noun.name) {
      case 'sites': {
        if (queues.data === undefined || counters.data === undefined || devices.data === undefined) return undefined;
        const own = queues.data.filter((q) => q.site_id === entry.id);
        counted('waiting', own.reduce((sum, q) => sum + q.current_length, 0), true);
        counted('queues', own.length, true);
        counted('counters', counters.data.filter((c) => c.site_id === entry.id).length, true);
        counted('devices', devices.data.filter((d) => d.site_id === entry.id).length, true);
        break;
      }
      case 'services':
        if (queues.data === undefined) return undefined;
        counted('offered', queues.data.filter((q) => q.service_ids.includes(entry.id)).length, true);
        break;
      case 'queues':
        if (counters.data === undefined) return undefined;
        counted('waiting', Number(entry['current_length'] ?? 0), true);
        counted('serving', counters.data.filter((c) => c.queue_ids.includes(entry.id)).length, false);
        break;
      case 'counters': {
        const counter = entry as unknown as Counter;
        counted('holding', counter.holding, true);
        costs.push(counter.agent !== null && { key: 'agent', name: counter.agent.name, holds: false });
        break;
      }
      case 'routing':
        break;
      case 'availabilities':
        if (coming.data === undefined) return undefined;
        counted('coming', coming.data.filter((one) => one.availability_id === entry.id).length, true);
        break;
      case 'rewards':
        if (kept.data === undefined) return undefined;
        counted('kept', kept.data.filter((one) => one.reward_id === entry.id).length, false);
        break;
      case 'members':
        costs.push({ key: entry['user_id'] === user.id ? 'yourself' : 'member', holds: false });
        break;
    }
    return costs.filter((cost) => cost !== false);
  };
  const failed = [queues, counters, devices, coming, kept].filter((query) => query.isError && query.data === undefined);
  return { costs: all(), error: failed[0]?.error ?? null, again: () => failed.forEach((query) => void query.refetch()) };
}

interface Props {
  readonly noun: Noun;
  readonly entry: Entry;
  readonly opened: boolean;
  readonly busy: boolean;
  readonly error: unknown;
  readonly onClose: () => void;
  readonly onDelete: () => void;
}

/** Names what a deletion costs before it asks for it, and what has to go first. */
export function DeleteDialog({ noun, entry, opened, busy, error, onClose, onDelete }: Props) {
  const { t } = useTranslation('admin');
  const name = nameOf(noun, entry);
  const { costs, error: unread, again } = useCosts(noun, entry, opened);
  const held = costs?.some((cost) => cost.holds) ?? true;
  return (
    <Modal opened={opened} onClose={onClose} title={t('form.deleteTitle', { name })} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <Stack data-testid="admin-delete-cost">
        <Refusal error={error} />
        {costs === undefined && (unread === null ? <p>{t('cost.reading')}</p> : <Fault error={unread} onRetry={again} />)}
        {costs !== undefined && costs.length > 0 && (
          <ul className="staff-faults">
            {costs.map((cost) => (
              <li key={cost.key}>{t(`cost.${cost.key}`, { ...(cost.count === undefined ? {} : { count: cost.count }), name: cost.name })}</li>
            ))}
          </ul>
        )}
        {costs !== undefined && costs.length === 0 && <p>{t('cost.nothing')}</p>}
        {costs !== undefined && held && <p>{t('cost.first')}</p>}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('form.keep')}
          </Button>
          {!held && (
            <Button color="bad" loading={busy} onClick={onDelete} data-testid="admin-delete-confirm">
              {t('form.deleteName', { name })}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}
