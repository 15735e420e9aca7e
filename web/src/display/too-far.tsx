import { useTranslation } from 'react-i18next';
import styles from './display.module.css';

/** Instead of a screen that its farthest seat cannot read: both in metres. */
export function TooFar({ distance, reach }: { distance: number; reach: number }) {
  const { t } = useTranslation('display');
  return (
    <main className={styles.wait}>
      <h1>{t('tooFar.title')}</h1>
      <p>{t('tooFar.text', { distance, reach })}</p>
    </main>
  );
}
