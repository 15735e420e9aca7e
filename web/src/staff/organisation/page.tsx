import { Button, Stack } from '@mantine/core';
import { IconBuilding, IconCheck } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { safeNext } from '../login/next';
import { homeOf, switchTo, useUser } from '../session';
import { Refusal } from '../shared/refusal';
import styles from './organisation.module.css';

/** Where somebody who belongs to several organisations says in which one they go on: after the log-in, and whenever they change. */
export default function OrganisationPage() {
  const { t } = useTranslation('login');
  const user = useUser();
  const navigate = useNavigate();
  const next = safeNext((useSearch({ strict: false }) as { next?: unknown }).next);
  const [busy, setBusy] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    document.title = t('organisation.title');
  }, [t]);
  const go = (slug: string) => {
    if (busy !== null) return;
    setBusy(slug);
    setError(null);
    const there = slug === user.tenant?.slug ? Promise.resolve(user) : switchTo(slug);
    there
      .then((now) => navigate({ href: next ?? homeOf(now), replace: true }), setError)
      .finally(() => setBusy(null));
  };
  return (
    <Stack className={styles.page ?? ''} gap="md">
      <h1>{t('organisation.heading')}</h1>
      <Refusal error={error} onClose={() => setError(null)} />
      {user.tenants.map((one) => {
        const here = one.id === user.tenant?.id;
        return (
          <Button
            key={one.id}
            size="lg"
            variant={here ? 'filled' : 'default'}
            justify="start"
            leftSection={here ? <IconCheck size={22} aria-hidden /> : <IconBuilding size={22} aria-hidden />}
            aria-current={here || undefined}
            loading={busy === one.slug}
            onClick={() => go(one.slug)}
            data-testid={`organisation-${one.slug}`}
          >
            <bdi>{one.name}</bdi>
          </Button>
        );
      })}
    </Stack>
  );
}
