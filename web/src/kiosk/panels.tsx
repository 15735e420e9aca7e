import { IconCloudOff, IconInfoCircle, IconLock, IconTool } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SiteBoard } from '~/api/shapes';
import { dayAndClock } from '~/i18n/format';
import type { Refusal } from './machine';
import styles from './kiosk.module.css';

const NOTICES = { offline: IconCloudOff, maintenance: IconTool, none: IconInfoCircle } as const;

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

/** No ticket this time: the cause and the way out. */
export function Refused({ why, detail, onDone }: { why: Refusal; detail: string; onDone: () => void }) {
  const { t } = useTranslation(['kiosk', 'common']);
  return (
    <section className={styles.panel} data-testid="kiosk-refused" data-why={why}>
      {why === 'offline' ? <IconCloudOff className={styles.panelIcon} aria-hidden /> : <IconInfoCircle className={styles.panelIcon} aria-hidden />}
      <h1 tabIndex={-1}>{t(`kiosk:refused.${why}`)}</h1>
      <p>{why === 'other' ? detail : t(`kiosk:refusedText.${why}`)}</p>
      <button type="button" className={`${styles.action} ${styles.primary} ${styles.wide}`} onClick={onDone}>
        {t('kiosk:understood')}
      </button>
    </section>
  );
}

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
