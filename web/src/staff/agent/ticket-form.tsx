import { Button, Modal, NumberInput, Select, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Console, Service, Ticket } from '~/api/shapes';
import { ApiFault } from '~/api/fault';
import { classesOf, NORMAL } from '../shared/classes';
import { Refusal, useFieldFaults } from '../shared/refusal';
import { useEntries } from '../shared/use-entries';
import type { AgentConsole } from './use-console';
import { useNamed } from '../shared/use-named';

/** The operations that need a word more than their name. */
export type FormKind = 'transfer' | 'park' | 'reprioritise' | 'cancel';

interface Props {
  readonly console: AgentConsole;
  readonly data: Console;
  /** What the form is about; absent while it is closed. */
  readonly asked: { kind: FormKind; ticket: Ticket } | null;
  readonly onClose: () => void;
  /** Sends the operation; undefined when it was refused. */
  readonly send: (ticket: Ticket, operation: string, body: object) => Promise<unknown>;
}

/** One dialog for all of them. A refusal leaves it open, with what was entered. */
export function TicketForm({ console, data, asked, onClose, send }: Props) {
  const { t } = useTranslation('agent');
  return (
    <Modal
      opened={asked !== null}
      onClose={onClose}
      title={asked === null ? '' : t(`form.${asked.kind}`, { number: asked.ticket.number })}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      {asked !== null && <Form key={asked.kind + asked.ticket.id} console={console} data={data} kind={asked.kind} ticket={asked.ticket} onClose={onClose} send={send} />}
    </Modal>
  );
}

interface FormProps extends Omit<Props, 'asked'> {
  readonly kind: FormKind;
  readonly ticket: Ticket;
}

function Form({ console, data, kind, ticket, onClose, send }: FormProps) {
  const { t } = useTranslation('agent');
  const named = useNamed();
  const [to, setTo] = useState<string | null>(null);
  const [minutes, setMinutes] = useState(10);
  const service = useEntries<Service>('/services').data?.find((one) => one.id === ticket.service_id);
  const classes = classesOf(service === undefined ? [] : [service]);
  const [chosen, setLevel] = useState<string | null>(null);
  const level = chosen ?? (ticket.priority.class === NORMAL ? (classes[1] ?? NORMAL) : NORMAL);
  const [text, setText] = useState('');
  const faults = useFieldFaults(console.refusal);
  const word = text.trim();
  const [field = '', id = ''] = to?.split(':') ?? [];
  const body = {
    transfer: { [field]: id, keep_number: true, ...(word === '' ? {} : { note: word }) },
    park: { minutes },
    reprioritise: { class: level, reason: word },
    cancel: word === '' ? {} : { reason: word },
  }[kind];
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (console.busy || (kind === 'transfer' && to === null)) return;
    void send(ticket, kind, body).then((done) => done !== undefined && onClose());
  };
  const reason = (label: string) => (
    <TextInput label={label} value={text} error={faults['reason'] ?? faults['priority_reason'] ?? faults['note']} data-field="reason" dir="auto" onChange={(e) => setText(e.currentTarget.value)} data-autofocus={kind === 'cancel' || undefined} />
  );
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {console.refusal instanceof ApiFault && <Refusal error={console.refusal} />}
        {kind === 'transfer' && (
          <>
            <Select label={t('transfer.to')} data={places(data, t, named)} value={to} onChange={setTo} searchable required data-autofocus data-field="queue_id" />
            {reason(t('transfer.note'))}
          </>
        )}
        {kind === 'park' && (
          <NumberInput label={t('park.minutes')} min={1} max={480} value={minutes} error={faults['minutes']} data-field="minutes" onChange={(v) => setMinutes(Number(v))} data-autofocus />
        )}
        {kind === 'reprioritise' && (
          <>
            <Select
              label={t('priority.class')}
              data={classes.map((value) => ({ value, label: t(`class.${value}`, { defaultValue: value }) }))}
              allowDeselect={false}
              value={level}
              error={faults['class']}
              onChange={(v) => setLevel(v ?? NORMAL)}
              data-testid="agent-class"
              data-autofocus
            />
            {reason(t('priority.reason'))}
          </>
        )}
        {kind === 'cancel' && reason(t('cancel.reason'))}
        <Button type="submit" loading={console.busy} color={kind === 'cancel' ? 'bad' : 'usher'} disabled={kind === 'transfer' && to === null}>
          {t(`send.${kind}`, { number: ticket.number, minutes })}
        </Button>
      </Stack>
    </form>
  );
}

/** Lines and open counters of this site: the number on the ticket is of this site, and so is whoever holds it. */
function places(data: Console, t: TFunction<'agent'>, named: (name: string) => string) {
  const here = data.counters.filter((c) => c.site_id === data.counter?.site_id).sort((a, b) => a.number.localeCompare(b.number, undefined, { numeric: true }));
  const queues = new Map(here.flatMap((c) => c.queues.map((q) => [q.id, q.name] as const)));
  return [
    { group: t('transfer.queues'), items: [...queues].map(([id, name]) => ({ value: `queue_id:${id}`, label: named(name) })) },
    {
      group: t('transfer.counters'),
      items: here.filter((c) => c.status === 'open' && c.id !== data.counter?.id).map((c) => ({ value: `counter_id:${c.id}`, label: t('head.counter', { number: c.number }) })),
    },
  ].filter((group) => group.items.length > 0);
}
