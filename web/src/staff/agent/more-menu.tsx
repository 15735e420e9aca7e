import { Button, Menu, Modal, NumberInput, Select, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Console, Ticket } from '~/api/shapes';
import styles from './agent.module.css';
import type { AgentConsole } from './use-console';

type Form = 'transfer' | 'park' | 'priority' | 'cancel';

interface Props {
  console: AgentConsole;
  data: Console;
  ticket: Ticket | undefined;
  open: boolean;
  setOpen: (open: boolean) => void;
  chord: string;
  disabled: boolean;
}

/** Everything rarer than a key: back into the line, elsewhere, later. */
export function MoreMenu({ console, data, ticket, open, setOpen, chord, disabled }: Props) {
  const { t } = useTranslation('agent');
  const [form, setForm] = useState<Form | null>(null);
  const can = (operation: string) => ticket?.allowed.includes(operation) === true && !disabled;
  const run = (operation: string, body?: object) => {
    setForm(null);
    if (ticket !== undefined) void console.onTicket(ticket, operation, body);
  };
  return (
    <>
      <Menu opened={open} onChange={setOpen} position="top-end" width={280}>
        <Menu.Target>
          <button type="button" className={styles.action} disabled={disabled}>
            {t('action.more')}
            <kbd>{chord}</kbd>
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item disabled={!can('skip')} onClick={() => run('skip', { places: 3 })}>
            {t('more.skip')}
          </Menu.Item>
          <Menu.Item disabled={!can('skip')} onClick={() => run('skip', { to_end: true })}>
            {t('more.skipToEnd')}
          </Menu.Item>
          <Menu.Item disabled={!can('transfer')} onClick={() => setForm('transfer')}>
            {t('more.transfer')}
          </Menu.Item>
          <Menu.Item disabled={!can('park')} onClick={() => setForm('park')}>
            {t('more.park')}
          </Menu.Item>
          <Menu.Item disabled={!can('reprioritise')} onClick={() => setForm('priority')}>
            {t('more.priority')}
          </Menu.Item>
          {ticket?.priority.confirmed === false && (
            <Menu.Item onClick={() => run('confirm_priority')}>{t('more.confirmPriority')}</Menu.Item>
          )}
          <Menu.Divider />
          <Menu.Item color="bad" disabled={!can('cancel')} onClick={() => setForm('cancel')}>
            {t('more.cancel')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={form !== null} onClose={() => setForm(null)} title={form === null ? '' : t(`more.${form}`)} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
        {form === 'transfer' && <TransferForm data={data} onSend={(body) => run('transfer', body)} />}
        {form === 'park' && <ParkForm onSend={(minutes) => run('park', { minutes })} />}
        {form === 'priority' && <PriorityForm onSend={(body) => run('reprioritise', body)} />}
        {form === 'cancel' && <CancelForm number={ticket?.number ?? ''} onSend={(reason) => run('cancel', { reason })} />}
      </Modal>
    </>
  );
}

/** To another line or to one counter. */
function TransferForm({ data, onSend }: { data: Console; onSend: (body: object) => void }) {
  const { t } = useTranslation('agent');
  const [to, setTo] = useState<string | null>(null);
  const [note, setNote] = useState('');
  // The number on the ticket is of this site, and so is whoever holds it.
  const here = data.counters.filter((c) => c.site_id === data.counter?.site_id).sort((a, b) => a.number.localeCompare(b.number, undefined, { numeric: true }));
  const queues = new Map(here.flatMap((c) => c.queues.map((q) => [q.id, q.name] as const)));
  const choices = [
    { group: t('transfer.queues'), items: [...queues].map(([id, name]) => ({ value: `queue_id:${id}`, label: name })) },
    {
      group: t('transfer.counters'),
      items: here
        .filter((c) => c.status === 'open' && c.id !== data.counter?.id)
        .map((c) => ({ value: `counter_id:${c.id}`, label: t('head.counter', { number: c.number }) })),
    },
  ];
  return (
    <Stack>
      <Select label={t('transfer.to')} data={choices} value={to} onChange={setTo} searchable data-autofocus />
      <TextInput label={t('transfer.note')} value={note} onChange={(e) => setNote(e.currentTarget.value)} />
      <Button
        disabled={to === null}
        onClick={() => {
          const [field = '', id = ''] = to?.split(':') ?? [];
          onSend({ [field]: id, keep_number: true, ...(note === '' ? {} : { note }) });
        }}
      >
        {t('transfer.send')}
      </Button>
    </Stack>
  );
}

function ParkForm({ onSend }: { onSend: (minutes: number) => void }) {
  const { t } = useTranslation('agent');
  const [minutes, setMinutes] = useState(10);
  return (
    <Stack>
      <NumberInput label={t('park.minutes')} min={1} max={480} value={minutes} onChange={(v) => setMinutes(Number(v))} data-autofocus />
      <Button disabled={!(minutes >= 1)} onClick={() => onSend(minutes)}>
        {t('park.send', { minutes })}
      </Button>
    </Stack>
  );
}

function PriorityForm({ onSend }: { onSend: (body: object) => void }) {
  const { t } = useTranslation('agent');
  const [level, setLevel] = useState<string | null>('priority');
  const [reason, setReason] = useState('');
  return (
    <Stack>
      <Select
        label={t('priority.class')}
        data={['normal', 'priority', 'vip'].map((value) => ({ value, label: t(`class.${value}`) }))}
        value={level}
        onChange={setLevel}
        data-autofocus
      />
      <TextInput label={t('priority.reason')} value={reason} onChange={(e) => setReason(e.currentTarget.value)} required />
      <Button disabled={level === null || reason.trim() === ''} onClick={() => onSend({ class: level, reason: reason.trim() })}>
        {t('priority.send')}
      </Button>
    </Stack>
  );
}

function CancelForm({ number, onSend }: { number: string; onSend: (reason: string) => void }) {
  const { t } = useTranslation('agent');
  const [reason, setReason] = useState('');
  return (
    <Stack>
      <TextInput label={t('cancel.reason')} value={reason} onChange={(e) => setReason(e.currentTarget.value)} data-autofocus />
      <Button color="bad" onClick={() => onSend(reason.trim())}>
        {t('cancel.send', { number })}
      </Button>
    </Stack>
  );
}
