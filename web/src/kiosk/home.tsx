import { IconChevronLeft, IconChevronRight, IconClock, IconCloudOff, IconLock, IconPlayerPause, IconUserOff, IconUsers } from '@tabler/icons-react';
import { useRef, type CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import type { BoardQueue, ServiceCard, SiteBoard } from '~/api/shapes';
import { currentLanguage } from '~/i18n';
import { clockSeconds, dayAndClock } from '~/i18n/format';
import { inLanguage, lineName } from '~/i18n/languages';
import { useOnceTap } from '~/shared/once-tap';
import { WaitRange } from '~/shared/wait-estimate';
import { BookingButtons, WishesButton, type BookingDoors, type WishesDoor } from './doors';
import { MOST_TILES, pageOf, tilesOf } from './machine';
import type { Age } from './offline/age';
import { columnsFor, useTileRoom, type Panel } from './shape';
import styles from './kiosk.module.css';

interface Props {
  board: SiteBoard;
  group: string | null;
  page: number;
  panel: Panel;
  large: boolean;
  onGroup: (id: string) => void;
  onPick: (service: ServiceCard) => void;
  onMore: () => void;
  onBack: () => void;
  /** For those who booked; nothing where that stands elsewhere, or nowhere. */
  booking?: BookingDoors | null;
  /** For those who need help or want several things; nothing where that stands elsewhere, or nowhere. */
  wishes?: WishesDoor | null;
  /** Whether the kiosk is on its own, and how old what it knows is. */
  offline: boolean;
  age: Age;
  /** What cannot be had now though its line is open: the kiosk is on its own, and no line has numbers for it. */
  without?: (queue: BoardQueue, service: ServiceCard | null) => boolean;
}

/** What a tile stands for: a service, or a line with several. */
interface Choice {
  readonly key: string;
  readonly queue: BoardQueue;
  readonly service: ServiceCard | null;
  readonly name: string;
}

/** "What do you need today?": one tap is a ticket; with many services the lines come first. */
export function Home({ board, group, page, panel, large, onGroup, onPick, onMore, onBack, booking = null, wishes = null, offline, age, without = () => false }: Props) {
  const { t } = useTranslation('kiosk');
  const area = useRef<HTMLDivElement>(null);
  const pick = useOnceTap(onPick);
  const choose = useOnceTap(onGroup);
  const turn = useOnceTap(onMore);
  const language = currentLanguage();
  const services = tilesOf(board, group);
  const byGroup = group === null && services.length > MOST_TILES;
  const all: Choice[] = byGroup
    ? board.queues.map((queue) => ({ key: queue.id, queue, service: null, name: lineName(queue, language) }))
    : services.map(({ service, queue }) => ({ key: service.id, queue, service, name: inLanguage(service.names, language, service.name) }));
  const room = useTileRoom(area, panel, large, `${language} ${group ?? ''} ${page} ${all.length} ${offline}`);
  const { shown, more } = pageOf(all, room.columns * room.rows - (group === null ? 0 : 1), page);
  const count = shown.length + (more ? 1 : 0) + (group === null ? 0 : 1);
  return (
    <section className={styles.home} data-notice={board.site.notice !== null || offline}>
      <h1 className={styles.question} tabIndex={-1}>
        {group === null ? t('question') : t('which')}
      </h1>
      {board.site.notice !== null && (
        <p className={styles.siteNotice}>
          <bdi>{board.site.notice}</bdi>
        </p>
      )}
      {offline && (
        <p className={styles.alone} role="status" data-testid="kiosk-alone">
          <IconCloudOff aria-hidden />
          {age.expired ? t('alone.none') : t('alone.waits', { time: clockSeconds(age.since, board.site.timezone) })}
        </p>
      )}
      <div ref={area} className={styles.tiles} data-testid="kiosk-tiles" data-few={count <= 4} style={{ '--columns': columnsFor(count, room.columns) } as CSSProperties}>
        {shown.map(({ key, queue, service, name }) => (
          <button
            key={key}
            type="button"
            className={styles.tile}
            // Not `disabled`: the focus of a keypad must reach it, so that its reason is read out.
            aria-disabled={service !== null && (queue.status !== 'open' || without(queue, service))}
            data-testid={service === null ? 'kiosk-group' : `kiosk-service-${service.code ?? service.id}`}
            onClick={() => {
              if (service === null) choose(queue.id);
              else if (queue.status === 'open' && !without(queue, service)) pick(service);
            }}
          >
            <span className={styles.tileName}>
              <bdi>{name}</bdi>
            </span>
            <TileState queue={queue} zone={board.site.timezone} at={board.at} expired={age.expired} usedUp={without(queue, service)} />
          </button>
        ))}
        {more && (
          <button type="button" className={`${styles.tile} ${styles.turn}`} data-testid="kiosk-more" onClick={turn}>
            {t('more')}
            <IconChevronRight className="mirror" aria-hidden />
          </button>
        )}
        {group !== null && (
          <button type="button" className={`${styles.tile} ${styles.turn}`} data-testid="kiosk-back" onClick={onBack}>
            <IconChevronLeft className="mirror" aria-hidden />
            {t('back')}
          </button>
        )}
      </div>
      {(booking !== null || wishes !== null) && group === null && (
        <div className={`${styles.pair} ${styles.booked}`}>
          {booking !== null && <BookingButtons doors={booking} className={styles.action} />}
          {wishes !== null && <WishesButton door={wishes} className={styles.action} />}
        </div>
      )}
    </section>
  );
}

function TileState({ queue, zone, at, expired, usedUp }: { queue: BoardQueue; zone: string; at: string; expired: boolean; usedUp: boolean }) {
  const { t } = useTranslation('kiosk');
  if (queue.status === 'open' && (usedUp || expired)) {
    return (
      <span className={styles.tileState} data-status={usedUp ? 'used_up' : undefined}>
        <IconCloudOff aria-hidden />
        {usedUp ? t('status.usedUp') : t('status.noWait')}
      </span>
    );
  }
  if (queue.status === 'open') {
    const Icon = queue.estimate.serving ? IconClock : IconUserOff;
    return (
      <span className={styles.tileState}>
        <Icon aria-hidden />
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
        {again && ` · ${t('status.again', { time: dayAndClock(queue.reopens_at ?? '', zone, at) })}`}
      </span>
    </span>
  );
}
