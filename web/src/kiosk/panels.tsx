import { IconCloudOff, IconInfoCircle, IconLock } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SiteBoard } from '~/api/shapes';
import { dayAndClock } from '~/i18n/format';
import styles from './kiosk.module.css';

const NOTICES = { offline: IconCloudOff, maintenance: IconLock, none: IconInfoCircle } as const;

/** The whole kiosk cannot help now, why, and what to do instead. */
export function Notice({ kind }: { kind: keyof typeof NOTICES }) {
  const { t } = useTranslation('kiosk');
  const Icon = NOTICES[kind];
  return (
    <section className={styles.panel} role="status" data-testid={`kiosk-notice-${kind}`}>
      <Icon className={styles.panelIcon} aria-hidden />
      <h1>{t(`${kind}.title`)}</h1>
      <p>{t(`${kind}.text`)}</p>
    </section>
  );
}

/** How soon a wait deserves a word. */
const SOON_MS = 250;

/** While the ticket is made: nothing at first, for most are there at once. */
export function Issuing() {
  const { t } = useTranslation('kiosk');
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), SOON_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <p className={styles.issuing} role="status">
      {shown && t('issuing')}
    </p>
  );
}

/** Outside the hours. */
export function Closed({ board }: { board: SiteBoard }) {
  const { t } = useTranslation('kiosk');
  const { opens_at: at, timezone } = board.site;
  return (
    <section className={styles.panel}>
      <IconLock className={styles.panelIcon} aria-hidden />
      <h1>{t('closed.title')}</h1>
      {at !== null && <p>{t('closed.opens', { time: dayAndClock(at, timezone, board.at) })}</p>}
      {board.site.notice !== null && (
        <p>
          <bdi>{board.site.notice}</bdi>
        </p>
      )}
    </section>
  );
}
