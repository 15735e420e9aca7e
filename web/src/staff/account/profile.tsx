import { Alert, Button, Select, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { User } from '~/api/shapes';
import { LANGUAGES } from '~/i18n/languages';
import { useUser } from '../session';
import { Refusal, useFieldFaults } from '../shared/refusal';
import styles from './account.module.css';

/** Who one is and what one signs in with: name, user name, address, number, and the language of mails. */
export function ProfileForm() {
  const { t } = useTranslation('account');
  const user = useUser();
  const client = useQueryClient();
  const [now, setNow] = useState({ name: user.name, username: user.username ?? '', email: user.email, phone: user.phone ?? '', locale: user.locale ?? '' });
  const [state, setState] = useState<'asking' | 'busy' | 'done' | 'mailed'>('asking');
  const [error, setError] = useState<unknown>(null);
  const faults = useFieldFaults(error);
  const set = (part: Partial<typeof now>) => {
    setNow((all) => ({ ...all, ...part }));
    setState('asking');
  };
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (state === 'busy') return;
    setState('busy');
    setError(null);
    const body = { name: now.name.trim(), username: now.username.trim() || null, email: now.email.trim(), phone: now.phone.trim() || null, locale: now.locale || null };
    api.put<User>('/api/v1/auth/profile', body).then(
      (saved) => {
        setState(saved.email === user.email || saved.email_verified ? 'done' : 'mailed');
        void client.invalidateQueries({ queryKey: ['me'] });
      },
      (fault: unknown) => {
        setState('asking');
        setError(fault);
      },
    );
  };
  const languages = Object.entries(LANGUAGES).map(([code, { name }]) => ({ value: code, label: name }));
  // A locale such as "de-CH" reads the language that it begins with.
  const language = now.locale.split('-')[0] ?? '';
  return (
    <section className={styles.section} aria-label={t('profile.title')}>
      <h2>{t('profile.title')}</h2>
      <form onSubmit={submit} noValidate>
        <Stack>
          {(state === 'done' || state === 'mailed') && (
            <Alert color="ok" role="status" data-testid="account-saved">
              {t(state === 'done' ? 'profile.done' : 'profile.mailed', { email: now.email.trim() })}
            </Alert>
          )}
          <Refusal error={error} label={(field) => t(`profile.${field}`, { defaultValue: field })} />
          <TextInput label={t('profile.name')} autoComplete="name" dir="auto" value={now.name} error={faults['name']} data-field="name" data-testid="account-name" onChange={(e) => set({ name: e.currentTarget.value })} />
          <TextInput label={t('profile.username')} description={t('profile.usernameHint')} autoComplete="username" dir="ltr" value={now.username} error={faults['username']} data-field="username" data-testid="account-username" onChange={(e) => set({ username: e.currentTarget.value })} />
          <TextInput label={t('profile.email')} description={t('profile.emailHint')} type="email" autoComplete="email" dir="ltr" required withAsterisk={false} value={now.email} error={faults['email']} data-field="email" data-testid="account-email" onChange={(e) => set({ email: e.currentTarget.value })} />
          <TextInput label={t('profile.phone')} description={t('profile.phoneHint')} type="tel" autoComplete="tel" dir="ltr" value={now.phone} error={faults['phone']} data-field="phone" data-testid="account-phone" onChange={(e) => set({ phone: e.currentTarget.value })} />
          <Select label={t('profile.locale')} clearable clearButtonProps={{ 'aria-label': t('profile.clear') }} data={languages} value={language === '' ? null : language} error={faults['locale']} data-field="locale" onChange={(code) => set({ locale: code ?? '' })} />
          <Button type="submit" loading={state === 'busy'} style={{ alignSelf: 'flex-start' }} data-testid="account-save">
            {t('profile.save')}
          </Button>
        </Stack>
      </form>
    </section>
  );
}
