import { IconCloudOff, IconInfoCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Refusal } from './machine';
import styles from './kiosk.module.css';

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
