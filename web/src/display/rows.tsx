import { IconArrowBigRightFilled } from '@tabler/icons-react';
import { useCallback, useEffect, useState, type CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import type { BoardSizes } from '~/device/size';
import { dayAndClock } from '~/i18n/format';
import { inTurn, isFresh, type Row } from './calls';
import { arrange, rowEm, TEXT_LINE } from './layout';
import type { Joined } from './sites';
import { spokenOf } from './words';
import styles from './display.module.css';

interface Props {
  rows: Row[];
  board: Joined | undefined;
  /** No board has come for so long that it deserves a word. */
  late: boolean;
  now: number;
  sizes: BoardSizes;
}

/** The gap between rows as a share of the screen's height. */
const GAP = 0.016;

/** Watches the room that the calls have. */
function useRoom() {
  const [room, setRoom] = useState(() => ({ width: window.innerWidth * 0.98, height: window.innerHeight * 0.6 }));
  const watch = useCallback((box: HTMLElement) => {
    const observer = new ResizeObserver(() => setRoom({ width: box.clientWidth, height: box.clientHeight }));
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  return [watch, room] as const;
}

/** Whether the face is there; widths measured before it came are another face's. */
function useFaces(): boolean {
  const [ready, setReady] = useState(false);
  useEffect(() => {
    void document.fonts.load("700 100px 'Atkinson Hyperlegible Next Variable'", 'A-042').finally(() => setReady(true));
  }, []);
  return ready;
}

/** The calls: the newest ones large, those before them beside or below, as many as fit. */
export function Calls({ rows, board, late, now, sizes }: Props) {
  const [watch, room] = useRoom();
  useFaces();
  if (rows.length === 0) return <Calm board={board} late={late} />;
  const pixels = (percent: number) => (percent / 100) * window.innerHeight;
  const layout = arrange({
    ...room,
    newest: pixels(sizes.newest),
    earlier: pixels(sizes.earlier),
    gap: GAP * window.innerHeight,
    // Each row says where it is, in the size of the small type.
    under: board === undefined || board.places.size === 0 ? 0 : pixels(sizes.rest) * TEXT_LINE,
    rows: rows.map((row) => rowEm(row.label, row.counter_number)),
  });
  const large = rows.slice(0, layout.inLarge);
  const rest = inTurn(rows.slice(layout.inLarge), layout.inRest, board, now);
  const style = {
    '--newest': `${layout.newest}px`,
    '--large': `${layout.large}px`,
    '--rest-column': `${layout.rest}px`,
    '--columns': layout.columns,
  } as CSSProperties;
  return (
    <section ref={watch} className={styles.calls} style={style} data-place={rest.length > 0 ? layout.place : 'alone'}>
      <ul className={styles.large}>
        {large.map((row, i) => (
          <CallRow key={`${row.announcement_id}-${row.since}`} row={row} site={board?.places.get(row.site_id)} newest={i === 0} fresh={isFresh(row, i, now)} />
        ))}
      </ul>
      {rest.length > 0 && (
        <ul className={styles.rest}>
          {rest.map((row) => (
            <CallRow key={row.announcement_id} row={row} site={board?.places.get(row.site_id)} newest={false} fresh={isFresh(row, layout.inLarge, now)} />
          ))}
        </ul>
      )}
    </section>
  );
}

function CallRow({ row, site, newest, fresh }: { row: Row; site: string | undefined; newest: boolean; fresh: boolean }) {
  const { t } = useTranslation('display');
  // The label is the number again unless the tenant shows more of a person.
  const person = row.label === row.number ? null : row.label;
  return (
    <li
      className={styles.call}
      data-newest={newest}
      data-fresh={fresh}
      data-number={row.number}
      data-testid={newest ? 'display-newest' : 'display-call'}
      aria-label={spokenOf(t, person === null ? row.number : `${row.number} ${person}`, row.counter_number, site)}
    >
      <span className={styles.label}>
        <bdi dir="ltr" translate="no">
          {row.number}
        </bdi>
        {person !== null && (
          <bdi dir="auto" translate="no" className={styles.person} data-testid="display-person">
            {person}
          </bdi>
        )}
      </span>
      <IconArrowBigRightFilled className={`mirror ${styles.arrow}`} aria-hidden />
      <bdi dir="ltr" translate="no" className={styles.counter}>
        {row.counter_number}
      </bdi>
      {site !== undefined && (
        <bdi dir="auto" translate="no" className={styles.site} data-testid="display-site">
          {site}
        </bdi>
      )}
    </li>
  );
}

/** Nothing is called now: why, or simply that one should wait. */
function Calm({ board, late }: Pick<Props, 'board' | 'late'>) {
  const { t } = useTranslation('display');
  const nobody = board !== undefined && board.queues.length > 0 && board.queues.every((q) => q.counters_open === 0);
  let state = 'calm';
  let title = t('calm.title');
  let text = t('calm.text');
  if (board === undefined) {
    state = 'starting';
    title = late ? t('offline.title') : t('starting');
    text = late ? t('offline.text') : '';
  } else if (!board.site.open) {
    state = 'closed';
    title = t('closed.title');
    text = board.site.opens_at === null ? '' : t('closed.opens', { time: dayAndClock(board.site.opens_at, board.site.timezone, board.at) });
  } else if (nobody) {
    state = 'nobody';
    title = t('nobody.title');
    text = t('nobody.text');
  }
  return (
    <section className={styles.calm} data-testid="display-calm" data-state={state}>
      <h2>{title}</h2>
      <p>{text}</p>
    </section>
  );
}
