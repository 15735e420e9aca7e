import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { Refusal, useFieldFaults } from '../shared/refusal';

/** What a mailed link wants: its secret stands behind the #, where no server and no log sees it. */
export interface MailedLink {
  readonly what: 'reset' | 'verify' | 'invitation';
  readonly secret: string;
}

/** Reads a mailed link from the address's fragment. */
export function mailedLink(hash: string): MailedLink | null {
  const found = /^#(reset|verify|invitation)=([\w-]+)$/.exec(hash);
  return found === null ? null : { what: found[1] as MailedLink['what'], secret: found[2] ?? '' };
}

/** Chooses a new password with the secret of a mail. */
export function ChoosePassword({ secret, onDone }: { readonly secret: string; readonly onDone: () => void }) {
  const { t } = useTranslation('login');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    api
      .post('/api/v1/auth/reset-password', { token: secret, password })
      .then(onDone, setError)
      .finally(() => setBusy(false));
  };
  const field = useFieldFaults(error)['password'];
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Refusal error={error} label={() => t('newPassword')} />
        <PasswordInput
          label={t('newPassword')}
          description={t('newPasswordHint')}
          autoComplete="new-password"
          required
          withAsterisk={false}
          autoFocus
          visibilityToggleButtonProps={{ 'aria-label': t('show') }}
          data-testid="reset-password"
          data-field="password"
          error={field}
          aria-invalid={field !== undefined}
          value={password}
          onChange={(e) => setPassword(e.currentTarget.value)}
        />
        <Button type="submit" size="lg" loading={busy} data-testid="reset-submit">
          {t('setPassword')}
        </Button>
      </Stack>
    </form>
  );
}

/** Asks for a mail to choose a new password; the answer is the same whether the address is known or not. */
export function ForgotPassword({ email, onBack }: { readonly email: string; readonly onBack: () => void }) {
  const { t } = useTranslation('login');
  const [address, setAddress] = useState(email);
  const [state, setState] = useState<'asking' | 'busy' | 'sent'>('asking');
  const [error, setError] = useState<unknown>(null);
  const fields = useFieldFaults(error);
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (state === 'busy') return;
    setState('busy');
    setError(null);
    api.post('/api/v1/auth/forgot-password', { email: address.trim() }).then(
      () => setState('sent'),
      (fault: unknown) => {
        setError(fault);
        setState('asking');
      },
    );
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {state === 'sent' ? (
          <Alert color="ok" role="status">
            {t('mailSent')}
          </Alert>
        ) : (
          <>
            <Refusal error={error} label={() => t('email')} />
            <TextInput
              label={t('email')}
              type="email"
              autoComplete="username"
              inputMode="email"
              dir="ltr"
              required
              withAsterisk={false}
              autoFocus
              data-testid="forgot-email"
              data-field="email"
              error={fields['email']}
              value={address}
              onChange={(e) => setAddress(e.currentTarget.value)}
            />
            <Button type="submit" size="lg" loading={state === 'busy'} data-testid="forgot-submit">
              {t('sendMail')}
            </Button>
          </>
        )}
        <Button variant="subtle" onClick={onBack}>
          {t('back')}
        </Button>
      </Stack>
    </form>
  );
}

/** Proves an e-mail address with the secret of a mail, and says how that went. */
export function VerifiedNotice({ secret }: { readonly secret: string }) {
  const { t } = useTranslation('login');
  const client = useQueryClient();
  const [done, setDone] = useState(false);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    api.post('/api/v1/auth/verify-email', { token: secret }).then(() => {
      setDone(true);
      void client.invalidateQueries({ queryKey: ['me'] });
    }, setError);
  }, [secret, client]);
  if (!done) return <Refusal error={error} />;
  return (
    <Alert color="ok" role="status" data-testid="verified">
      {t('verified')}
    </Alert>
  );
}

/** Accepts an invitation with the secret of a mail. Nothing happens before the person says so. */
export function InvitationNotice({ secret, onDone }: { readonly secret: string; readonly onDone: () => void }) {
  const { t } = useTranslation('login');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const accept = () => {
    if (busy) return;
    setBusy(true);
    setError(null);
    api
      .post('/api/v1/auth/accept-invitation', { token: secret })
      .then(onDone, setError)
      .finally(() => setBusy(false));
  };
  return (
    <Stack gap="sm">
      <p>{t('invitationAsked')}</p>
      <Refusal error={error} />
      <Button type="button" onClick={accept} loading={busy} data-testid="invitation-accept">
        {t('invitationAccept')}
      </Button>
    </Stack>
  );
}
