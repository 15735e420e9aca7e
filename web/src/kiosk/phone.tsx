import { IconBackspace, IconChevronLeft } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useOnceTap } from '~/shared/once-tap';
import styles from './kiosk.module.css';

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '+', '0'] as const;

/** Fewer digits are no number. */
const FEWEST = { phone: 6, number: 7 } as const;

interface Props {
  /** For a ticket, where it may be left out, or of a booking. */
  about: 'phone' | 'number';
  digits: string;
  onDigits: (digits: string) => void;
  onDone: () => void;
  /** Goes on without a number. */
  onOther: () => void;
  onBack: () => void;
}

/** One question on one screen: a telephone number. */
export function Phone({ about, digits, onDigits, onDone, onOther, onBack }: Props) {
  const { t } = useTranslation('kiosk');
  const done = useOnceTap(onDone);
  const other = useOnceTap(onOther);
  return (
    <section className={styles.phone}>
      <div className={styles.asked}>
        <h1 className={styles.question} tabIndex={-1}>
          {t(`${about}.title`)}
        </h1>
        <p className={styles.why}>{t(`${about}.why`)}</p>
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
        <button type="button" className={styles.action} data-testid={about === 'phone' ? 'kiosk-skip' : 'kiosk-booking'} onClick={other}>
          {t(`${about}.other`)}
        </button>
        <button type="button" className={`${styles.action} ${styles.primary}`} data-testid="kiosk-number-done" disabled={digits.replace('+', '').length < FEWEST[about]} onClick={done}>
          {t(`${about}.done`)}
        </button>
      </div>
    </section>
  );
}
