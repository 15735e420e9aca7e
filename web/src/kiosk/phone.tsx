import { IconBackspace, IconChevronLeft } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useOnceTap } from '~/shared/once-tap';
import styles from './kiosk.module.css';

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '+', '0'] as const;

interface Props {
  digits: string;
  onDigits: (digits: string) => void;
  onDone: () => void;
  onSkip: () => void;
  onBack: () => void;
}

/** One question on one screen: a mobile number, or none. */
export function Phone({ digits, onDigits, onDone, onSkip, onBack }: Props) {
  const { t } = useTranslation('kiosk');
  const done = useOnceTap(onDone);
  const skip = useOnceTap(onSkip);
  return (
    <section className={styles.phone}>
      <div className={styles.asked}>
        <h1 className={styles.question} tabIndex={-1}>
          {t('phone.title')}
        </h1>
        <p className={styles.why}>{t('phone.why')}</p>
      </div>
      <p className={styles.digits}>
        <bdi dir="ltr" className="code" data-testid="kiosk-digits" aria-label={digits.split('').join(' ')}>
          {digits === '' ? '+' : digits}
        </bdi>
      </p>
      <div className={styles.keys} dir="ltr">
        {KEYS.map((key) => (
          <button key={key} type="button" className={styles.key} onClick={() => onDigits(digits + key)}>
            {key}
          </button>
        ))}
        <button type="button" className={styles.key} aria-label={t('phone.delete')} onClick={() => onDigits(digits.slice(0, -1))}>
          <IconBackspace aria-hidden />
        </button>
      </div>
      <div className={styles.pair}>
        <button type="button" className={styles.action} onClick={onBack}>
          <IconChevronLeft className="mirror" aria-hidden />
          {t('back')}
        </button>
        <button type="button" className={styles.action} data-testid="kiosk-skip" onClick={skip}>
          {t('phone.skip')}
        </button>
        <button type="button" className={`${styles.action} ${styles.primary}`} disabled={digits.length < 6} onClick={done}>
          {t('phone.done')}
        </button>
      </div>
    </section>
  );
}
