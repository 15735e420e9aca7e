import { Button, NumberInput, TextInput } from '@mantine/core';
import { IconUserCheck, IconUserSearch, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Appointment, Customer } from '~/api/shapes';
import { calledBy } from '../customer/called-by';
import { PickCustomer } from '../customer/pick';
import { may, useUser } from '../session';
import styles from './appointments.module.css';

/** Whom something is booked for. */
export interface Who {
  readonly name: string;
  readonly phone: string;
  readonly email: string;
  readonly notes: string;
  readonly party_size: number;
  /** The customer, where staff picked one that they know. */
  readonly customer: Pick<Customer, 'id' | 'name' | 'phone' | 'email'> | null;
}

export const NOBODY: Who = { name: '', phone: '', email: '', notes: '', party_size: 1, customer: null };

/** Whom an appointment is for. */
export function whoOf(one: Pick<Appointment, 'name' | 'phone' | 'email' | 'notes' | 'party_size'>): Who {
  return { name: one.name ?? '', phone: one.phone ?? '', email: one.email ?? '', notes: one.notes ?? '', party_size: one.party_size, customer: null };
}

/** The same as the API takes it: what is empty is none. */
export function saidOf(who: Who): { name: string | null; phone: string | null; email: string | null; notes: string | null; party_size: number } {
  const text = (value: string) => value.trim() || null;
  return { name: text(who.name), phone: text(who.phone), email: text(who.email), notes: text(who.notes), party_size: who.party_size };
}

interface Props {
  readonly who: Who;
  /** The server's refusals by field. */
  readonly faults: Record<string, string>;
  readonly onChange: (who: Who) => void;
  /** Whether there is a place for what is to be remembered. */
  readonly notes?: boolean;
  /** Whether a known customer can be picked. */
  readonly picks?: boolean;
}

/** Name, number, address, how many, and what is to be remembered; a customer who is known fills most of it in. */
export function WhoFields({ who, faults, onChange, notes = true, picks = true }: Props) {
  const { t } = useTranslation('appointments');
  const user = useUser();
  const field = (name: 'name' | 'phone' | 'email' | 'notes') => ({
    label: t(`book.${name}`),
    value: who[name],
    error: faults[name],
    autoComplete: 'off',
    'data-field': name,
    'data-testid': `appointment-${name}`,
    onChange: (e: React.ChangeEvent<HTMLInputElement>) => onChange({ ...who, [name]: e.currentTarget.value }),
  });
  return (
    <>
      {picks && may(user, 'customers:read') && <Known who={who} onChange={onChange} />}
      <div className={styles.details}>
        <TextInput {...field('name')} dir="auto" autoFocus />
        <TextInput {...field('phone')} type="tel" dir="ltr" />
        <TextInput {...field('email')} type="email" dir="ltr" />
        <NumberInput label={t('book.party_size')} min={1} max={100} value={who.party_size} error={faults['party_size']} data-field="party_size" data-testid="appointment-party" onChange={(v) => onChange({ ...who, party_size: Number(v) || 1 })} />
      </div>
      {notes && <TextInput {...field('notes')} dir="auto" />}
    </>
  );
}

/** The customer who is known, or the way to find them. */
function Known({ who, onChange }: Pick<Props, 'who' | 'onChange'>) {
  const { t } = useTranslation('appointments');
  const [finding, setFinding] = useState(false);
  if (who.customer !== null) {
    return (
      <p className={styles.known} data-testid="appointment-known">
        <IconUserCheck size={20} aria-hidden />
        <span>
          {t('who.known')} <bdi>{calledBy(who.customer)}</bdi>
        </span>
        <Button variant="subtle" leftSection={<IconX size={18} />} onClick={() => onChange({ ...who, customer: null })} data-testid="appointment-forget">
          {t('who.forget')}
        </Button>
      </p>
    );
  }
  if (!finding) {
    return (
      <Button variant="default" style={{ justifySelf: 'start', alignSelf: 'flex-start' }} leftSection={<IconUserSearch size={20} />} onClick={() => setFinding(true)} data-testid="appointment-find">
        {t('who.find')}
      </Button>
    );
  }
  return (
    <PickCustomer
      label={t('who.label')}
      testId="appointment-customer"
      onPick={(person) => {
        setFinding(false);
        onChange({ ...who, customer: person, name: person.name, phone: person.phone ?? '', email: person.email ?? '' });
      }}
    />
  );
}
