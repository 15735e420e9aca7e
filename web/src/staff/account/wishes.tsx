import { Alert, Button, Checkbox, Group, Radio, Select, Stack, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { ApiFault } from '~/api/fault';
import type { OwnRecord } from '~/api/shapes';
import { fullDayAndClock } from '~/i18n/format';
import { LANGUAGES } from '~/i18n/languages';
import { Fault, Loading } from '~/shared/states';
import { useTenantPath, useUser } from '../session';
import { Refusal, useFieldFaults } from '../shared/refusal';
import { CHANNELS, consentsOf, preferencesOf, wishesOf } from '../shared/said';
import styles from './account.module.css';

/** What everybody may be asked for sooner or later. */
const USUAL = ['marketing'];

/** How the organisation calls and reaches whoever comes to it, in which language, and what they agree to. */
export function OwnWishes() {
  const { t } = useTranslation('account');
  const { tenant, role } = useUser();
  if (tenant === null || tenant === undefined || role !== 'customer') return null;
  return (
    <section className={styles.section} aria-label={t('wishes.title', { name: tenant.name })} data-testid="account-wishes">
      <h2>{t('wishes.title', { name: tenant.name })}</h2>
      <Kept />
    </section>
  );
}

function Kept() {
  const base = useTenantPath();
  const client = useQueryClient();
  const [done, setDone] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const path = `${base}/customers/me`;
  const key = ['own-record', base];
  const read = useQuery({ queryKey: key, queryFn: () => api.get<OwnRecord>(path), staleTime: 0 });
  if (read.data === undefined) return read.isError ? <Fault error={read.error} onRetry={() => void read.refetch()} /> : <Loading rows={4} />;
  const save = (body: object, version: number) =>
    api.put<OwnRecord>(path, body, { headers: { 'if-match': `"${version}"` } }).then(
      (saved) => {
        setDone(true);
        setError(null);
        client.setQueryData(key, saved);
      },
      (fault: unknown) => {
        setError(fault);
        // Somebody else wrote it in the meantime: the next try begins with what they wrote.
        if (fault instanceof ApiFault && fault.code === 'stale') void read.refetch();
      },
    );
  return <Form key={`${read.data.customer_id ?? ''}/${read.data.version}`} own={read.data} done={done} error={error} onSave={save} onTouched={() => setDone(false)} />;
}

interface Props {
  readonly own: OwnRecord;
  /** Whether what is shown was just saved. */
  readonly done: boolean;
  readonly error: unknown;
  readonly onSave: (body: object, version: number) => Promise<void>;
  readonly onTouched: () => void;
}

function Form({ own, done, error, onSave, onTouched }: Props) {
  const { t } = useTranslation('account');
  const [name, setName] = useState(own.name);
  const [locale, setLocale] = useState(own.locale ?? '');
  const before = wishesOf(own);
  const [wishes, setWishes] = useState(before);
  const [chosen, setChosen] = useState<Record<string, boolean>>({});
  const [busy, setBusy] = useState(false);
  const faults = useFieldFaults(error);
  const touch = (change: () => void) => {
    change();
    onTouched();
  };
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (busy) return;
    setBusy(true);
    const body = { name: name.trim(), locale: locale === '' ? null : locale, preferences: preferencesOf(before, wishes), consents: consentsOf(own.consents, chosen, '') };
    void onSave(body, own.version).finally(() => setBusy(false));
  };
  const languages = Object.entries(LANGUAGES).map(([code, known]) => ({ value: code, label: known.name }));
  // A locale such as "de-CH" reads the language that it begins with.
  const language = locale.split('-')[0] ?? '';
  const purposes = [...new Set([...USUAL, ...Object.keys(own.consents)])];
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {done && (
          <Alert color="ok" role="status" data-testid="wishes-done">
            {t('profile.done')}
          </Alert>
        )}
        <Refusal error={error} label={(field) => t(`wishes.${field}`, { defaultValue: field })} />
        <TextInput label={t('wishes.name')} autoComplete="name" dir="auto" value={name} error={faults['name']} data-field="name" data-testid="wishes-name" onChange={(e) => touch(() => setName(e.currentTarget.value))} />
        <Select label={t('wishes.locale')} clearable clearButtonProps={{ 'aria-label': t('profile.clear') }} data={languages} value={language === '' ? null : language} error={faults['locale']} data-field="locale" data-testid="wishes-locale" onChange={(code) => touch(() => setLocale(code ?? ''))} />
        <Checkbox.Group label={t('wishes.channels')} description={t('wishes.channelsHint')} value={wishes} onChange={(all) => touch(() => setWishes(all))}>
          <Group gap="md" mt={4}>
            {CHANNELS.map((channel) => (
              <Checkbox key={channel} value={channel} label={t(`wishes.channel.${channel}`)} data-testid={`wishes-${channel}`} />
            ))}
          </Group>
        </Checkbox.Group>
        {purposes.map((purpose) => {
          const said = own.consents[purpose];
          const now = chosen[purpose] ?? said?.granted;
          return (
            <Radio.Group
              key={purpose}
              label={t(`wishes.purpose.${purpose}`, { defaultValue: purpose })}
              description={said === undefined ? t('wishes.unasked') : t('wishes.said', { time: fullDayAndClock(said.at) })}
              value={now === undefined ? '' : now ? 'agreed' : 'refused'}
              onChange={(word) => touch(() => setChosen({ ...chosen, [purpose]: word === 'agreed' }))}
            >
              <Group gap="md" mt={4}>
                {(['agreed', 'refused'] as const).map((word) => (
                  <Radio key={word} value={word} label={t(`wishes.${word}`)} data-testid={`wishes-${purpose}-${word}`} />
                ))}
              </Group>
            </Radio.Group>
          );
        })}
        <Button type="submit" loading={busy} style={{ alignSelf: 'flex-start' }} data-testid="wishes-save">
          {t('profile.save')}
        </Button>
      </Stack>
    </form>
  );
}
