import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiFault } from '~/api/fault';
import { Logo } from '~/shared/logo';
import { useFaultText } from '~/shared/states';
import { homeOf, signIn, useSession } from '../session';
import { AppearanceMenu, LanguageMenu } from '../shell';
import styles from './login.module.css';

/** Only a path of our own may follow a log-in; anything else would let a link lead people away. */
export function safeNext(next: unknown): string | null {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : null;
}

/** Signs a member of staff in and takes them where they wanted to go, or to the widest area they may see. */
export default function LoginPage() {
  const { t } = useTranslation('login');
  const words = useFaultText();
  const navigate = useNavigate();
  const next = safeNext((useSearch({ strict: false }) as { next?: unknown }).next);
  const session = useSession();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    document.title = t('title');
  }, [t]);
  const user = session.data;
  useEffect(() => {
    if (user != null) void navigate({ href: next ?? homeOf(user), replace: true });
  }, [user, next, navigate]);

  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    signIn(email.trim(), password)
      .catch(setError)
      .finally(() => setBusy(false));
  };
  const fields = error instanceof ApiFault ? error.byField() : {};
  return (
    <main className={styles.page}>
      <div className={styles.tools}>
        <LanguageMenu />
        <AppearanceMenu />
      </div>
      <form className={styles.card} onSubmit={submit} noValidate>
        <Logo size={48} />
        <h1>{t('heading')}</h1>
        <Stack gap="md">
          {error !== null && (
            <Alert color="bad" role="alert" title={error instanceof ApiFault && error.status === 401 ? t('refused') : words(error).title}>
              {error instanceof ApiFault ? error.message : words(error).text}
            </Alert>
          )}
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
            error={fields['password']}
            value={password}
            onChange={(e) => setPassword(e.currentTarget.value)}
          />
          <Button type="submit" size="lg" loading={busy} data-testid="login-submit">
            {t('submit')}
          </Button>
        </Stack>
      </form>
    </main>
  );
}
