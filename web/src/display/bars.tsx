import { IconCloudOff, IconInfoCircle, IconVolumeOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { clockSeconds } from '~/i18n/format';
import type { LiveClock } from '~/live/clock';
import type { Heard } from '~/sound/caller';
import type { Joined } from './sites';
import styles from './display.module.css';

const LISTEN_S = 60;

interface Props {
  stale: boolean;
  age: number | null;
  clock: LiveClock;
  board: Joined | undefined;
  locked: boolean;
  heard: Heard | null;
  zone: string;
}

/** What the people in front must know before they trust the board: not up to date, no sound, a message. */
export function Bars({ stale, age, clock, board, locked, heard, zone }: Props) {
  const { t } = useTranslation('display');
  const silent = locked || heard === 'blocked';
  return (
    <div className={styles.bars}>
      {stale && (
        <p className={styles.bar} data-kind="stale" role="status" data-testid="display-stale">
          <IconCloudOff aria-hidden />
          {(age ?? 0) > LISTEN_S ? t('stale.listen') : t('stale.since', { time: clockSeconds(clock.lastHeard ?? 0, zone) })}
        </p>
      )}
      {silent && (
        <p className={styles.bar} data-kind="sound" data-testid="display-locked">
          <IconVolumeOff aria-hidden />
          {t('locked')}
        </p>
      )}
      {board?.notices.map(({ site, text }) => (
        <p key={`${site ?? ''} ${text}`} className={styles.bar} data-kind="message" data-testid="display-message">
          <IconInfoCircle aria-hidden />
          <span>
            {site !== null && (
              <>
                <bdi className={styles.place}>{site}</bdi>
                {': '}
              </>
            )}
            <bdi>{text}</bdi>
          </span>
        </p>
      ))}
    </div>
  );
}
