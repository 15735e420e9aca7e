import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiFault } from '~/api/fault';
import { Logo } from '~/shared/logo';
import { homeOf, signIn, useSession } from '../session';
import { Refusal, useFieldFaults } from '../shared/refusal';
import { AppearanceMenu, LanguageMenu } from '../shell';
import styles from './login.module.css';
import { ChoosePassword, ForgotPassword, mailedLink, VerifiedNotice } from './password';

/** Only a path of our own may follow a log-in; anything else would let a link lead people away. */
export function safeNext(next: unknown): string | null {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : null;
}

/** Signs a member of staff in and takes them where they wanted to go, or to the widest area they may see. */
export default function LoginPage() {
  const { t } = useTranslation('login');
  const navigate = useNavigate();
  const next = safeNext((useSearch({ strict: false }) as { next?: unknown }).next);
  const session = useSession();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [link, setLink] = useState(() => mailedLink(window.location.hash));
  const [view, setView] = useState<'sign-in' | 'forgot' | 'reset' | 'was-reset'>(link?.what === 'reset' ? 'reset' : 'sign-in');
  const endLink = () => {
    // The secret is used up; it need not stand in the address or the history.
    window.history.replaceState(null, '', window.location.pathname + window.location.search);
    setLink(null);
    setView('was-reset');
  };
  useEffect(() => {
    document.title = t('title');
  }, [t]);
  const user = session.data;
  useEffect(() => {
    // Who opened a mailed link came for a new password, signed in or not.
    if (user != null && view !== 'reset') void navigate({ href: next ?? homeOf(user), replace: true });
  }, [user, next, navigate, view]);

  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    signIn(email.trim(), password)
      .catch(setError)
      .finally(() => setBusy(false));
  };
  const fields = useFieldFaults(error);
  const wait = error instanceof ApiFault && error.code === 'locked_out' ? error.retryAfter : null;
  const heading = wait !== null ? t('locked', { count: Math.ceil(wait / 60) }) : error instanceof ApiFault && error.status === 401 ? t('refused') : undefined;
  return (
    <main className={styles.page}>
      <div className={styles.tools}>
        <LanguageMenu />
        <AppearanceMenu />
      </div>
      <div className={styles.card}>
        <Logo size={48} />
        <h1>{t(view === 'reset' ? 'newPassword' : 'heading')}</h1>
        {view === 'reset' && link !== null && <ChoosePassword secret={link.secret} onDone={endLink} />}
        {view === 'forgot' && <ForgotPassword email={email} onBack={() => setView('sign-in')} />}
        {(view === 'sign-in' || view === 'was-reset') && (
          <form onSubmit={submit} noValidate>
            <Stack gap="md">
              {link?.what === 'verify' && <VerifiedNotice secret={link.secret} />}
              {view === 'was-reset' && (
                <Alert color="ok" role="status">
                  {t('passwordSet')}
                </Alert>
              )}
              <Refusal error={error} heading={heading} label={(field) => t(field)} />
              <TextInput
                label={t('email')}
                type="email"
                autoComplete="username"
                inputMode="email"
                dir="ltr"
                required
                withAsterisk={false}
                autoFocus
                data-testid="login-email"
                data-field="email"
                error={fields['email']}
                value={email}
                onChange={(e) => setEmail(e.currentTarget.value)}
              />
              <PasswordInput
                label={t('password')}
                autoComplete="current-password"
                required
                withAsterisk={false}
                visibilityToggleButtonProps={{ 'aria-label': t('show') }}
                data-testid="login-password"
                data-field="password"
                error={fields['password']}
                aria-invalid={fields['password'] !== undefined}
                value={password}
                onChange={(e) => setPassword(e.currentTarget.value)}
              />
              <Button type="submit" size="lg" loading={busy} data-testid="login-submit">
                {t('submit')}
              </Button>
              <Button variant="subtle" onClick={() => setView('forgot')} data-testid="login-forgot">
                {t('forgot')}
              </Button>
            </Stack>
          </form>
        )}
      </div>
    </main>
  );
}
