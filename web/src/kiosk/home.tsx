import { IconChevronLeft, IconClock, IconLock, IconPlayerPause, IconUsers } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { BoardQueue, ServiceCard, SiteBoard } from '~/api/shapes';
import { currentLanguage } from '~/i18n';
import { dayAndClock } from '~/i18n/format';
import { inLanguage } from '~/i18n/languages';
import { useOnceTap } from '~/shared/once-tap';
import { WaitRange } from '~/shared/wait-estimate';
import { MOST_TILES, tilesOf, type Tile } from './machine';
import styles from './kiosk.module.css';

interface Props {
  board: SiteBoard;
  group: string | null;
  onGroup: (id: string) => void;
  onPick: (service: ServiceCard) => void;
  onBack: () => void;
}

/** "What do you need today?": one tap is a ticket; with many services the lines come first. */
export function Home({ board, group, onGroup, onPick, onBack }: Props) {
  const { t } = useTranslation('kiosk');
  const pick = useOnceTap(onPick);
  const choose = useOnceTap(onGroup);
  const tiles = tilesOf(board, group);
  const byGroup = group === null && tiles.length > MOST_TILES;
  const zone = board.site.timezone;
  if (tiles.length === 0) return <p className={styles.question}>{t('none')}</p>;
  return (
    <section className={styles.home}>
      <h1 className={styles.question}>{group === null ? t('question') : t('which')}</h1>
      {board.site.notice !== null && <p className={styles.siteNotice}>{board.site.notice}</p>}
      <div className={styles.tiles} data-count={byGroup ? board.queues.length : tiles.length}>
        {byGroup
          ? board.queues.map((queue) => (
              <button key={queue.id} type="button" className={styles.tile} onClick={() => choose(queue.id)}>
                <span className={styles.tileName}>{queue.name}</span>
                <TileState queue={queue} zone={zone} />
              </button>
            ))
          : tiles.map((tile) => <ServiceTile key={tile.service.id} tile={tile} zone={zone} onPick={pick} />)}
      </div>
      {group !== null && (
        <button type="button" className={styles.action} onClick={onBack}>
          <IconChevronLeft className="mirror" aria-hidden />
          {t('back')}
        </button>
      )}
    </section>
  );
}

function ServiceTile({ tile, zone, onPick }: { tile: Tile; zone: string; onPick: (service: ServiceCard) => void }) {
  const { service, queue } = tile;
  return (
    <button
      type="button"
      className={styles.tile}
      // Not `disabled`: the focus of a keypad must reach it, so that its reason is read out.
      aria-disabled={queue.status !== 'open'}
      data-testid={`kiosk-service-${service.code ?? service.id}`}
      onClick={() => {
        if (queue.status === 'open') onPick(service);
      }}
    >
      <span className={styles.tileName}>{inLanguage(service.names, currentLanguage(), service.name)}</span>
      <TileState queue={queue} zone={zone} />
    </button>
  );
}

function TileState({ queue, zone }: { queue: BoardQueue; zone: string }) {
  const { t } = useTranslation('kiosk');
  if (queue.status === 'open') {
    return (
      <span className={styles.tileState}>
        <IconClock aria-hidden />
        <WaitRange estimate={queue.estimate} />
      </span>
    );
  }
  const Icon = { paused: IconPlayerPause, full: IconUsers, closed: IconLock }[queue.status];
  const again = queue.reopens_at !== null && queue.status !== 'full';
  return (
    <span className={styles.tileState} data-status={queue.status}>
      <Icon aria-hidden />
      <span>
        {t(`status.${queue.status}`)}
        {again && ` · ${t('status.again', { time: dayAndClock(queue.reopens_at ?? '', zone) })}`}
      </span>
    </span>
  );
}
