import { IconMessageOff } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeviceConfig, SiteBoard } from '~/api/shapes';
import { currentLanguage } from '~/i18n';
import { clock as clockTime } from '~/i18n/format';
import { lineName } from '~/i18n/languages';
import type { LiveClock } from '~/live/clock';
import { useNow } from '~/live/use-live';
import { LiveAge } from '~/shared/live-age';
import { WaitRange } from '~/shared/wait-estimate';
import styles from './display.module.css';
import { IMAGE_SECONDS } from './layout';
import type { Joined } from './sites';

type Items = NonNullable<DeviceConfig['media']>;

const TURN_MS = 10_000;

/** Pictures and silent films of the house, one after the other; what cannot be loaded is passed over. */
export function Media({ media }: { media: Items }) {
  const [at, setAt] = useState(0);
  const item = media[at % media.length];
  const isVideo = item?.kind === 'video';
  useEffect(() => {
    if (isVideo || media.length < 2) return undefined;
    const timer = setTimeout(() => setAt((n) => n + 1), (item?.seconds ?? IMAGE_SECONDS) * 1000);
    return () => clearTimeout(timer);
  }, [at, isVideo, item, media.length]);
  if (item === undefined) return null;
  const skip = () => {
    if (media.length > 1) setAt(at + 1);
  };
  return (
    <div className={styles.media}>
      {isVideo ? (
        <video key={at} src={item.url} aria-label={item.alt} autoPlay muted playsInline loop={media.length === 1} onEnded={skip} onError={skip} />
      ) : (
        <img key={at} src={item.url} alt={item.alt ?? ''} onError={skip} />
      )}
    </div>
  );
}

const answered = (board: SiteBoard) => board.queues.filter((q) => q.status === 'open' && q.estimate.serving);

/** Whether there is a wait to show at all. */
export function hasWaits(board: SiteBoard): boolean {
  return board.site.open && answered(board).length > 0;
}

/** The wait in each line, in turns when there are more lines than room. */
export function Waits({ board, atOnce }: { board: Joined; atOnce: number }) {
  const { t } = useTranslation('display');
  const now = useNow(TURN_MS);
  const open = answered(board);
  const pages = Math.ceil(open.length / atOnce);
  // Four lines are shown as two and two, not as three and one.
  const each = Math.ceil(open.length / pages);
  const page = Math.floor(now / TURN_MS) % pages;
  return (
    <ul className={styles.waits} aria-label={t('waits')}>
      {open.map((queue, i) => (
        // Hidden ones stay mounted: their ranges must not forget what they said.
        <li key={queue.id} className={styles.wait1} hidden={Math.floor(i / each) !== page}>
          <span className={styles.waitName}>
            <bdi>{lineName(queue, currentLanguage())}</bdi>
            {board.lineAt.has(queue.id) && (
              <>
                {' · '}
                <bdi>{board.lineAt.get(queue.id)}</bdi>
              </>
            )}
          </span>
          <span className={styles.waitRange}>
            <WaitRange estimate={queue.estimate} brief />
          </span>
        </li>
      ))}
    </ul>
  );
}

interface FootProps {
  board: SiteBoard | undefined;
  clock: LiveClock;
  zone: string;
  name: string;
  stale: boolean;
  /** The last call was chimed, and no voice said it. */
  voiceless: boolean;
  children: ReactNode;
}

/** Time, freshness, and whose board this is or how long the waits are. What does not fit is left out, the last first. */
export function FootBar({ board, clock, zone, name, stale, voiceless, children }: FootProps) {
  const { t } = useTranslation('display');
  const now = useNow(1000);
  const waiting = board?.queues.reduce((sum, q) => sum + q.waiting, 0);
  return (
    <footer className={styles.foot}>
      <time className={styles.clock}>{clockTime(clock.serverNow(now), zone)}</time>
      {/* When it is stale a bar says so in full, at the top. */}
      {!stale && <LiveAge clock={clock} timeZone={zone} />}
      {voiceless && (
        <span className={styles.voiceless} data-testid="display-no-voice">
          <IconMessageOff aria-hidden />
          <span className={children !== false ? 'visually-hidden' : undefined}>{t('noVoice')}</span>
        </span>
      )}
      {children !== false ? (
        children
      ) : (
        <>
          {waiting !== undefined && !stale && <span className="num">{t('waiting', { count: waiting })}</span>}
          <span className={styles.place}>
            <bdi>{name}</bdi>
          </span>
        </>
      )}
    </footer>
  );
}
