import { Alert, Button, PasswordInput, Stack } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { Refusal, useFieldFaults } from '../shared/refusal';
import styles from './account.module.css';

/** Changes the password; every other session ends. */
export function PasswordForm() {
  const { t } = useTranslation('account');
  const [current, setCurrent] = useState('');
  const [wanted, setWanted] = useState('');
  const [state, setState] = useState<'asking' | 'busy' | 'done'>('asking');
  const [error, setError] = useState<unknown>(null);
  const fields = useFieldFaults(error);
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (state === 'busy') return;
    setState('busy');
    setError(null);
    api.put('/api/v1/auth/change-password', { current_password: current, new_password: wanted }).then(
      () => {
        setState('done');
        setCurrent('');
        setWanted('');
      },
      (fault: unknown) => {
        setState('asking');
        setError(fault);
      },
    );
  };
  const show = { 'aria-label': t('show') };
  return (
    <section className={styles.section} aria-label={t('password.title')}>
      <h2>{t('password.title')}</h2>
      <form onSubmit={submit} noValidate>
        <Stack>
          {state === 'done' && (
            <Alert color="ok" role="status">
              {t('password.done')}
            </Alert>
          )}
          <Refusal error={error} label={(field) => t(`password.${field}`)} />
          <PasswordInput label={t('password.current_password')} autoComplete="current-password" visibilityToggleButtonProps={show} data-field="current_password" data-testid="account-current" error={fields['current_password']} value={current} onChange={(e) => setCurrent(e.currentTarget.value)} />
          <PasswordInput label={t('password.new_password')} autoComplete="new-password" visibilityToggleButtonProps={show} data-field="new_password" data-testid="account-new" error={fields['new_password']} value={wanted} onChange={(e) => setWanted(e.currentTarget.value)} />
          <Button type="submit" loading={state === 'busy'} style={{ alignSelf: 'flex-start' }} data-testid="account-change-password">
            {t('password.change')}
          </Button>
        </Stack>
      </form>
    </section>
  );
}
