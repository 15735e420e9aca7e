import { Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Programme, Tenant } from '~/api/shapes';
import { LANGUAGES } from '~/i18n/languages';
import { Fault, Loading } from '~/shared/states';
import { useTenantPath } from '../session';
import { Refusal } from '../shared/refusal';
import styles from './admin.module.css';
import { ConflictPanel } from './conflict';
import { Effect } from './effect';
import { FieldGroups } from './field-groups';
import { Field, useFieldLabel } from './fields';
import { faultAt, type FieldSpec, type Values } from './nouns';
import { SaveBar } from './save-bar';
import { ifMatch, useEditing } from './use-editing';

/** One thing that there is once in a tenant: where it lives, and what its form asks. */
interface Single<T extends { version: number }> {
  readonly name: 'profile' | 'programme' | 'settings';
  /** Below the tenant's path. */
  readonly path: string;
  readonly fields: readonly FieldSpec[];
  /** What the form asks for, in an answer. */
  readonly values: (answer: T) => Values;
  /** The changes as the API takes them. */
  readonly body: (changes: Values) => unknown;
  /** Before the names of fields in refusals. */
  readonly within?: string;
}

const PROFILE: Single<Tenant> = {
  name: 'profile',
  path: '',
  values: (tenant) => ({ ...tenant }),
  body: (changes) => changes,
  fields: [
    { name: 'name', kind: 'text', required: true },
    { name: 'address', kind: 'long' },
    { name: 'contact_email', kind: 'email' },
    { name: 'phone_number', kind: 'text' },
    { name: 'timezone', label: 'zone', kind: 'zone', required: true, group: 'conventions' },
    { name: 'currency', kind: 'currency', required: true, group: 'conventions' },
    { name: 'default_locale', kind: 'choice', words: Object.keys(LANGUAGES), required: true, group: 'conventions' },
    { name: 'locales', label: 'tenant_languages', kind: 'languages', group: 'conventions' },
  ],
};

const PROGRAMME: Single<Programme> = {
  name: 'programme',
  path: '/reward-programme',
  values: (programme) => ({ ...programme }),
  body: (changes) => changes,
  fields: [
    { name: 'active', label: 'earning', kind: 'switch' },
    { name: 'name', kind: 'text' },
    { name: 'rules', kind: 'rules', group: 'earning' },
    { name: 'points_per_day', kind: 'number', min: 1, group: 'earning' },
    { name: 'pending_minutes', kind: 'number', max: 43_200, group: 'keeping' },
    { name: 'expires_after_days', kind: 'number', min: 1, max: 36_500, group: 'keeping' },
    { name: 'reserve_minutes', kind: 'number', min: 1, max: 43_200, group: 'keeping' },
    { name: 'tiers', kind: 'tiers', group: 'tiers' },
  ],
};

const SETTINGS: Single<Tenant> = {
  name: 'settings',
  path: '',
  values: (tenant) => ({ board_label: 'number', several_services: false, ...tenant.settings }),
  body: (changes) => ({ settings: Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, Array.isArray(value) && value.length === 0 ? null : value])) }),
  within: 'settings.',
  fields: [
    { name: 'board_label', kind: 'choice', words: ['number', 'first_name', 'initials'] },
    { name: 'pause_reasons', kind: 'tags' },
    { name: 'assistance', kind: 'tags' },
    { name: 'several_services', kind: 'switch' },
    { name: 'retention_days', kind: 'number', min: 1, max: 36_500 },
  ],
};

/** Who the organisation is: how it is called and reached, and by which clock, money and languages it lives. */
export function ProfileSection({ onDone }: { onDone: (said: string) => void }) {
  return <SingleSection single={PROFILE} onDone={onDone} />;
}

/** How points are earned and kept, and the levels. */
export function ProgrammeSection({ onDone }: { onDone: (said: string) => void }) {
  return <SingleSection single={PROGRAMME} onDone={onDone} />;
}

/** The organisation's own choices. */
export function SettingsSection({ onDone }: { onDone: (said: string) => void }) {
  return <SingleSection single={SETTINGS} onDone={onDone} />;
}

interface Props<T extends { version: number }> {
  readonly single: Single<T>;
  readonly onDone: (said: string) => void;
}

function SingleSection<T extends { version: number }>({ single, onDone }: Props<T>) {
  const { t } = useTranslation('admin');
  const base = useTenantPath();
  const read = useQuery({ queryKey: ['single', base, single.name], queryFn: () => api.get<T>(`${base}${single.path}`), staleTime: 0 });
  return (
    <section aria-label={t(`noun.${single.name}`)} className={styles.list}>
      <div className={styles.listHead}>
        <h2>{t(`noun.${single.name}`)}</h2>
      </div>
      {read.data === undefined ? (
        read.isError ? (
          <Fault error={read.error} onRetry={() => void read.refetch()} />
        ) : (
          <Loading rows={4} />
        )
      ) : (
        <SingleForm key={read.data.version} single={single} read={read.data} onDone={onDone} />
      )}
    </section>
  );
}

function SingleForm<T extends { version: number }>({ single, read, onDone }: Props<T> & { read: T }) {
  const { t } = useTranslation('admin');
  const base = useTenantPath();
  const client = useQueryClient();
  const labelOf = useFieldLabel(single.fields);
  const edit = useEditing({ form: single, read, entryOf: (answer) => ({ ...single.values(answer), id: single.name }), again: () => api.get<T>(`${base}${single.path}`) });
  const { now, set, changes } = edit;
  const within = (name: string) => `${single.within ?? ''}${name}`;
  const save = async () => {
    const saved = await api.put<T>(`${base}${single.path}`, single.body(changes), ifMatch(edit.known?.version));
    client.setQueryData(['single', base, single.name], saved);
    // The head bar and the forms of sites show something of it, too.
    for (const key of ['me', 'tenant']) void client.invalidateQueries({ queryKey: [key] });
    onDone(t('form.saved', { name: t(`noun.${single.name}`) }));
  };
  return (
    <form onSubmit={edit.onSubmit(save)} noValidate data-testid="admin-form" className={styles.single}>
      <Stack>
        <Refusal error={edit.error} label={(field) => labelOf(field.slice(field.startsWith(within('')) ? within('').length : 0))} />
        {edit.conflict !== null && <ConflictPanel conflict={edit.conflict} now={now} onPick={set} />}
        <FieldGroups fields={single.fields}>
          {(field) => <Field key={field.name} field={field} value={now[field.name]} fault={faultAt(edit.faults, within(field.name))} onChange={(value) => set(field.name, value)} form={now} entry={null} />}
        </FieldGroups>
      </Stack>
      <SaveBar count={Object.keys(changes).length} busy={edit.busy} effect={<Effect of={single.name} />} onDiscard={edit.discard} />
      {edit.leaving.question}
    </form>
  );
}
