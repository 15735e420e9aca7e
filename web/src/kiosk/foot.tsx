import { IconArrowBarDown, IconContrast, IconTextIncrease, IconVolume } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
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

/** The lowest row: larger, contrast, lower, sound. */
export function Foot({ modes, onChange }: { modes: Modes; onChange: (modes: Modes) => void }) {
  const { t } = useTranslation('kiosk');
  return (
    <footer className={styles.foot}>
      {BUTTONS.map(([mode, Icon]) => (
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
