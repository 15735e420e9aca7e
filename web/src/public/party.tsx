import { IconMinus, IconPlus } from '@tabler/icons-react';
import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './party.module.css';

interface Props {
  value: number;
  most: number;
  onChange: (people: number) => void;
  /** What is wrong with it, where something is. */
  fault?: ReactNode;
}

/** How many come together, one more or one fewer by a press. */
export function Party({ value, most, onChange, fault }: Props) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div className="field">
      <span id={id} className={styles.label}>
        {t('party.label')}
      </span>
      <div className={styles.stepper} role="group" aria-labelledby={id}>
        <button type="button" className="button" aria-label={t('party.fewer')} disabled={value <= 1} onClick={() => onChange(value - 1)} data-testid="party-fewer">
          <IconMinus size={24} aria-hidden />
        </button>
        <output className="num" data-testid="party">
          {value}
        </output>
        <button type="button" className="button" aria-label={t('party.more')} disabled={value >= most} onClick={() => onChange(value + 1)} data-testid="party-more">
          <IconPlus size={24} aria-hidden />
        </button>
      </div>
      {fault}
    </div>
  );
}
