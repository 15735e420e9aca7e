import { Button, Modal, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { ApiFault } from '~/api/fault';
import type { Ticket } from '~/api/shapes';
import { useFaultText } from '~/shared/states';
import { StatusBadge } from '~/shared/status-badge';
import { TicketNumber } from '~/shared/ticket-number';
import { useTenantPath } from '../session';
import { Details, type Person } from './details';
import { Receipt } from './receipt';
import styles from './reception.module.css';

/** One ticket: who, where in line, and what the desk can do for them. */
export function TicketRow({ ticket, siteName, onChanged }: { ticket: Ticket; siteName: string; onChanged: () => void }) {
  const { t } = useTranslation('reception');
  const words = useFaultText();
  const base = useTenantPath();
  const [editing, setEditing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [person, setPerson] = useState<Person>(() => personOf(ticket));
  const run = async (work: Promise<unknown>) => {
    setError(null);
    try {
      await work;
      setEditing(false);
      onChanged();
    } catch (e) {
      setError(e);
    }
  };
  const save = () =>
    run(
      api.put(`${base}/tickets/${ticket.id}`, {
        customer_name: person.name.trim() || null,
        customer_phone: person.phone.trim() || null,
        assistance: person.assistance.trim() || null,
        party_size: person.party,
      }),
    );
  return (
    <li className={styles.row}>
      <span className={styles.rowNumber}>
        <TicketNumber number={ticket.number} />
      </span>
      <StatusBadge state={ticket.status} />
      <span className={styles.who}>
        <bdi>{ticket.customer_name ?? t('find.anonymous')}</bdi> · {ticket.service_name}
        {ticket.people_ahead !== null && <span className="num"> · {t('find.ahead', { count: ticket.people_ahead })}</span>}
        {ticket.assistance !== null && <strong> · {ticket.assistance}</strong>}
      </span>
      <Button
        variant="default"
        size="sm"
        onClick={() => {
          setPerson(personOf(ticket));
          setEditing(true);
        }}
      >
        {t('find.edit')}
      </Button>
      <Receipt ticket={ticket} siteName={siteName} />
      {ticket.allowed.includes('cancel') && (
        <Button variant="subtle" color="bad" size="sm" onClick={() => void run(api.post(`${base}/tickets/${ticket.id}/cancel`, {}))}>
          {t('find.cancel')}
        </Button>
      )}
      {error !== null && !editing && <span role="alert">{error instanceof ApiFault ? error.message : words(error).text}</span>}
      <Modal opened={editing} onClose={() => setEditing(false)} title={t('find.editOf', { number: ticket.number })} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
        <Stack>
          {error !== null && <span role="alert">{error instanceof ApiFault ? error.message : words(error).text}</span>}
          <Details person={person} onChange={setPerson} fields={error instanceof ApiFault ? error.byField() : {}} />
          <Button onClick={() => void save()}>{t('find.save')}</Button>
        </Stack>
      </Modal>
    </li>
  );
}

function personOf(ticket: Ticket): Person {
  return {
    name: ticket.customer_name ?? '',
    phone: ticket.customer_phone ?? '',
    assistance: ticket.assistance ?? '',
    party: ticket.party_size,
    priority: 'normal',
    reason: '',
  };
}
