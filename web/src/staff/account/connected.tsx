import { Alert, Button, Group, Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { LinkedAccount, Page, Provider } from '~/api/shapes';
import { dayAndClock } from '~/i18n/format';
import { beginAt } from '../login/oidc';
import { AskButton } from '../shared/ask-button';
import { Refusal } from '../shared/refusal';
import styles from './account.module.css';

/** What the log-in page hands over when an issuer sent somebody back who wanted to connect an account. */
interface Linking {
  readonly provider: string;
  readonly code: string;
  readonly state: string;
}

/** Accounts at other issuers that open this one; nothing where the installation trusts no issuer. */
export function ConnectedAccounts() {
  const { t } = useTranslation('account');
  const client = useQueryClient();
  const navigate = useNavigate();
  const linking = (useLocation().state as { linking?: Linking }).linking;
  const providers = useQuery({ queryKey: ['providers'], queryFn: () => api.get<Page<Provider>>('/api/v1/auth/providers'), staleTime: Infinity });
  const linked = useQuery({ queryKey: ['linked'], queryFn: () => api.get<Page<LinkedAccount>>('/api/v1/auth/linked-accounts') });
  const [error, setError] = useState<unknown>(null);
  const [said, setSaid] = useState(false);
  const begun = useRef(false);
  useEffect(() => {
    if (linking === undefined || begun.current) return;
    begun.current = true;
    api
      .post('/api/v1/auth/linked-accounts', linking)
      .then(() => {
        setSaid(true);
        return client.invalidateQueries({ queryKey: ['linked'] });
      })
      .catch(setError)
      .finally(() => void navigate({ href: '/account', replace: true }));
  }, [linking, client, navigate]);
  const known = providers.data?.items ?? [];
  const items = linked.data?.items ?? [];
  if (known.length === 0 && items.length === 0) return null;
  const labelOf = (name: string) => known.find((p) => p.name === name)?.label ?? name;
  const cut = (id: string) => {
    setError(null);
    api.delete(`/api/v1/auth/linked-accounts/${id}`).then(() => client.invalidateQueries({ queryKey: ['linked'] }), setError);
  };
  return (
    <section className={styles.section} aria-label={t('linked.title')}>
      <h2>{t('linked.title')}</h2>
      <Stack>
        <Refusal error={error} />
        {said && (
          <Alert color="ok" role="status">
            {t('linked.done')}
          </Alert>
        )}
        {items.length === 0 && <p>{t('linked.none')}</p>}
        <ul className={styles.rows}>
          {items.map((one) => (
            <li key={one.id}>
              <span>
                {labelOf(one.provider)} · <bdi dir="ltr">{one.email}</bdi>
                <small>{t('linked.since', { time: dayAndClock(one.created_at) })}</small>
              </span>
              <AskButton yes={t('linked.cut', { name: labelOf(one.provider) })} onYes={() => cut(one.id)} testId="linked-cut">
                {t('linked.cut', { name: labelOf(one.provider) })}
              </AskButton>
            </li>
          ))}
        </ul>
        <Group>
          {known.map((one) => (
            <Button key={one.name} variant="default" onClick={() => void beginAt(one.name, 'link', '/account').catch(setError)}>
              {t('linked.add', { name: one.label })}
            </Button>
          ))}
        </Group>
      </Stack>
    </section>
  );
}
