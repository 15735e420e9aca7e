import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ServiceCard } from '~/api/shapes';
import { currentLanguage } from '~/i18n';
import { inLanguage } from '~/i18n/languages';
import { toggled, useNeeds } from '~/shared/needs';
import styles from './wishes.module.css';

interface NeedsProps {
  offered: readonly string[];
  value: readonly string[];
  onChange: (needs: string[]) => void;
  fault?: ReactNode;
}

/** What somebody needs as they wait, of what the organisation offers; nothing where it offers nothing. */
export function NeedsField({ offered, value, onChange, fault }: NeedsProps) {
  const { t } = useTranslation();
  const say = useNeeds();
  if (offered.length === 0) return null;
  return (
    <fieldset className={styles.group}>
      <legend>{t('needs.title')}</legend>
      {offered.map((word) => (
        <label key={word} className={styles.choice}>
          <input type="checkbox" checked={value.includes(word)} onChange={() => onChange(toggled(value, word))} data-testid={`need-${word}`} />
          <bdi>{say(word)}</bdi>
        </label>
      ))}
      {fault}
    </fieldset>
  );
}

interface MoreProps {
  /** What else there is at the site. */
  offered: readonly ServiceCard[];
  /** The ids of those that were chosen, in the order of the visit. */
  value: readonly string[];
  onChange: (services: string[]) => void;
  fault?: ReactNode;
}

/** Further services of the same visit: when one is finished, the next begins by itself. */
export function MoreServices({ offered, value, onChange, fault }: MoreProps) {
  const { t } = useTranslation();
  const id = useId();
  if (offered.length === 0) return null;
  const language = currentLanguage();
  return (
    <details className={styles.more} open={value.length > 0}>
      <summary data-testid="several">{t('several.title')}</summary>
      <fieldset className={styles.group} aria-describedby={id}>
        <legend className="visually-hidden">{t('several.title')}</legend>
        <p id={id} className="field-hint">
          {t('several.how')}
        </p>
        {offered.map((one) => (
          <label key={one.id} className={styles.choice}>
            <input type="checkbox" checked={value.includes(one.id)} onChange={() => onChange(toggled(value, one.id))} data-testid={`several-${one.code}`} />
            <bdi>{inLanguage(one.names, language, one.name)}</bdi>
            {value.includes(one.id) && value.length > 1 && <span className={`num ${styles.place}`}>{value.indexOf(one.id) + 2}</span>}
          </label>
        ))}
        {fault}
      </fieldset>
    </details>
  );
}
