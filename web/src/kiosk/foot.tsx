import { IconArrowBarDown, IconContrast, IconTextIncrease, IconVolume } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { BookingButtons, WishesButton, type BookingDoors, type WishesDoor } from './doors';
import styles from './kiosk.module.css';

/** What the person asked of the screen itself. */
export interface Modes {
  readonly large: boolean;
  readonly contrast: boolean;
  readonly low: boolean;
  readonly sound: boolean;
}

const BUTTONS = [
  ['large', IconTextIncrease],
  ['contrast', IconContrast],
  ['low', IconArrowBarDown],
  ['sound', IconVolume],
] as const;

interface Props {
  modes: Modes;
  /** Modes that some kiosks have no use for: a low panel cannot go lower, a machine without a voice cannot speak. */
  offered: { low: boolean; sound: boolean };
  onChange: (modes: Modes) => void;
  /** For those who booked, where a small panel has no room for it beside the tiles. */
  booking: BookingDoors | null;
  /** The same for those who need help or want several things. */
  wishes: WishesDoor | null;
}

/** The lowest row: larger, contrast, lower, sound. */
export function Foot({ modes, offered, onChange, booking, wishes }: Props) {
  const { t } = useTranslation('kiosk');
  return (
    <footer className={styles.foot}>
      {booking !== null && <BookingButtons doors={booking} className={`${styles.mode} ${styles.bookedMode}`} />}
      {wishes !== null && <WishesButton door={wishes} className={`${styles.mode} ${styles.bookedMode}`} />}
      {BUTTONS.filter(([mode]) => (mode !== 'low' && mode !== 'sound') || offered[mode]).map(([mode, Icon]) => (
        <button
          key={mode}
          type="button"
          className={styles.mode}
          aria-pressed={modes[mode]}
          data-testid={`kiosk-mode-${mode}`}
          onClick={() => onChange({ ...modes, [mode]: !modes[mode] })}
        >
          <Icon aria-hidden />
          {t(`mode.${mode}`)}
        </button>
      ))}
    </footer>
  );
}
