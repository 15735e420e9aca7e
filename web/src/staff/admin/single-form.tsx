import { Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { ApiFault } from '~/api/fault';
import type { Programme, Tenant } from '~/api/shapes';
import { Fault, Loading } from '~/shared/states';
import { useTenantPath } from '../session';
import { Refusal, useFieldFaults } from '../shared/refusal';
import styles from './admin.module.css';
import { ConflictPanel, type Conflict } from './conflict';
import { FieldGroups } from './field-groups';
import { Field, useFieldLabel } from './fields';
import { useLeaving } from './leaving';
import { changesOf, faultAt, merged, same, startOf, type Entry, type FieldSpec, type Values } from './nouns';
import { SaveBar } from './save-bar';

/** One thing that there is once in a tenant: where it lives, and what its form asks. */
interface Single<T extends { version: number }> {
  readonly name: 'programme' | 'settings';
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
  values: (tenant) => ({ board_label: 'number', ...tenant.settings }),
  body: (changes) => ({ settings: Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, Array.isArray(value) && value.length === 0 ? null : value])) }),
  within: 'settings.',
  fields: [
    { name: 'board_label', kind: 'choice', words: ['number', 'first_name', 'initials'] },
    { name: 'pause_reasons', kind: 'tags' },
    { name: 'retention_days', kind: 'number', min: 1, max: 36_500 },
  ],
};

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
  const entryOf = (answer: T): Entry => ({ ...single.values(answer), id: single.name });
  const [known, setKnown] = useState(read);
  const start = startOf(single, entryOf(known));
  const [now, setNow] = useState(start);
  const [error, setError] = useState<unknown>(null);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const [busy, setBusy] = useState(false);
  const faults = useFieldFaults(error);
  const leaving = useLeaving(!same(start, now) && !busy, () => undefined);
  const changes = changesOf(single, start, now, false);
  const set = (name: string, value: unknown) => setNow((all) => ({ ...all, [name]: value }));
  const within = (name: string) => `${single.within ?? ''}${name}`;
  const meet = async () => {
    const theirs = await api.get<T>(`${base}${single.path}`);
    const there = startOf(single, entryOf(theirs));
    const { values, clashes, taken } = merged(single, start, now, there);
    setKnown(theirs);
    setNow(values);
    setConflict({ clashes, taken, theirs: there });
  };
  const save = async (e: FormEvent) => {
    e.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    setConflict(null);
    try {
      const saved = await api.put<T>(`${base}${single.path}`, single.body(changes), { headers: { 'if-match': `"${known.version}"` } });
      client.setQueryData(['single', base, single.name], saved);
      onDone(t('form.saved', { name: t(`noun.${single.name}`) }));
    } catch (fault) {
      if (fault instanceof ApiFault && fault.status === 412) await meet().catch(setError);
      else setError(fault);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(e) => void save(e)} noValidate data-testid="admin-form" className={styles.single}>
      <Stack>
        <Refusal error={error} label={(field) => labelOf(field.slice(field.startsWith(within('')) ? within('').length : 0))} />
        {conflict !== null && <ConflictPanel conflict={conflict} now={now} onPick={set} />}
        <FieldGroups fields={single.fields}>
          {(field) => <Field key={field.name} field={field} value={now[field.name]} fault={faultAt(faults, within(field.name))} onChange={(value) => set(field.name, value)} form={now} entry={null} />}
        </FieldGroups>
      </Stack>
      <SaveBar count={Object.keys(changes).length} busy={busy} onDiscard={() => setNow(start)} />
      {leaving.question}
    </form>
  );
}
