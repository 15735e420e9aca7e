import { Button, Stack } from '@mantine/core';
import { IconDownload, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { saveFile } from '~/shared/save-file';
import { useTenantPath, useUser } from '../session';
import { Refusal } from '../shared/refusal';
import { readAll } from '../shared/use-entries';
import styles from './account.module.css';
import { EraseDialog } from './erase-dialog';

/** What an account holds that belongs to no organisation. */
async function accountData(): Promise<unknown> {
  const [profile, sessions, linked] = await Promise.all([api.get('/api/v1/auth/profile'), readAll('/api/v1/auth/sessions'), readAll('/api/v1/auth/linked-accounts')]);
  return { exported_at: new Date().toISOString(), account: { profile, sessions, linked_accounts: linked } };
}

/** One's own data: a copy of it, and the end of it. */
export function OwnData() {
  const { t } = useTranslation('account');
  const user = useUser();
  const base = useTenantPath();
  const tenant = user.tenant ?? null;
  const [busy, setBusy] = useState(false);
  const [erasing, setErasing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const copy = () => {
    if (busy) return;
    setBusy(true);
    setError(null);
    const data = tenant === null ? accountData() : api.get(`${base}/customers/me/export`, { timeout: 60_000 });
    data.then((all) => saveFile(all, `${tenant?.slug ?? 'usher'}-${new Date().toISOString().slice(0, 10)}.json`), setError).finally(() => setBusy(false));
  };
  return (
    <section className={styles.section} aria-label={t('data.title')}>
      <h2>{t('data.title')}</h2>
      <Stack>
        <Refusal error={error} />
        <p className={styles.why}>{t('data.copyWhy')}</p>
        <Button variant="default" leftSection={<IconDownload size={20} />} loading={busy} style={{ alignSelf: 'flex-start' }} onClick={copy} data-testid="account-copy">
          {t('data.copy')}
        </Button>
        {tenant !== null && user.role !== 'customer' && <p className={styles.why}>{t('data.staff', { name: tenant.name })}</p>}
        {tenant !== null && user.role === 'customer' && (
          <>
            <p className={styles.why}>{t('data.eraseWhy', { name: tenant.name })}</p>
            <Button variant="subtle" color="bad" leftSection={<IconTrash size={20} />} style={{ alignSelf: 'flex-start' }} onClick={() => setErasing(true)} data-testid="account-erase">
              {t('data.erase')}
            </Button>
            <EraseDialog opened={erasing} name={tenant.name} onClose={() => setErasing(false)} />
          </>
        )}
      </Stack>
    </section>
  );
}
