import { Alert, Button, Group, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { FactorSetup, SecondFactor } from '~/api/shapes';
import { dayAndClock } from '~/i18n/format';
import { Qr } from '~/shared/qr';
import { Fault, Loading } from '~/shared/states';
import { Refusal, useFieldFaults } from '../shared/refusal';
import styles from './account.module.css';

const PATH = '/api/v1/auth/second-factor';

/** What is being done. */
type Step = { at: 'rest' } | { at: 'begin' } | { at: 'confirm'; setup: FactorSetup } | { at: 'codes'; codes: readonly string[] } | { at: 'renew' | 'remove' };

/** The authenticator app: set up, renewed codes, removed. */
export function SecondStepSection() {
  const { t } = useTranslation('account');
  const client = useQueryClient();
  const factor = useQuery({ queryKey: ['second-factor'], queryFn: () => api.get<SecondFactor>(PATH) });
  const [step, setStep] = useState<Step>({ at: 'rest' });
  const done = (next: Step) => {
    setStep(next);
    void client.invalidateQueries({ queryKey: ['second-factor'] });
  };
  const codes = ({ recovery_codes }: { recovery_codes: string[] }) => done({ at: 'codes', codes: recovery_codes });
  let body;
  if (factor.data === undefined) body = factor.isError ? <Fault error={factor.error} onRetry={() => void factor.refetch()} /> : <Loading rows={2} />;
  else if (step.at === 'begin') {
    body = <Ask field="password" action={t('second.begin')} onCancel={() => setStep({ at: 'rest' })} send={(password) => api.post<FactorSetup>(PATH, { password })} onDone={(setup) => setStep({ at: 'confirm', setup })} />;
  } else if (step.at === 'confirm') {
    body = (
      <Stack>
        <p>{t('second.scan')}</p>
        <Qr className={styles.qr ?? ''} text={step.setup.otpauth_url} label={t('second.qr')} testId="account-qr" />
        <p>
          {t('second.orType')} <bdi dir="ltr" className={styles.secret} data-testid="account-secret">{step.setup.secret.replace(/(.{4})(?=.)/g, '$1 ')}</bdi>
        </p>
        <Ask field="code" action={t('second.confirm')} onCancel={() => setStep({ at: 'rest' })} send={(code) => api.post<{ recovery_codes: string[] }>(`${PATH}/confirm`, { code })} onDone={codes} />
      </Stack>
    );
  } else if (step.at === 'codes') {
    body = (
      <Stack>
        <Alert color="ok" role="status">{t('second.keepCodes')}</Alert>
        <ul className={styles.codes} dir="ltr" data-testid="account-codes">
          {step.codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
        <Group>
          <Button variant="default" onClick={() => void navigator.clipboard.writeText(step.codes.join('\n'))}>{t('second.copy')}</Button>
          <Button onClick={() => setStep({ at: 'rest' })} data-testid="account-codes-kept">{t('second.kept')}</Button>
        </Group>
      </Stack>
    );
  } else if (step.at === 'renew') {
    body = <Ask field="code" action={t('second.renew')} onCancel={() => setStep({ at: 'rest' })} send={(code) => api.post<{ recovery_codes: string[] }>(`${PATH}/recovery-codes`, { code })} onDone={codes} />;
  } else if (step.at === 'remove') {
    body = <Ask field="code" action={t('second.remove')} onCancel={() => setStep({ at: 'rest' })} send={(code) => api.post(`${PATH}/remove`, { code })} onDone={() => done({ at: 'rest' })} />;
  } else if (factor.data.enabled) {
    body = (
      <Stack>
        <p data-testid="account-second-on">{t('second.on', { time: dayAndClock(factor.data.since ?? '') })} {t('second.left', { count: factor.data.recovery_codes_left })}</p>
        <Group>
          <Button variant="default" onClick={() => setStep({ at: 'renew' })}>{t('second.renew')}</Button>
          <Button variant="subtle" color="bad" onClick={() => setStep({ at: 'remove' })}>{t('second.remove')}</Button>
        </Group>
      </Stack>
    );
  } else {
    body = (
      <Stack>
        <p>{t('second.why')}</p>
        <Button style={{ alignSelf: 'flex-start' }} onClick={() => setStep({ at: 'begin' })} data-testid="account-second-begin">{t('second.begin')}</Button>
      </Stack>
    );
  }
  return (
    <section className={styles.section} aria-label={t('second.title')}>
      <h2>{t('second.title')}</h2>
      {body}
    </section>
  );
}

interface AskProps<T> {
  readonly field: 'password' | 'code';
  readonly action: string;
  readonly send: (value: string) => Promise<T>;
  readonly onDone: (answer: T) => void;
  readonly onCancel: () => void;
}

/** Asks for one value and does something with it. */
function Ask<T>({ field, action, send, onDone, onCancel }: AskProps<T>) {
  const { t } = useTranslation('account');
  const [value, setValue] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const fault = useFieldFaults(error)[field];
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    send(value.trim())
      .then(onDone, setError)
      .finally(() => setBusy(false));
  };
  const common = { label: t(`ask.${field}`), error: fault, 'data-field': field, 'data-testid': `account-ask-${field}`, value, autoFocus: true, onChange: (e: { currentTarget: { value: string } }) => setValue(e.currentTarget.value) };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Refusal error={error} label={(name) => t(`ask.${name}`)} />
        {field === 'password' ? <PasswordInput {...common} autoComplete="current-password" visibilityToggleButtonProps={{ 'aria-label': t('show') }} /> : <TextInput {...common} autoComplete="one-time-code" dir="ltr" />}
        <Group>
          <Button type="submit" loading={busy} data-testid="account-ask-submit">{action}</Button>
          <Button variant="default" onClick={onCancel}>{t('ask.cancel')}</Button>
        </Group>
      </Stack>
    </form>
  );
}
