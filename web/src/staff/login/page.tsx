import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiFault } from '~/api/fault';
import type { User } from '~/api/shapes';
import { Logo } from '~/shared/logo';
import { Loading } from '~/shared/states';
import { secondStepOf, signIn, signInFrom, useSession, wayOf } from '../session';
import { Refusal, useFieldFaults } from '../shared/refusal';
import { AppearanceMenu, LanguageMenu } from '../shell';
import { ProviderButtons, SecondStep } from './doors';
import styles from './login.module.css';
import { takeReturn } from './oidc';
import { safeNext } from './next';
import { ChoosePassword, ForgotPassword, InvitationNotice, mailedLink, VerifiedNotice } from './password';
import { Register, Registered } from './register';

/** What the address asks of the log-in beside the way on: an account to be made, and at whose place. */
export function wished(search: { create?: unknown; tenant?: unknown }): { create: boolean; tenant: string | null } {
  const { create, tenant } = search;
  return { create: create === true || create === 'true', tenant: typeof tenant === 'string' || typeof tenant === 'number' ? String(tenant) : null };
}

type View = 'sign-in' | 'forgot' | 'reset' | 'was-reset' | 'joined' | 'create' | 'created';

/** Signs people in, or makes a customer's account, and takes them where they wanted to go, or to the widest area they may see. */
export default function LoginPage() {
  const { t } = useTranslation('login');
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const asked = safeNext(search['next']);
  const { create, tenant } = wished(search);
  const [back] = useState(takeReturn);
  const next = asked ?? safeNext(back?.journey.next);
  const linking = back !== null && 'code' in back && back.journey.purpose === 'link';
  const session = useSession();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [link, setLink] = useState(() => mailedLink(window.location.hash));
  const [view, setView] = useState<View>(link?.what === 'reset' ? 'reset' : create && link === null ? 'create' : 'sign-in');
  const [created, setCreated] = useState<User | null>(null);
  const [held, setHeld] = useState(false);
  const [half, setHalf] = useState<string | null>(null);
  const [returning, setReturning] = useState(back !== null && 'code' in back && back.journey.purpose === 'sign-in');
  const endLink = (then: 'was-reset' | 'joined') => {
    // The secret is used up; it need not stand in the address or the history.
    window.history.replaceState(null, '', window.location.pathname + window.location.search);
    setLink(null);
    setView(then);
  };
  const making = view === 'create' || view === 'created';
  const title = t(making ? 'create.title' : 'title');
  useEffect(() => {
    document.title = title;
  }, [title]);
  const user = session.data;
  // Who proves an address is told whether it worked before they are led on.
  const proving = link?.what === 'verify';
  const onward = (who: User) => void navigate({ href: wayOf(who, next), replace: true });
  useEffect(() => {
    // Who opened a mailed link came for a new password, signed in or not.
    // Whoever came back to connect an account is led to theirs, with what came back.
    // An invitation is answered first.
    // Whoever has just made an account reads first that a mail is on its way.
    if (user != null && view !== 'reset' && link?.what !== 'invitation' && !proving && !held && !linking) void navigate({ href: wayOf(user, next), replace: true });
  }, [user, next, navigate, view, link, proving, held, linking]);

  /** A log-in that goes on with a second step is no refusal. */
  const refuse = (fault: unknown) => {
    const secret = secondStepOf(fault);
    if (secret === null) setError(fault);
    else setHalf(secret);
  };
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    signIn(email.trim(), password)
      .then(() => {
        if (proving) setLink(null);
      })
      .catch(refuse)
      .finally(() => setBusy(false));
  };
  const begun = useRef(false);
  useEffect(() => {
    if (back === null || !('code' in back) || begun.current) return;
    // Code and state are good once; effects of a development build run twice.
    begun.current = true;
    const { provider, purpose } = back.journey;
    if (purpose === 'link') void navigate({ href: '/account', replace: true, state: (s) => ({ ...s, linking: { provider, code: back.code, state: back.state } }) });
    else
      signInFrom(provider, back.code, back.state)
        .catch(refuse)
        .finally(() => setReturning(false));
  });
  const fields = useFieldFaults(error);
  const wait = error instanceof ApiFault && error.code === 'locked_out' ? error.retryAfter : null;
  const heading = wait !== null ? t('locked', { count: Math.ceil(wait / 60) }) : error instanceof ApiFault && error.code === 'invalid_credentials' ? t('refused') : undefined;
  return (
    <main className={styles.page}>
      <div className={styles.tools}>
        <LanguageMenu />
        <AppearanceMenu />
      </div>
      <div className={styles.card}>
        <Logo size={48} />
        <h1>{making ? t('create.title') : t(view === 'reset' ? 'newPassword' : half !== null ? 'secondStep' : 'heading')}</h1>
        {view === 'create' && (
          <Register
            email={email}
            tenant={tenant}
            onHold={setHeld}
            onBack={(typed) => {
              setEmail(typed);
              setView('sign-in');
            }}
            onDone={(who) => {
              setCreated(who);
              setView('created');
            }}
          />
        )}
        {view === 'created' && created !== null && <Registered user={created} onGo={() => onward(created)} />}
        {proving && link !== null && view === 'sign-in' && half === null && <VerifiedNotice secret={link.secret} />}
        {proving && user != null && (
          <Button size="lg" onClick={() => onward(user)} data-testid="verified-go">
            {t('create.go')}
          </Button>
        )}
        {view === 'reset' && link !== null && <ChoosePassword secret={link.secret} onDone={() => endLink('was-reset')} />}
        {view === 'forgot' && <ForgotPassword email={email} onBack={() => setView('sign-in')} />}
        {half !== null && <SecondStep secret={half} onBack={() => setHalf(null)} />}
        {returning && <Loading rows={2} />}
        {half === null && !returning && !(proving && user != null) && (view === 'sign-in' || view === 'was-reset' || view === 'joined') && (
          <form onSubmit={submit} noValidate>
            <Stack gap="md">
              {link?.what === 'invitation' && <InvitationNotice secret={link.secret} onDone={() => endLink('joined')} />}
              {(view === 'was-reset' || view === 'joined') && (
                <Alert color="ok" role="status">
                  {t(view === 'joined' ? 'joined' : 'passwordSet')}
                </Alert>
              )}
              {back !== null && 'refused' in back && (
                <Alert color="warn" role="status">
                  {t('notThere')}
                </Alert>
              )}
              <Refusal error={error} heading={heading} label={(field) => t(field, { defaultValue: field })} />
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
              <Button variant="default" onClick={() => setView('create')} data-testid="login-create">
                {t('create.offer')}
              </Button>
              <ProviderButtons next={next} onError={setError} />
            </Stack>
          </form>
        )}
      </div>
    </main>
  );
}
