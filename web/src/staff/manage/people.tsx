import { Button, Checkbox, Drawer, Select, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { memo, useCallback, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Floor, FloorLine, Ticket } from '~/api/shapes';
import { Fault, Loading, Message } from '~/shared/states';
import { TicketNumber } from '~/shared/ticket-number';
import { may, useTenantPath, useUser } from '../session';
import { firstInLine } from '../shared/first-in-line';
import { Refusal, useFieldFaults } from '../shared/refusal';
import { useSteady } from '../shared/use-steady';
import { TicketMenu } from '../ticket/menu';
import { Tags } from '../ticket/tags';
import styles from './manage.module.css';

/** So many are read at first, and with each "Show more". */
const STEP = 200;

interface Props {
  readonly line: FloorLine | null;
  readonly floor: Floor;
  /** The time by the server's clock. */
  readonly now: number;
  readonly cut: boolean;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Who waits in a line, and how to move some of them: within it, or to another one. */
export function People({ line, floor, onClose, ...rest }: Props) {
  const { t } = useTranslation('manage');
  return (
    <Drawer opened={line !== null} onClose={onClose} position="right" size="md" title={line?.name ?? ''} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      {line !== null && <Waiting line={floor.lines.find((l) => l.queue_id === line.queue_id) ?? line} floor={floor} {...rest} />}
    </Drawer>
  );
}

function Waiting({ line, floor, now, cut, onDone }: Omit<Props, 'line' | 'onClose'> & { line: FloorLine }) {
  const { t } = useTranslation('manage');
  const base = useTenantPath();
  const user = useUser();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [count, setCount] = useState(STEP);
  const people = useQuery({
    queryKey: ['people', line.queue_id, count, floor.at],
    queryFn: () => firstInLine(`${base}/tickets?status=waiting&queue_id=${line.queue_id}`, count),
    placeholderData: (previous) => previous,
  });
  const { refetch } = people;
  const again = useCallback(() => void refetch(), [refetch]);
  const toggle = useCallback((id: string) => setChosen((all) => new Set(all.has(id) ? [...all].filter((other) => other !== id) : [...all, id])), []);
  const inOrder = people.data?.tickets ?? [];
  // Whoever is being chosen does not move below the pointer; whoever was called meanwhile is no longer chosen.
  const choosing = inOrder.some(({ id }) => chosen.has(id));
  const rows = useSteady(inOrder, (ticket) => ticket.id, choosing).filter(({ gone }) => !gone);
  if (people.data === undefined) return people.isError ? <Fault error={people.error} onRetry={again} /> : <Loading rows={5} />;
  if (rows.length === 0) return <Message title={t('people.none')} />;
  const ids = rows.map(({ item }) => item.id).filter((id) => chosen.has(id));
  const movable = may(user, 'tickets:manage');
  return (
    <Stack>
      <ul className={styles.people}>
        {rows.map(({ item }) => (
          <Person key={item.id} ticket={item} waited={Math.max(0, Math.floor((now - Date.parse(item.entered_at)) / 60_000))} timeZone={floor.site.timezone} cut={cut} onChanged={again} {...(movable ? { chosen: chosen.has(item.id), onToggle: toggle } : {})} />
        ))}
      </ul>
      {people.data.more && (
        <Button variant="default" loading={people.isPlaceholderData && count > inOrder.length} onClick={() => setCount(count + STEP)} data-testid="people-further">
          {t('people.further', { rest: Math.max(1, line.waiting - inOrder.length) })}
        </Button>
      )}
      {movable && (
        <MoveForm
          line={line}
          floor={floor}
          ids={ids}
          cut={cut}
          onDone={() => {
            setChosen(new Set());
            again();
            onDone();
          }}
        />
      )}
    </Stack>
  );
}

interface PersonProps {
  readonly ticket: Ticket;
  /** Minutes. */
  readonly waited: number;
  readonly timeZone: string;
  readonly cut: boolean;
  readonly onChanged: () => void;
  readonly chosen?: boolean;
  readonly onToggle?: (id: string) => void;
}

/** One of many hundreds: drawn again when something of this person changes, not with each second. */
const Person = memo(function Person({ ticket, waited, timeZone, cut, onChanged, chosen, onToggle }: PersonProps) {
  const { t } = useTranslation('manage');
  const text = (
    <span className={styles.personText}>
      <TicketNumber number={ticket.number} />
      <span className="num">{t('minutes', { count: waited })}</span>
      <bdi>{ticket.customer_name ?? ''}</bdi>
      <Tags tags={ticket.tags} />
    </span>
  );
  return (
    <li>
      <span className={styles.grow}>{onToggle === undefined ? text : <Checkbox checked={chosen ?? false} onChange={() => onToggle(ticket.id)} label={text} />}</span>
      <TicketMenu ticket={ticket} timeZone={timeZone} off={cut} onChanged={onChanged} />
    </li>
  );
});

/** Where to and why; everybody who is moved reads the reason on the page of their ticket. */
function MoveForm({ line, floor, ids, cut, onDone }: { line: FloorLine; floor: Floor; ids: readonly string[]; cut: boolean; onDone: () => void }) {
  const { t } = useTranslation('manage');
  const base = useTenantPath();
  const [to, setTo] = useState('front');
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const faults = useFieldFaults(error);
  const places = [
    { value: 'front', label: t('people.front') },
    { value: 'end', label: t('people.end') },
    ...floor.lines.filter((other) => other.queue_id !== line.queue_id).map((other) => ({ value: other.queue_id, label: other.name })),
  ];
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    if (busy || cut || ids.length === 0) return;
    setBusy(true);
    setError(null);
    try {
      // The first one last, so that those who go to the front stand there in their old order.
      for (const id of to === 'front' ? [...ids].reverse() : ids) {
        await api.post(`${base}/tickets/${id}/move`, { reason: reason.trim(), ...(to === 'front' ? { position: 1 } : to === 'end' ? {} : { queue_id: to }) });
      }
      setReason('');
      onDone();
    } catch (fault) {
      // Whoever was chosen stays chosen: the reason is given, and they are moved after all.
      setError(fault);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(e) => void submit(e)} noValidate className={styles.move}>
      <Refusal error={error} label={() => t('people.reason')} />
      <Select label={t('people.to')} data={places} value={to} allowDeselect={false} onChange={(value) => setTo(value ?? 'front')} />
      <TextInput label={t('people.reason')} value={reason} required error={faults['reason']} data-field="reason" dir="auto" onChange={(e) => setReason(e.currentTarget.value)} />
      <Button type="submit" loading={busy} disabled={ids.length === 0 || cut} data-testid="floor-move">
        {t('people.move', { count: ids.length, to: places.find((place) => place.value === to)?.label })}
      </Button>
    </form>
  );
}
