import { IconCheck, IconChevronLeft } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ServiceCard } from '~/api/shapes';
import { currentLanguage } from '~/i18n';
import { inLanguage } from '~/i18n/languages';
import { toggled, useNeeds } from '~/shared/needs';
import { useOnceTap } from '~/shared/once-tap';
import type { Wishes } from './doors';
import styles from './kiosk.module.css';

interface Props {
  /** The help that is offered. */
  needs: readonly string[];
  /** The services to choose several of; empty where one ticket is for one service. */
  services: readonly ServiceCard[];
  wishes: Wishes;
  onWishes: (wishes: Wishes) => void;
  /** With what was chosen: a ticket where services were, else back to the tiles. */
  onDone: () => void;
  onBack: () => void;
}

/** Help and several services, on one screen: what is pressed stays pressed until it is pressed again. */
export function WishesScreen({ needs, services, wishes, onWishes, onDone, onBack }: Props) {
  const { t } = useTranslation('kiosk');
  const say = useNeeds();
  const done = useOnceTap(onDone);
  const language = currentLanguage();
  const many = wishes.services.length;
  return (
    <section className={styles.wishes}>
      <h1 className={styles.question} tabIndex={-1}>
        {t(needs.length === 0 ? 'wishes.severalTitle' : 'wishes.title')}
      </h1>
      {needs.length > 0 && (
        <div className={styles.pair} role="group" aria-label={t('wishes.help')}>
          {needs.map((word) => (
            <button key={word} type="button" className={styles.action} aria-pressed={wishes.needs.includes(word)} data-testid={`kiosk-need-${word}`} onClick={() => onWishes({ ...wishes, needs: toggled(wishes.needs, word) })}>
              {wishes.needs.includes(word) && <IconCheck aria-hidden />}
              <bdi>{say(word)}</bdi>
            </button>
          ))}
        </div>
      )}
      {services.length > 0 && (
        <>
          <p className={styles.why} id="kiosk-several">
            {t('wishes.order')}
          </p>
          <div className={styles.pair} role="group" aria-labelledby="kiosk-several">
            {services.map((one) => {
              const at = wishes.services.findIndex((other) => other.id === one.id);
              const rest = wishes.services.filter((other) => other.id !== one.id);
              return (
                <button key={one.id} type="button" className={styles.action} aria-pressed={at >= 0} data-testid={`kiosk-several-${one.code}`} onClick={() => onWishes({ ...wishes, services: at >= 0 ? rest : [...rest, one] })}>
                  {at >= 0 && <span className="num">{at + 1}.</span>}
                  <bdi>{inLanguage(one.names, language, one.name)}</bdi>
                </button>
              );
            })}
          </div>
        </>
      )}
      <div className={styles.pair}>
        <button type="button" className={styles.action} data-testid="kiosk-wishes-back" onClick={onBack}>
          <IconChevronLeft className="mirror" aria-hidden />
          {t('back')}
        </button>
        <button type="button" className={`${styles.action} ${styles.primary}`} data-testid="kiosk-wishes-done" onClick={done}>
          {many > 0 ? t('wishes.ticket', { count: many }) : t('wishes.done')}
        </button>
      </div>
    </section>
  );
}
