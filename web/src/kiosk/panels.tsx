import { IconCloudOff, IconInfoCircle, IconLock } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SiteBoard } from '~/api/shapes';
import { dayAndClock } from '~/i18n/format';
import type { Refusal } from './machine';
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
      {at !== null && <p>{t('closed.opens', { time: dayAndClock(at, timezone) })}</p>}
      {board.site.notice !== null && (
        <p>
          <bdi>{board.site.notice}</bdi>
        </p>
      )}
    </section>
  );
}

/** Refusals of a booking after which the same person tries again. */
const AGAIN: ReadonlySet<Refusal> = new Set<Refusal>(['unknown', 'no_number', 'no_network']);

/** No ticket this time: the cause and the way out. */
export function Refused({ why, detail, onDone, onAgain }: { why: Refusal; detail: string; onDone: () => void; onAgain: (() => void) | null }) {
  const { t } = useTranslation(['kiosk', 'common']);
  const offline = why === 'offline' || why === 'no_network';
  const again = AGAIN.has(why) ? onAgain : null;
  return (
    <section className={styles.panel} data-testid="kiosk-refused" data-why={why}>
      {offline ? <IconCloudOff className={styles.panelIcon} aria-hidden /> : <IconInfoCircle className={styles.panelIcon} aria-hidden />}
      <h1 tabIndex={-1}>{t(`kiosk:refused.${why}`)}</h1>
      {/* Codes of bookings and times stand in their own direction. */}
      <p>{why === 'other' ? detail : t(`kiosk:refusedText.${why}`, { detail: `\u2068${detail}\u2069` })}</p>
      <div className={styles.both}>
        {again !== null && (
          <button type="button" className={`${styles.action} ${styles.primary} ${styles.wide}`} data-testid="kiosk-again" onClick={again}>
            {t('kiosk:booking.again')}
          </button>
        )}
        <button type="button" className={`${styles.action} ${again === null ? styles.primary : ''} ${styles.wide}`} onClick={onDone}>
          {t('kiosk:understood')}
        </button>
      </div>
    </section>
  );
}
