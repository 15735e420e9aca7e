import { useCallback, useEffect, useState, type CSSProperties, type ReactNode } from 'react';
import type { DeviceConfig } from '~/api/shapes';
import { boardSizes, type BoardSizes } from '~/device/size';
import type { LiveClock } from '~/live/clock';
import type { Heard } from '~/sound/caller';
import type { Row } from './calls';
import { Bars } from './bars';
import { CounterFace } from './counter-face';
import { JoinCode, type Code } from './join-code';
import { Calls } from './rows';
import type { Joined } from './sites';
import { FootBar, hasWaits, Media, Waits } from './strips';
import { TooFar } from './too-far';
import styles from './display.module.css';

const DEFAULT_DIAGONAL = 55;
const DEFAULT_DISTANCE = 5;
/** Above this size the small type is so large that rows must be saved. */
const DENSE_VH = 5.5;

function useSizes(diagonal: number, distance: number): BoardSizes {
  const measure = useCallback(() => boardSizes(window.innerWidth, window.innerHeight, diagonal, distance), [diagonal, distance]);
  const [sizes, setSizes] = useState(measure);
  useEffect(() => {
    const resized = () => setSizes(measure());
    resized();
    window.addEventListener('resize', resized);
    return () => window.removeEventListener('resize', resized);
  }, [measure]);
  return sizes;
}

/** What a board shows, by whatever feeds it. */
export interface FaceProps {
  readonly names: { readonly tenant: string; readonly site: string; readonly zone: string };
  readonly config: DeviceConfig;
  readonly board: Joined | undefined;
  readonly rows: Row[];
  readonly clock: LiveClock;
  /** For how many seconds nothing has been heard, once that is too long; null while the board is up to date. */
  readonly stale: number | null;
  /** No board has come for so long that it deserves a word. */
  readonly late: boolean;
  /** The browser gives no sound yet. */
  readonly locked: boolean;
  readonly heard: Heard | null;
  readonly joinCode: Code | null;
  readonly now: number;
  readonly onTouch?: () => void;
  readonly children?: ReactNode;
}

/** What a board shows, whoever feeds it: a screen in a hall or above a counter, or the preview of its set-up. */
export function BoardFace(props: FaceProps) {
  return props.config.layout === 'counter' ? <CounterFace {...props} /> : <HallFace {...props} />;
}

/** The board in a hall or a waiting room. */
function HallFace({ names, config, board, rows, clock, stale, late, locked, heard, joinCode, now, onTouch, children }: FaceProps) {
  const sizes = useSizes(config.diagonal_inches ?? DEFAULT_DIAGONAL, config.distance_m ?? DEFAULT_DISTANCE);
  if (sizes.tooFar) return <TooFar distance={config.distance_m ?? DEFAULT_DISTANCE} reach={sizes.maxDistance} />;
  const style = { '--newest': `${sizes.newest}vh`, '--earlier': `${sizes.earlier}vh`, '--rest': `${sizes.rest}vh` } as CSSProperties;
  const old = stale !== null;
  const media = config.media ?? [];
  const showWaits = board !== undefined && !old && hasWaits(board);
  // Type for a far seat leaves no height for a strip of its own beside calls: the waits then share the lowest row.
  const far = sizes.rest > DENSE_VH;
  const dense = far && rows.length > 0;
  return (
    <main className={styles.board} style={style} data-stale={old} data-layout={config.layout ?? 'calls'} data-testid="display-board" onPointerDown={onTouch}>
      <h1 className="visually-hidden">{names.site}</h1>
      <Bars stale={old} age={stale} clock={clock} board={board} locked={locked} heard={heard} zone={names.zone} />
      <Calls rows={rows} board={board} late={late} now={now} sizes={sizes} />
      {(media.length > 0 || joinCode !== null || (showWaits && !dense)) && (
        <div className={styles.strip}>
          {media.length > 0 && <Media media={media} />}
          {showWaits && !dense && <Waits board={board} atOnce={media.length > 0 || joinCode !== null ? 1 : far ? 2 : 3} />}
          {joinCode !== null && !old && <JoinCode code={joinCode} base={config.public_url ?? window.location.origin} />}
        </div>
      )}
      <FootBar board={board} clock={clock} zone={names.zone} name={`${names.tenant} · ${names.site}`} stale={old} voiceless={heard === 'chime_only'}>
        {showWaits && dense && <Waits board={board} atOnce={1} />}
      </FootBar>
      {children}
    </main>
  );
}
