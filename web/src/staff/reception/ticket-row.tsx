import { Button, Modal, Stack } from '@mantine/core';
import { IconMapPinCheck } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Ticket } from '~/api/shapes';
import { clock } from '~/i18n/format';
import { useNeeds } from '~/shared/needs';
import { StatusBadge } from '~/shared/status-badge';
import { TicketNumber } from '~/shared/ticket-number';
import { useTenantPath } from '../session';
import { useCan } from '../shared/operations';
import { Refusal, useFieldFaults } from '../shared/refusal';
import { TicketMenu } from '../ticket/menu';
import { Tags } from '../ticket/tags';
import { Details, NOBODY, usePersonLabel, type Person } from './details';
import { PrintButton } from './print';
import { useNamed } from '../shared/use-named';
import styles from './reception.module.css';

interface Props {
  readonly ticket: Ticket;
  readonly gone: boolean;
  readonly timeZone: string;
  readonly cut: boolean;
  readonly onChanged: () => void;
  /** The ticket was taken out of the line. */
  readonly onOut: (ticket: Ticket) => void;
}

const LIVING = ['waiting', 'parked', 'called'];
/** Who took a ticket here is here. */
const HERE = ['kiosk', 'staff'];

/** One ticket: who, where in line, and what the desk can do for them. */
export function TicketRow({ ticket, gone, timeZone, cut, onChanged, onOut }: Props) {
  const { t } = useTranslation('reception');
  const base = useTenantPath();
  const can = useCan();
  const named = useNamed();
  const needs = useNeeds();
  const [editing, setEditing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const off = cut || gone;
  const run = (operation: string, then: () => void) => {
    if (off) return;
    setError(null);
    api.post(`${base}/tickets/${ticket.id}/${operation}`).then(() => {
      then();
      onChanged();
    }, setError);
  };
  const dead = { 'aria-disabled': off, 'data-disabled': off || undefined };
  const remote = !HERE.includes(ticket.channel) && LIVING.includes(ticket.status);
  return (
    <li className={styles.row} data-gone={gone || undefined} data-testid={`reception-row-${ticket.number}`}>
      <span className={styles.rowNumber}>
        <TicketNumber number={ticket.number} />
      </span>
      <StatusBadge state={ticket.status} />
      <span className={styles.who}>
        <bdi>{ticket.customer_name ?? t('find.anonymous')}</bdi> · <bdi>{named(ticket.service_name)}</bdi>
        {ticket.people_ahead !== null && <span className="num"> · {t('find.ahead', { count: ticket.people_ahead })}</span>}
        {ticket.status === 'called' && ticket.counter_number !== null && ` · ${t('find.at', { number: ticket.counter_number })}`}
        {ticket.booked !== null && <span className="num"> · {t('find.booked', { time: clock(ticket.booked.slot_at, timeZone) })}</span>}
        {ticket.for_agent_name !== null && <span data-testid="ticket-with"> · {t('find.with', { name: ticket.for_agent_name })}</span>}
        {ticket.assistance !== null && <strong> · {needs(ticket.assistance)}</strong>}
        {ticket.seen_at !== null && <span className="num"> · {t('find.seen', { time: clock(ticket.seen_at, timeZone) })}</span>}
        {ticket.tags.length > 0 && ' '}
        <Tags tags={ticket.tags} />
      </span>
      <span className={styles.rowDo}>
        {remote && ticket.seen_at === null && (
          <Button leftSection={<IconMapPinCheck size={20} />} aria-label={t('find.checkInOf', { number: ticket.number })} {...dead} onClick={() => run('check_in', () => undefined)} data-testid="reception-check-in">
            {t('find.checkIn')}
          </Button>
        )}
        <Button variant="default" aria-label={t('find.editOf', { number: ticket.number })} {...dead} onClick={() => !off && setEditing(true)} data-testid="reception-edit">
          {t('find.edit')}
        </Button>
        <PrintButton ticket={ticket} timeZone={timeZone} off={off} />
        {can(ticket, 'cancel') && (
          <Button variant="subtle" color="bad" aria-label={t('find.cancelOf', { number: ticket.number })} {...dead} onClick={() => run('cancel', () => onOut(ticket))} data-testid="reception-cancel">
            {t('find.cancel')}
          </Button>
        )}
        <TicketMenu ticket={ticket} timeZone={timeZone} off={off} onChanged={onChanged} />
      </span>
      <Refusal error={error} quiet onClose={() => setError(null)} />
      <Modal opened={editing} onClose={() => setEditing(false)} title={t('find.editOf', { number: ticket.number })} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
        <EditForm
          ticket={ticket}
          onDone={() => {
            setEditing(false);
            onChanged();
          }}
        />
      </Modal>
    </li>
  );
}

function EditForm({ ticket, onDone }: { ticket: Ticket; onDone: () => void }) {
  const { t } = useTranslation('reception');
  const base = useTenantPath();
  const labelOf = usePersonLabel();
  const [person, setPerson] = useState<Person>(() => personOf(ticket));
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const faults = useFieldFaults(error);
  const save = (e: FormEvent) => {
    e.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    api
      .put(`${base}/tickets/${ticket.id}`, {
        customer_name: person.name.trim() || null,
        customer_phone: person.phone.trim() || null,
        assistance: person.assistance.trim() || null,
        party_size: person.party,
      })
      .then(onDone, setError)
      .finally(() => setBusy(false));
  };
  return (
    <form onSubmit={save} noValidate>
      <Stack>
        <Refusal error={error} label={labelOf} />
        <Details person={person} onChange={setPerson} faults={faults} classes={null} />
        <Button type="submit" loading={busy} data-testid="reception-save">
          {t('find.save')}
        </Button>
      </Stack>
    </form>
  );
}

function personOf(ticket: Ticket): Person {
  return { ...NOBODY, name: ticket.customer_name ?? '', phone: ticket.customer_phone ?? '', assistance: ticket.assistance ?? '', party: ticket.party_size };
}
