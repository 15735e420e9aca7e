import { MultiSelect, NumberInput, Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { NORMAL } from '../shared/classes';
import styles from './reception.module.css';

/** What is asked of a person; all of it may stay empty. */
export interface Person {
  name: string;
  phone: string;
  assistance: string;
  party: number;
  priority: string;
  reason: string;
  /** Further services of the visit, in order. */
  more: string[];
}

export const NOBODY: Person = { name: '', phone: '', assistance: '', party: 1, priority: NORMAL, reason: '', more: [] };

/** What the server calls a field of a person, and what this desk calls it. */
const LABELS: Record<string, string> = {
  name: 'name',
  customer_name: 'name',
  phone: 'phone',
  customer_phone: 'phone',
  assistance: 'assistance',
  party_size: 'party',
  priority: 'priority',
  priority_reason: 'reason',
  service_ids: 'more',
};

/** The desk's word for a field that the server named. */
export function usePersonLabel(): (field: string) => string {
  const { t } = useTranslation('reception');
  return (field) => (LABELS[field] === undefined ? field : t(`person.${LABELS[field]}`));
}

interface Props {
  readonly person: Person;
  readonly onChange: (person: Person) => void;
  /** The server's refusals by field. */
  readonly faults: Record<string, string>;
  /** The classes that a new ticket may have; none for an old one, whose class is changed by whoever manages the line. */
  readonly classes: readonly string[] | null;
  /** Whether the chosen class wants a reason. */
  readonly reasoned?: boolean;
  /** What a visit can go on with; absent where the ticket is there already. */
  readonly services?: readonly { readonly value: string; readonly label: string }[];
}

/** The person's details, with the server's refusals at their fields. */
export function Details({ person, onChange, faults, classes, reasoned = false, services = [] }: Props) {
  const { t } = useTranslation('reception');
  const set = (part: Partial<Person>) => onChange({ ...person, ...part });
  return (
    <div className={styles.details}>
      <TextInput label={t('person.name')} value={person.name} error={faults['name'] ?? faults['customer_name']} data-field="name" dir="auto" autoComplete="off" onChange={(e) => set({ name: e.currentTarget.value })} data-testid="reception-name" />
      <TextInput
        label={t('person.phone')}
        type="tel"
        dir="ltr"
        autoComplete="off"
        value={person.phone}
        error={faults['phone'] ?? faults['customer_phone']}
        data-field="phone"
        onChange={(e) => set({ phone: e.currentTarget.value })}
      />
      <TextInput label={t('person.assistance')} placeholder={t('person.assistanceHint')} value={person.assistance} error={faults['assistance']} data-field="assistance" dir="auto" autoComplete="off" onChange={(e) => set({ assistance: e.currentTarget.value })} />
      <NumberInput label={t('person.party')} min={1} max={100} value={person.party} error={faults['party_size']} data-field="party_size" onChange={(v) => set({ party: Number(v) || 1 })} />
      {services.length > 1 && (
        <MultiSelect
          label={t('person.more')}
          placeholder={person.more.length === 0 ? t('person.moreHint') : undefined}
          data={[...services]}
          value={person.more}
          maxValues={9}
          error={faults['service_ids']}
          data-field="service_ids"
          data-testid="reception-more"
          onChange={(more) => set({ more })}
        />
      )}
      {classes !== null && (
        <Select
          label={t('person.priority')}
          data={classes.map((value) => ({ value, label: t(`class.${value}`, { defaultValue: value }) }))}
          value={person.priority}
          allowDeselect={false}
          error={faults['priority']}
          data-field="priority"
          data-testid="reception-priority"
          onChange={(value) => set({ priority: value ?? NORMAL })}
        />
      )}
      {classes !== null && person.priority !== NORMAL && (
        <TextInput label={t('person.reason')} required={reasoned} value={person.reason} error={faults['priority_reason']} data-field="priority_reason" dir="auto" onChange={(e) => set({ reason: e.currentTarget.value })} />
      )}
    </div>
  );
}
