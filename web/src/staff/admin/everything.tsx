import { Button, Stack } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { atEverySite, may, useTenantPath, useUser } from '../session';
import styles from './admin.module.css';

/** All that is kept of the organisation, as a file: for whoever moves on, or keeps a copy of their own. */
export function EverythingSection() {
  const { t } = useTranslation('admin');
  const base = useTenantPath();
  const user = useUser();
  // Whoever is limited to sites may not take along what is of others.
  if (!may(user, 'tenants:export') || !atEverySite(user)) return null;
  return (
    <section aria-label={t('everything.title')} className={styles.list}>
      <div className={styles.listHead}>
        <h2>{t('everything.title')}</h2>
      </div>
      <Stack>
        <p className={styles.about}>{t('everything.what')}</p>
        {/* The browser saves it as it comes: it may be larger than a page can hold. */}
        <Button component="a" href={`${base}/export`} download variant="default" leftSection={<IconDownload size={20} />} style={{ alignSelf: 'flex-start' }} data-testid="admin-export">
          {t('everything.download')}
        </Button>
      </Stack>
    </section>
  );
}
