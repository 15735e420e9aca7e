import { Button, Stack } from '@mantine/core';
import { IconDownload, IconMail } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Tenant } from '~/api/shapes';
import { useTenantPath, useUser } from '../session';
import { Refusal } from '../shared/refusal';
import { readAll } from '../shared/use-entries';
import styles from './account.module.css';

/** Everything that the account itself can read of its person, under the name of what it is. */
async function ownData(base: string | null): Promise<Record<string, unknown>> {
  const [profile, sessions, linked] = await Promise.all([api.get('/api/v1/auth/profile'), readAll('/api/v1/auth/sessions'), readAll('/api/v1/auth/linked-accounts')]);
  const account = { exported_at: new Date().toISOString(), profile, sessions, linked_accounts: linked };
  if (base === null) return account;
  const [tickets, appointments, points, transactions, redemptions] = await Promise.all([
    readAll('/api/tickets'),
    readAll(`${base}/tickets/appointments`),
    api.get(`${base}/points`),
    readAll(`${base}/points/transactions`),
    readAll(`${base}/redemptions`),
  ]);
  return { ...account, tickets, appointments, points, point_transactions: transactions, redemptions };
}

function save(data: unknown, name: string): void {
  const address = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

/** One's own data: a copy of it, and how to have it erased. */
export function OwnData() {
  const { t } = useTranslation('account');
  const user = useUser();
  const base = useTenantPath();
  const tenant = useQuery({ queryKey: ['tenant', base], queryFn: () => api.get<Tenant>(base), enabled: user.tenant != null });
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const copy = () => {
    if (busy) return;
    setBusy(true);
    setError(null);
    ownData(user.tenant == null ? null : base)
      .then((data) => save(data, `${user.tenant?.slug ?? 'usher'}-${data['exported_at']?.toString().slice(0, 10) ?? ''}.json`), setError)
      .finally(() => setBusy(false));
  };
  const contact = tenant.data?.contact_email ?? null;
  const mail = `mailto:${contact ?? ''}?subject=${encodeURIComponent(t('data.subject'))}&body=${encodeURIComponent(t('data.body', { name: user.name, email: user.email }))}`;
  return (
    <section className={styles.section} aria-label={t('data.title')}>
      <h2>{t('data.title')}</h2>
      <Stack>
        <Refusal error={error} />
        <p className={styles.why}>{t('data.copyWhy')}</p>
        <Button variant="default" leftSection={<IconDownload size={20} />} loading={busy} style={{ alignSelf: 'flex-start' }} onClick={copy} data-testid="account-copy">
          {t('data.copy')}
        </Button>
        {user.tenant != null && tenant.data !== undefined && (
          <>
            <p className={styles.why}>{contact === null ? t('data.askThere', { name: tenant.data.name }) : t('data.eraseWhy', { name: tenant.data.name })}</p>
            {contact !== null && (
              <Button component="a" href={mail} variant="default" leftSection={<IconMail size={20} />} style={{ alignSelf: 'flex-start' }} data-testid="account-erase">
                {t('data.erase')}
              </Button>
            )}
          </>
        )}
      </Stack>
    </section>
  );
}
