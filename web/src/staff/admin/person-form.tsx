import { Checkbox, Drawer, Group, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Customer } from '~/api/shapes';
import { LANGUAGES } from '~/i18n/languages';
import { Fault, Loading } from '~/shared/states';
import { AboutCustomer } from '../customer/about';
import { calledBy } from '../customer/called-by';
import { may, useTenantPath, useUser } from '../session';
import { Refusal, useFieldFaults } from '../shared/refusal';
import { CHANNELS, consentsOf, preferencesOf, wishesOf } from '../shared/said';
import { Consents } from './consents';
import { useLeaving } from './leaving';
import { MetadataField, metadataChanges, type Metadata } from './metadata';
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
/** Fields that are called otherwise here than elsewhere in the administration. */
const OWN: ReadonlySet<string> = new Set(['phone', 'notes', 'locale']);
type Values = Record<(typeof FIELDS)[number], string>;

/** The languages of the screens by their own names, and the one that a program wrote down. */
function languagesWith(current: string): { value: string; label: string }[] {
  const known = Object.entries(LANGUAGES).map(([code, { name }]) => ({ value: code, label: name }));
  return current === '' || current in LANGUAGES ? known : [...known, { value: current, label: current }];
}

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
  const kept = person?.metadata ?? {};
  const [metadata, setMetadata] = useState<Metadata>(kept);
  const beside = metadataChanges(kept, metadata);
  const spoken = person?.locale ?? '';
  const [locale, setLocale] = useState(spoken);
  // Beside the plain fields.
  const more = Object.keys(preferences).length + Object.keys(agreed).length + Object.keys(beside).length + (locale === spoken ? 0 : 1);
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
    const body = { ...Object.fromEntries(changed.map((field) => [field, now[field].trim() === '' && field !== 'name' ? null : now[field].trim()])), ...(Object.keys(preferences).length > 0 && { preferences }), ...(Object.keys(agreed).length > 0 && { consents: agreed }), ...(Object.keys(beside).length > 0 && { metadata: beside }), ...(locale !== spoken && { locale: locale === '' ? null : locale }) };
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
    setMetadata(kept);
    setLocale(spoken);
  };
  const text = (field: keyof Values, more: object = {}) => ({ label: t(OWN.has(field) ? `people.${field}` : `field.${field}`), error: faults[field], 'data-field': field, readOnly: !writes, value: now[field], onChange: (e: { currentTarget: { value: string } }) => setNow({ ...now, [field]: e.currentTarget.value }), ...more });
  return (
    <Drawer opened onClose={leaving.close} closeOnEscape={!leaving.asking} position="right" size="lg" title={person === null ? t('people.new') : calledBy(person)} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <form onSubmit={save} noValidate data-testid="person-form">
        <Stack>
          <Refusal error={error} label={(field) => t(OWN.has(field) ? `people.${field}` : `field.${field}`, { defaultValue: field })} />
          <TextInput {...text('name')} autoComplete="off" />
          <TextInput {...text('phone', { description: t('people.phoneHint') })} type="tel" dir="ltr" autoComplete="off" />
          <TextInput {...text('email')} type="email" dir="ltr" autoComplete="off" />
          <Select label={t('people.locale')} description={t('people.localeHint')} clearable clearButtonProps={{ 'aria-label': t('form.clear') }} data={languagesWith(locale)} value={locale === '' ? null : locale} error={faults['locale']} readOnly={!writes} data-field="locale" data-testid="person-locale" onChange={(code) => setLocale(code ?? '')} />
          <Textarea {...text('notes')} autosize minRows={2} dir="auto" />
          <Checkbox.Group label={t('people.wishes')} value={wishes} readOnly={!writes} onChange={setWishes}>
            <Group gap="md" mt={4}>
              {CHANNELS.map((channel) => (
                <Checkbox key={channel} value={channel} label={t(`people.channel.${channel}`)} data-testid={`person-${channel}`} />
              ))}
            </Group>
          </Checkbox.Group>
          <Consents known={said} chosen={consents} source={source} writes={writes} onChoose={setConsents} onSource={setSource} />
          <MetadataField before={kept} now={metadata} fault={faults['metadata']} writes={writes} onChange={setMetadata} />
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
