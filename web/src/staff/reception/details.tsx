import { NumberInput, Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import styles from './reception.module.css';

/** What is asked of a person; all of it may stay empty. */
export interface Person {
  name: string;
  phone: string;
  assistance: string;
  party: number;
  priority: string;
  reason: string;
}

/** The person's details, with the server's refusals at their fields. */
export function Details({ person, onChange, fields }: { person: Person; onChange: (person: Person) => void; fields: Record<string, string> }) {
  const { t } = useTranslation('reception');
  const set = (part: Partial<Person>) => onChange({ ...person, ...part });
  return (
    <div className={styles.details}>
      <TextInput label={t('person.name')} value={person.name} error={fields['name']} onChange={(e) => set({ name: e.currentTarget.value })} />
      <TextInput label={t('person.phone')} type="tel" dir="ltr" value={person.phone} error={fields['phone']} onChange={(e) => set({ phone: e.currentTarget.value })} />
      <TextInput label={t('person.assistance')} value={person.assistance} error={fields['assistance']} onChange={(e) => set({ assistance: e.currentTarget.value })} />
      <NumberInput label={t('person.party')} min={1} max={50} value={person.party} error={fields['party_size']} onChange={(v) => set({ party: Number(v) || 1 })} />
      <Select
        label={t('person.priority')}
        data={['normal', 'priority', 'vip'].map((value) => ({ value, label: t(`class.${value}`) }))}
        value={person.priority}
        allowDeselect={false}
        error={fields['priority.class']}
        onChange={(priority) => set({ priority: priority ?? 'normal' })}
      />
      {person.priority !== 'normal' && (
        <TextInput label={t('person.reason')} required value={person.reason} error={fields['priority.reason']} onChange={(e) => set({ reason: e.currentTarget.value })} />
      )}
    </div>
  );
}
