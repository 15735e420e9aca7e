import { Alert, Button, PasswordInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { ApiFault } from '~/api/fault';
import type { Page, TenantCard, User } from '~/api/shapes';
import { currentLanguage } from '~/i18n';
import { LANGUAGES } from '~/i18n/languages';
import { register } from '../session';
import { Refusal, useFieldFaults } from '../shared/refusal';

interface Props {
  /** What was typed on the log-in already. */
  readonly email: string;
  /** The organisation from whose page one came; null where one comes from none. */
  readonly tenant: string | null;
  /** Whether an account is being made: who is signed in by it is not to be led on at once. */
  readonly onHold: (held: boolean) => void;
  readonly onBack: (email: string) => void;
  readonly onDone: (user: User) => void;
}

/** A customer's own account: name, e-mail, password, language, and the organisation where there are several. */
export function Register({ email, tenant, onHold, onBack, onDone }: Props) {
  const { t } = useTranslation('login');
  const tenants = useQuery({ queryKey: ['public-tenants'], queryFn: () => api.get<Pick<Page<TenantCard>, 'items'>>('/api/v1/public/tenants'), staleTime: Infinity });
  const [now, setNow] = useState({ name: '', email, password: '', locale: currentLanguage() as string, tenant });
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const taken = error instanceof ApiFault && error.code === 'email_taken';
  // That an address is taken is said of the whole; it belongs to its field.
  const faults: Record<string, string> = { ...useFieldFaults(error), ...(taken && { email: t('create.taken') }) };
  const choice = (tenants.data?.items ?? []).map(({ slug, name }) => ({ value: slug, label: name }));
  const several = choice.length > 1;
  const chosen = choice.some(({ value }) => value === now.tenant) ? now.tenant : null;
  const set = (part: Partial<typeof now>) => setNow((all) => ({ ...all, ...part }));
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    if (several && chosen === null) {
      setBusy(false);
      setError(new ApiFault(422, { code: 'invalid', errors: [{ field: 'tenant', code: 'required', message: t('create.tenantMissing') }] }));
      return;
    }
    onHold(true);
    register({ name: now.name.trim(), email: now.email.trim(), password: now.password, locale: now.locale, tenant: chosen })
      .then(onDone, (fault: unknown) => {
        onHold(false);
        setError(fault);
      })
      .finally(() => setBusy(false));
  };
  const words: Record<string, string> = { name: t('create.name'), email: t('email'), password: t('password'), locale: t('create.locale'), tenant: t('create.tenant') };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Text>{t('create.why')}</Text>
        <Refusal error={error} label={(field) => words[field] ?? field} />
        {several && (
          <Select
            label={t('create.tenant')}
            data={choice}
            value={chosen}
            error={faults['tenant']}
            data-field="tenant"
            data-testid="create-tenant"
            onChange={(slug) => set({ tenant: slug })}
          />
        )}
        <TextInput label={t('create.name')} autoComplete="name" dir="auto" autoFocus value={now.name} error={faults['name']} data-field="name" data-testid="create-name" onChange={(e) => set({ name: e.currentTarget.value })} />
        <TextInput
          label={t('email')}
          type="email"
          autoComplete="email"
          inputMode="email"
          dir="ltr"
          required
          withAsterisk={false}
          value={now.email}
          error={faults['email']}
          data-field="email"
          data-testid="create-email"
          onChange={(e) => set({ email: e.currentTarget.value })}
        />
        <PasswordInput
          label={t('password')}
          description={t('newPasswordHint')}
          autoComplete="new-password"
          required
          withAsterisk={false}
          visibilityToggleButtonProps={{ 'aria-label': t('show') }}
          value={now.password}
          error={faults['password']}
          aria-invalid={faults['password'] !== undefined}
          data-field="password"
          data-testid="create-password"
          onChange={(e) => set({ password: e.currentTarget.value })}
        />
        <Select
          label={t('create.locale')}
          allowDeselect={false}
          data={Object.entries(LANGUAGES).map(([code, { name }]) => ({ value: code, label: name }))}
          value={now.locale}
          error={faults['locale']}
          data-field="locale"
          data-testid="create-locale"
          onChange={(code) => set({ locale: code ?? now.locale })}
        />
        <Button type="submit" size="lg" loading={busy} data-testid="create-submit">
          {t('create.submit')}
        </Button>
        <Button variant="subtle" onClick={() => onBack(now.email)} data-testid="create-back">
          {t('create.have')}
        </Button>
      </Stack>
    </form>
  );
}

/** What comes after: the mail that proves the address, and the way on. */
export function Registered({ user, onGo }: { readonly user: User; readonly onGo: () => void }) {
  const { t } = useTranslation('login');
  return (
    <Stack gap="md">
      <Alert color="ok" role="status" title={t('create.done')}>
        {t('create.mailed', { email: user.email })}
      </Alert>
      <Button size="lg" onClick={onGo} autoFocus data-testid="create-go">
        {t('create.go')}
      </Button>
    </Stack>
  );
}
