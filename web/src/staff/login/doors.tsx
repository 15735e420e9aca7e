import { Button, Stack, Text, TextInput } from '@mantine/core';
import { IconBrandGoogleFilled, IconLogin2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Page, Provider } from '~/api/shapes';
import { beginAt } from './oidc';
import { finishSecondStep } from '../session';
import { Refusal, useFieldFaults } from '../shared/refusal';

/** One button for each issuer that this installation trusts; nothing where there is none. */
export function ProviderButtons({ next, onError }: { readonly next: string | null; readonly onError: (error: unknown) => void }) {
  const { t } = useTranslation('login');
  const providers = useQuery({ queryKey: ['providers'], queryFn: () => api.get<Page<Provider>>('/api/v1/auth/providers'), staleTime: Infinity });
  const [busy, setBusy] = useState<string | null>(null);
  const items = providers.data?.items ?? [];
  if (items.length === 0) return null;
  const go = (name: string) => {
    setBusy(name);
    beginAt(name, 'sign-in', next).catch((error: unknown) => {
      setBusy(null);
      onError(error);
    });
  };
  return (
    <Stack gap="xs">
      {items.map((one) => (
        <Button
          key={one.name}
          variant="default"
          size="lg"
          leftSection={one.name === 'google' ? <IconBrandGoogleFilled size={20} aria-hidden /> : <IconLogin2 size={20} aria-hidden />}
          loading={busy === one.name}
          disabled={busy !== null && busy !== one.name}
          onClick={() => go(one.name)}
          data-testid={`login-with-${one.name}`}
        >
          {t('with', { name: one.label })}
        </Button>
      ))}
    </Stack>
  );
}

/** Asks for the code of the authenticator app, or a recovery code. */
export function SecondStep({ secret, onBack }: { readonly secret: string; readonly onBack: () => void }) {
  const { t } = useTranslation('login');
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const fields = useFieldFaults(error);
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    finishSecondStep(secret, code.trim())
      .catch(setError)
      .finally(() => setBusy(false));
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Text>{t('codeHow')}</Text>
        <Refusal error={error} label={() => t('code')} />
        <TextInput
          label={t('code')}
          autoComplete="one-time-code"
          inputMode="text"
          dir="ltr"
          required
          withAsterisk={false}
          autoFocus
          data-testid="login-code"
          data-field="code"
          error={fields['code']}
          value={code}
          onChange={(e) => setCode(e.currentTarget.value)}
        />
        <Button type="submit" size="lg" loading={busy} data-testid="login-code-submit">
          {t('submit')}
        </Button>
        <Button variant="subtle" onClick={onBack}>
          {t('back')}
        </Button>
      </Stack>
    </form>
  );
}
