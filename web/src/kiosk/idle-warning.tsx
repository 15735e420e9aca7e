import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './kiosk.module.css';

/** "Are you still there?": a touch anywhere says yes. */
export function IdleWarning({ seconds, onStay, onWipe }: { seconds: number; onStay: () => void; onWipe: () => void }) {
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
    <div className={styles.veil} data-testid="kiosk-idle" onClick={onStay}>
      <section className={styles.warning} role="alertdialog" aria-modal="true" aria-labelledby="idle-title">
        <h2 id="idle-title">{t('idle.title')}</h2>
        <p className="num" aria-hidden>
          {t('idle.text', { count: seconds })}
        </p>
        {/* Any touch has already extended; the button is what a keypad presses. */}
        <button ref={box} type="button" className={`${styles.action} ${styles.primary} ${styles.wide}`} data-testid="kiosk-stay">
          {t('idle.stay')}
        </button>
        <button
          type="button"
          className={`${styles.action} ${styles.wide}`}
          data-testid="kiosk-leave"
          onClick={onWipe}
        >
          {t('idle.leave')}
        </button>
      </section>
    </div>
  );
}
