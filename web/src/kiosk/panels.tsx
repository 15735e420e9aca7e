import { IconCloudOff, IconInfoCircle, IconLock, IconTool } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { SiteBoard } from '~/api/shapes';
import { dayAndClock } from '~/i18n/format';
import type { Refusal } from './machine';
import styles from './kiosk.module.css';

/** The whole kiosk cannot help now, why, and what to do instead. */
export function Notice({ title, text, offline = false }: { title: string; text: string; offline?: boolean }) {
  const Icon = offline ? IconCloudOff : IconTool;
  return (
    <section className={styles.panel} role="status">
      <Icon className={styles.panelIcon} aria-hidden />
      <h1>{title}</h1>
      <p>{text}</p>
    </section>
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
      {board.site.notice !== null && <p>{board.site.notice}</p>}
    </section>
  );
}

/** No ticket this time: the cause and the way out. */
export function Refused({ why, detail, onDone }: { why: Refusal; detail: string; onDone: () => void }) {
  const { t } = useTranslation(['kiosk', 'common']);
  return (
    <section className={styles.panel} role="alert">
      {why === 'offline' ? <IconCloudOff className={styles.panelIcon} aria-hidden /> : <IconInfoCircle className={styles.panelIcon} aria-hidden />}
      <h1>{t(`kiosk:refused.${why}`)}</h1>
      <p>{why === 'other' ? detail : t(`kiosk:refusedText.${why}`)}</p>
      <button type="button" className={`${styles.action} ${styles.primary} ${styles.wide}`} onClick={onDone}>
        {t('kiosk:understood')}
      </button>
    </section>
  );
}

/** "Are you still there?": a touch anywhere says yes. */
export function IdleWarning({ seconds, onWipe }: { seconds: number; onWipe: () => void }) {
  const { t } = useTranslation('kiosk');
  const box = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    box.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <div className={styles.veil}>
      <section className={styles.warning} role="alertdialog" aria-modal="true" aria-labelledby="idle-title">
        <h2 id="idle-title">{t('idle.title')}</h2>
        <p className="num" aria-hidden>
          {t('idle.text', { count: seconds })}
        </p>
        {/* The touch itself has already extended; the button is what a keypad presses. */}
        <button ref={box} type="button" className={`${styles.action} ${styles.primary} ${styles.wide}`}>
          {t('idle.stay')}
        </button>
        <button
          type="button"
          className={`${styles.action} ${styles.wide}`}
          onClick={onWipe}
        >
          {t('idle.leave')}
        </button>
      </section>
    </div>
  );
}
