import { IconBackspace, IconChevronLeft, IconDeviceMobile, IconKeyboard, IconQrcode } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useOnceTap } from '~/shared/once-tap';
import { useCamera } from '~/shared/use-camera';
import { REFERENCE_KEYS, REFERENCE_LENGTH } from './reference';
import styles from './kiosk.module.css';

function Back({ onBack, children }: { onBack: () => void; children: ReactNode }) {
  const { t } = useTranslation('kiosk');
  return (
    <div className={styles.pair}>
      <button type="button" className={styles.action} onClick={onBack}>
        <IconChevronLeft className="mirror" aria-hidden />
        {t('back')}
      </button>
      {children}
    </div>
  );
}

interface CodeProps {
  typed: string;
  onTyped: (typed: string) => void;
  onDone: () => void;
  onScan: (() => void) | null;
  /** Whoever has no code at hand gives their number. */
  onNumber: () => void;
  onBack: () => void;
}

/** The code of a booking, letter by letter: only those that a code can have. */
export function Code({ typed, onTyped, onDone, onScan, onNumber, onBack }: CodeProps) {
  const { t } = useTranslation('kiosk');
  const done = useOnceTap(onDone);
  const whole = typed.length === REFERENCE_LENGTH;
  return (
    <section className={`${styles.phone} ${styles.code}`}>
      <div className={styles.asked}>
        <h1 className={styles.question} tabIndex={-1}>
          {t('booking.title')}
        </h1>
        <p className={styles.why}>{t('booking.how')}</p>
      </div>
      <p className={styles.digits}>
        <bdi dir="ltr" className="code" data-testid="kiosk-code" aria-label={typed === '' ? t('booking.none') : typed.split('').join(' ')}>
          {typed.padEnd(REFERENCE_LENGTH, '·')}
        </bdi>
      </p>
      <div className={`${styles.keys} ${styles.letters}`} dir="ltr">
        {REFERENCE_KEYS.map((key) => (
          <button key={key} type="button" className={styles.key} onClick={() => onTyped(typed + key)}>
            {key}
          </button>
        ))}
        <button type="button" className={`${styles.key} ${styles.delete}`} aria-label={t('booking.delete')} onClick={() => onTyped(typed.slice(0, -1))}>
          <IconBackspace aria-hidden />
        </button>
        <button type="button" className={`${styles.action} ${styles.primary} ${styles.enter}`} data-testid="kiosk-check-in" disabled={!whole} onClick={done}>
          <bdi>{t('booking.done')}</bdi>
        </button>
      </div>
      <Back onBack={onBack}>
        <button type="button" className={styles.action} data-testid="kiosk-by-number" onClick={onNumber}>
          <IconDeviceMobile aria-hidden />
          {t('booking.number')}
        </button>
        {onScan !== null && (
          <button type="button" className={styles.action} data-testid="kiosk-scan" onClick={onScan}>
            <IconQrcode aria-hidden />
            {t('booking.scan')}
          </button>
        )}
      </Back>
    </section>
  );
}

/** A code that is held to the camera. The picture is a mirror, as people know themselves. */
export function Scan({ onCode, onType, onBack }: { onCode: (code: string) => void; onType: () => void; onBack: () => void }) {
  const { t } = useTranslation('kiosk');
  const { video, blind } = useCamera('user', onCode);
  return (
    <section className={`${styles.phone} ${styles.scanner}`}>
      <div className={styles.asked}>
        <h1 className={styles.question} tabIndex={-1}>
          {t('booking.scanTitle')}
        </h1>
        <p className={styles.why} role={blind ? 'alert' : undefined} data-testid={blind ? 'kiosk-blind' : undefined}>
          {blind ? t('booking.blind') : t('booking.scanHow')}
        </p>
      </div>
      {!blind && <video ref={video} className={styles.camera} muted playsInline data-testid="kiosk-camera" />}
      <Back onBack={onBack}>
        <button type="button" className={styles.action} data-testid="kiosk-booking" onClick={onType}>
          <IconKeyboard aria-hidden />
          {t('booking.type')}
        </button>
      </Back>
    </section>
  );
}
