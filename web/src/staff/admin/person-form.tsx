import { Checkbox, Drawer, Group, Stack, Textarea, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Customer } from '~/api/shapes';
import { Fault, Loading } from '~/shared/states';
import { AboutCustomer } from '../customer/about';
import { calledBy } from '../customer/called-by';
import { may, useTenantPath, useUser } from '../session';
import { Refusal, useFieldFaults } from '../shared/refusal';
import { CHANNELS, consentsOf, preferencesOf, wishesOf } from '../shared/said';
import { Consents } from './consents';
import { useLeaving } from './leaving';
import { PersonParts } from './person-parts';
import { SaveBar } from './save-bar';

interface Props {
  /** Whom it is about; nobody yet when somebody is added. */
  readonly id: string | null;
  readonly onClose: () => void;
  readonly onDone: (said: string) => void;
}

/** One person: what is known of them, their points and visits, their duplicates, a copy of it all, and the end of it. */
export function PersonForm({ id, onClose, onDone }: Props) {
  const { t } = useTranslation('admin');
  const base = useTenantPath();
  const read = useQuery({ queryKey: ['person', base, id], queryFn: () => api.get<Customer>(`${base}/customers/${id ?? ''}`), enabled: id !== null, staleTime: 0 });
  if (id !== null && read.data === undefined) {
    return (
      <Drawer opened onClose={onClose} position="right" size="lg" title={t('noun.people')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
        {read.isError ? <Fault error={read.error} onRetry={() => void read.refetch()} /> : <Loading rows={6} />}
      </Drawer>
    );
  }
  return <Loaded key={read.data?.version ?? 0} person={read.data ?? null} onClose={onClose} onDone={onDone} />;
}

const FIELDS = ['name', 'phone', 'email', 'notes'] as const;
type Values = Record<(typeof FIELDS)[number], string>;

const valuesOf = (person: Customer | null): Values => ({ name: person?.name ?? '', phone: person?.phone ?? '', email: person?.email ?? '', notes: person?.notes ?? '' });

function Loaded({ person, onClose, onDone }: Omit<Props, 'id'> & { readonly person: Customer | null }) {
  const { t } = useTranslation('admin');
  const base = useTenantPath();
  const user = useUser();
  const client = useQueryClient();
  const start = valuesOf(person);
  const [now, setNow] = useState(start);
  const before = wishesOf(person);
  const [wishes, setWishes] = useState(before);
  const preferences = preferencesOf(before, wishes);
  const said = person?.consents ?? {};
  const [consents, setConsents] = useState<Record<string, boolean>>({});
  const [source, setSource] = useState('');
  const agreed = consentsOf(said, consents, source);
  // Beside the plain fields.
  const more = Object.keys(preferences).length + Object.keys(agreed).length;
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const faults = useFieldFaults(error);
  const changed = FIELDS.filter((field) => now[field].trim() !== start[field]);
  const leaving = useLeaving(changed.length + more > 0 && !busy, onClose);
  const writes = may(user, 'customers:write');
  const done = (said: string) => {
    void client.invalidateQueries({ queryKey: ['people'] });
    void client.invalidateQueries({ queryKey: ['person'] });
    onDone(said);
  };
  const save = (e: FormEvent) => {
    e.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    const body = { ...Object.fromEntries(changed.map((field) => [field, now[field].trim() === '' && field !== 'name' ? null : now[field].trim()])), ...(Object.keys(preferences).length > 0 && { preferences }), ...(Object.keys(agreed).length > 0 && { consents: agreed }) };
    const sent = person === null ? api.post(`${base}/customers`, body) : api.put(`${base}/customers/${person.id}`, body, { headers: { 'if-match': `"${person.version}"` } });
    sent
      .then(() => {
        done(t('form.saved', { name: now.name.trim() || now.phone.trim() || now.email.trim() }));
        onClose();
      }, setError)
      .finally(() => setBusy(false));
  };
  const discard = () => {
    setNow(start);
    setWishes(before);
    setConsents({});
    setSource('');
  };
  const text = (field: keyof Values, more: object = {}) => ({ label: t(field === 'phone' ? 'people.phone' : field === 'notes' ? 'people.notes' : `field.${field}`), error: faults[field], 'data-field': field, readOnly: !writes, value: now[field], onChange: (e: { currentTarget: { value: string } }) => setNow({ ...now, [field]: e.currentTarget.value }), ...more });
  return (
    <Drawer opened onClose={leaving.close} closeOnEscape={!leaving.asking} position="right" size="lg" title={person === null ? t('people.new') : calledBy(person)} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <form onSubmit={save} noValidate data-testid="person-form">
        <Stack>
          <Refusal error={error} label={(field) => t(field === 'phone' ? 'people.phone' : field === 'notes' ? 'people.notes' : `field.${field}`, { defaultValue: field })} />
          <TextInput {...text('name')} autoComplete="off" />
          <TextInput {...text('phone', { description: t('people.phoneHint') })} type="tel" dir="ltr" autoComplete="off" />
          <TextInput {...text('email')} type="email" dir="ltr" autoComplete="off" />
          <Textarea {...text('notes')} autosize minRows={2} dir="auto" />
          <Checkbox.Group label={t('people.wishes')} value={wishes} readOnly={!writes} onChange={setWishes}>
            <Group gap="md" mt={4}>
              {CHANNELS.map((channel) => (
                <Checkbox key={channel} value={channel} label={t(`people.channel.${channel}`)} data-testid={`person-${channel}`} />
              ))}
            </Group>
          </Checkbox.Group>
          <Consents known={said} chosen={consents} source={source} writes={writes} onChoose={setConsents} onSource={setSource} />
        </Stack>
        {writes && <SaveBar count={person === null ? null : changed.length + more} busy={busy} onDiscard={discard} />}
      </form>
      {person !== null && (
        <>
          <AboutCustomer id={person.id} />
          <PersonParts person={person} onChanged={done} onClose={onClose} />
        </>
      )}
      {leaving.question}
    </Drawer>
  );
}
