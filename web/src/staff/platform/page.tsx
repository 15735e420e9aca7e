import { Alert, Button } from '@mantine/core';
import { IconBuilding } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { switchTo, useUser } from '../session';
import { Refusal } from '../shared/refusal';
import { Health } from './health';
import styles from './platform.module.css';
import { Tenants } from './tenants';
import { People } from './users';

/** The installation for whoever runs it: its organisations, its people, and how it is. */
export default function PlatformPage() {
  const { t } = useTranslation('platform');
  useEffect(() => {
    document.title = t('title');
  }, [t]);
  return (
    <div className={styles.page}>
      <h1>{t('title')}</h1>
      <Inside />
      <Tenants />
      <People />
      <Health />
    </div>
  );
}

/** In which organisation the operator is at work, and the way out of it. */
function Inside() {
  const { t } = useTranslation('platform');
  const { tenant } = useUser();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  if (tenant === null) return null;
  const leave = () => {
    if (busy) return;
    setBusy(true);
    setError(null);
    switchTo(null)
      .catch(setError)
      .finally(() => setBusy(false));
  };
  return (
    <>
      <Refusal error={error} onClose={() => setError(null)} />
      <Alert icon={<IconBuilding size={20} />} title={t('inside.title', { name: tenant.name })} data-testid="platform-inside">
        <Button variant="default" loading={busy} onClick={leave} data-testid="platform-leave">
          {t('inside.leave', { name: tenant.name })}
        </Button>
      </Alert>
    </>
  );
}
