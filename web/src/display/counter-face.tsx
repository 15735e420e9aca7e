import { IconBellFilled, IconHourglassFilled, IconLockFilled, IconPlayerPauseFilled, IconUserCheck, IconUserFilled, type Icon } from '@tabler/icons-react';
import { useCallback, useEffect, useState, type CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { panelSizes } from '~/device/panel-size';
import { dayAndClock } from '~/i18n/format';
import { Bars } from './bars';
import { heldAt, stateOf, type CounterState, type Held } from './counter-state';
import type { FaceProps } from './face';
import { textEm } from './layout';
import type { Joined } from './sites';
import { FootBar } from './strips';
import { TooFar } from './too-far';
import styles from './counter.module.css';

/** Assumed where the set-up does not say: a panel above a counter is smaller than a board, and read from nearer. */
const DEFAULT_DIAGONAL = 24;
const DEFAULT_DISTANCE = 3;
/** What a number has on both sides of it, as a multiple of its font size; `counter.module.css` states the same. */
const EDGES = 0.4;

const ICONS: Partial<Record<CounterState, Icon>> = {
  called: IconBellFilled,
  serving: IconUserCheck,
  free: IconUserFilled,
  moment: IconHourglassFilled,
  paused: IconPlayerPauseFilled,
  closed: IconLockFilled,
};

/** The window, measured anew when it changes. */
function useWindow(): { width: number; height: number } {
  const measure = useCallback(() => ({ width: window.innerWidth, height: window.innerHeight }), []);
  const [size, setSize] = useState(measure);
  useEffect(() => {
    const resized = () => setSize(measure());
    window.addEventListener('resize', resized);
    return () => window.removeEventListener('resize', resized);
  }, [measure]);
  return size;
}

/** The screen above one counter: which it is, whom it serves, and what to do. */
export function CounterFace({ names, config, board, rows, clock, stale, late, locked, heard, now, onTouch, children }: FaceProps) {
  const { t } = useTranslation('display');
  const { width, height } = useWindow();
  const counter = config.counters?.[0];
  const known = board?.counters.find((one) => one.id === counter);
  const seen = { board, counter, rows, stale: stale !== null, now, server: clock.serverNow(now) };
  const state = stateOf(seen);
  const held = state === 'called' || state === 'serving' ? heldAt(seen) : [];
  const distance = config.distance_m ?? DEFAULT_DISTANCE;
  const diagonal = config.diagonal_inches ?? DEFAULT_DIAGONAL;
  const plain = panelSizes(width, height, diagonal, distance);
  if (plain.tooFar) return <TooFar distance={distance} reach={plain.maxDistance} />;
  const sizes = panelSizes(width, height, diagonal, distance, { more: held.length > 1, named: held.some(({ row }) => row.label !== row.number) });
  const style = { '--number': `${sizes.number}vh`, '--head': `${sizes.head}vh`, '--rest': `${sizes.rest}vh` } as CSSProperties;
  return (
    <main className={styles.panel} style={style} data-stale={stale !== null} data-layout="counter" data-state={state} data-testid="display-board" onPointerDown={onTouch}>
      <Bars stale={stale !== null} age={stale} clock={clock} board={board} locked={locked} heard={heard} zone={names.zone} />
      <h1 className={styles.head} data-testid="display-counter">
        {known === undefined ? (
          <span className={styles.word}>
            <bdi>{names.site}</bdi>
          </span>
        ) : (
          <>
            <span className={styles.word}>{t('counter.word')}</span>{' '}
            <bdi dir="ltr" translate="no" className={styles.own}>
              {known.number}
            </bdi>
          </>
        )}
      </h1>
      {held.length > 0 ? <People held={held} state={state} width={width} most={(sizes.number / 100) * height} /> : <Nobody state={state} board={board} late={late} />}
      <FootBar board={board} clock={clock} zone={names.zone} name={`${names.tenant} · ${names.site}`} stale={stale !== null} voiceless={heard === 'chime_only'}>
        <span className={styles.place}>
          <bdi>{`${names.tenant} · ${names.site}`}</bdi>
        </span>
      </FootBar>
      {children}
    </main>
  );
}

/** Whoever is called or served there; where it holds several, the last one large. */
function People({ held, state, width, most }: { held: readonly Held[]; state: CounterState; width: number; most: number }) {
  const { t } = useTranslation('display');
  const [first, ...others] = held;
  if (first === undefined) return null;
  const wide = (one: Held) => textEm(one.row.number) + EDGES;
  const Sign = ICONS[state];
  return (
    <section className={styles.people}>
      <ul className={styles.numbers}>
        {/* A call that is repeated pulses again. */}
        <Person key={`${first.row.announcement_id}-${String(first.row.since)}`} held={first} newest size={Math.min(most, (width * 0.94) / wide(first))} />
        {others.map((one) => (
          <Person key={one.row.ticket_id} held={one} newest={false} />
        ))}
      </ul>
      <p className={styles.says}>
        {Sign !== undefined && <Sign aria-hidden />}
        {t(state === 'called' ? 'counter.called' : 'counter.serving')}
      </p>
    </section>
  );
}

function Person({ held: { row, called }, newest, size }: { held: Held; newest: boolean; size?: number }) {
  const { t } = useTranslation('display');
  // The label is the number again unless the tenant shows more of a person.
  const person = row.label === row.number ? null : row.label;
  const number = person === null ? row.number : `${row.number} ${person}`;
  return (
    <li
      className={styles.person}
      style={size === undefined ? undefined : { fontSize: `${size}px` }}
      data-newest={newest}
      data-fresh={called}
      data-number={row.number}
      data-testid={newest ? 'display-newest' : 'display-call'}
      aria-label={called ? t('spoken', { number, counter: row.counter_number }) : t('counter.served', { number })}
    >
      <bdi dir="ltr" translate="no">
        {row.number}
      </bdi>
      {person !== null && (
        <bdi dir="auto" translate="no" className={styles.name} data-testid="display-person">
          {person}
        </bdi>
      )}
    </li>
  );
}

/** Nobody is served there: what that means for whoever looks. */
function Nobody({ state, board, late }: { state: CounterState; board: Joined | undefined; late: boolean }) {
  const { t } = useTranslation('display');
  const Sign = ICONS[state];
  let title: string;
  let text: string;
  if (state === 'starting' || board === undefined) {
    title = late ? t('offline.title') : t('starting');
    text = late ? t('offline.text') : '';
  } else if (state === 'closed' && !board.site.open) {
    title = t('closed.title');
    text = board.site.opens_at === null ? '' : t('closed.opens', { time: dayAndClock(board.site.opens_at, board.site.timezone, board.at) });
  } else {
    title = t(`counter.${state}.title`);
    text = t(`counter.${state}.text`);
  }
  return (
    <section className={styles.nobody} data-testid="display-calm" data-state={state}>
      {Sign !== undefined && <Sign aria-hidden />}
      <h2>{title}</h2>
      <p>{text}</p>
    </section>
  );
}
