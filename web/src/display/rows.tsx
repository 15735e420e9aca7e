import { IconArrowBigRightFilled } from '@tabler/icons-react';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SiteBoard } from '~/api/shapes';
import type { BoardSizes } from '~/device/size';
import { dayAndClock } from '~/i18n/format';
import { isFresh, LARGE_ROWS, type Row } from './calls';
import styles from './display.module.css';

interface Props {
  rows: Row[];
  board: SiteBoard | undefined;
  now: number;
  sizes: BoardSizes;
}

/** A row's height and the gap below it, as a share of its font size. */
const ROW = 1.3;

/** Watches the height that the calls have: how many rows fit in the large column, and how many beside it. */
function useFit(sizes: BoardSizes) {
  const [height, setHeight] = useState(window.innerHeight * 0.6);
  const watch = useCallback((box: HTMLElement) => {
    const observer = new ResizeObserver(() => setHeight(box.clientHeight));
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  const earlier = (sizes.earlier / 100) * window.innerHeight * ROW;
  const newest = (sizes.newest / 100) * window.innerHeight * ROW;
  const below = Math.max(0, Math.floor((height - newest) / earlier));
  return [watch, Math.min(1 + below, LARGE_ROWS), Math.max(1, Math.floor(height / earlier))] as const;
}

/** The calls: the newest ones large, those before them beside, as many as fit. */
export function Calls({ rows, board, now, sizes }: Props) {
  const [watch, inLarge, inBeside] = useFit(sizes);
  if (rows.length === 0) return <Calm board={board} />;
  const large = rows.slice(0, inLarge);
  const beside = rows.slice(inLarge, inLarge + inBeside);
  return (
    <section ref={watch} className={styles.calls} data-beside={beside.length > 0}>
      <ul className={styles.large}>
        {large.map((row, i) => (
          <CallRow key={`${row.announcement_id}-${row.since}`} row={row} newest={i === 0} fresh={isFresh(row, i, now)} />
        ))}
      </ul>
      {beside.length > 0 && (
        <ul className={styles.beside}>
          {beside.map((row) => (
            <CallRow key={row.announcement_id} row={row} newest={false} fresh={isFresh(row, inLarge, now)} />
          ))}
        </ul>
      )}
    </section>
  );
}

function CallRow({ row, newest, fresh }: { row: Row; newest: boolean; fresh: boolean }) {
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
      aria-label={t('spoken', { number: person === null ? row.number : `${row.number} ${person}`, counter: row.counter_number })}
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
    </li>
  );
}

/** Nothing is called now: why, or simply that one should wait. */
function Calm({ board }: { board: SiteBoard | undefined }) {
  const { t } = useTranslation('display');
  const nobody = board !== undefined && board.queues.length > 0 && board.queues.every((q) => q.counters_open === 0);
  let title = t('calm.title');
  let text = t('calm.text');
  if (board === undefined) {
    title = t('starting');
    text = '';
  } else if (!board.site.open) {
    title = t('closed.title');
    text = board.site.opens_at === null ? '' : t('closed.opens', { time: dayAndClock(board.site.opens_at, board.site.timezone) });
  } else if (nobody) {
    title = t('nobody.title');
    text = t('nobody.text');
  }
  return (
    <section className={styles.calm}>
      <h2>{title}</h2>
      <p>{text}</p>
    </section>
  );
}
