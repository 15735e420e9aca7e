import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Health } from './health';
import styles from './platform.module.css';
import { Tenants } from './tenants';

/** The installation for whoever runs it: its organisations, and how it is. */
export default function PlatformPage() {
  const { t } = useTranslation('platform');
  useEffect(() => {
    document.title = t('title');
  }, [t]);
  return (
    <div className={styles.page}>
      <h1>{t('title')}</h1>
      <Tenants />
      <Health />
    </div>
  );
}
