import { IconChevronDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Estimate, EstimatesKept } from '~/api/shapes';
import { number } from '~/i18n/format';
import { rangeOf, twentyDots } from '~/shared/estimate';
import { keptAsSaid } from '~/shared/kept';
import styles from './ticket.module.css';

const WIDTH = 320;
const RADIUS = 6;
const STEP = 2 * RADIUS + 2;

/** What estimates of the line were worth; and twenty dots, each a one-in-twenty chance: stacked where the waits lie closest. */
export function HowSure({ estimate, kept }: { estimate: Estimate; kept: EstimatesKept | null }) {
  const { t } = useTranslation('ticket');
  const { p10, p50, p90, samples } = estimate;
  if (p10 === null || p50 === null || p90 === null) return null;
  // A record is told only where there is one.
  const record = keptAsSaid(kept);
  return (
    <details className={styles.sure}>
      <summary>
        {t('sure.ask')}
        <IconChevronDown size={18} aria-hidden />
      </summary>
      <div className={styles.sureBody}>
        <p data-testid="ticket-kept">{record === null ? t('sure.aim') : t('sure.kept', { kept: number(record.kept), of: number(record.of) })}</p>
        <Dots p10={p10} p50={p50} p90={p90} label={t('sure.dots', { ...rangeOf(p10, p90) })} />
        <p className={styles.small}>{samples > 0 ? t('sure.samples', { count: samples }) : t('sure.prior')}</p>
      </div>
    </details>
  );
}

function Dots({ p10, p50, p90, label }: { p10: number; p50: number; p90: number; label: string }) {
  const dots = twentyDots(p10, p50, p90);
  const most = Math.max(...dots);
  const scale = (WIDTH - 2 * STEP) / most;
  const heights = new Map<number, number>();
  const placed = dots.map((minutes) => {
    const column = Math.round((minutes * scale) / STEP);
    const row = heights.get(column) ?? 0;
    heights.set(column, row + 1);
    return { x: STEP + column * STEP, row, said: minutes <= p90 };
  });
  const height = (Math.max(...heights.values()) + 1) * STEP + 26;
  const ticks = [0, p50, p90];
  return (
    <svg viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={label} className={styles.dots}>
      {placed.map((d, i) => (
        <circle key={i} cx={d.x} cy={height - 32 - d.row * STEP} r={RADIUS} className={d.said ? styles.dot : styles.dotLate} />
      ))}
      <line x1={4} x2={WIDTH - 4} y1={height - 23} y2={height - 23} className={styles.axis} />
      {ticks.map((minutes, i) => (
        <text key={i} x={Math.min(STEP + minutes * scale, WIDTH - 12)} y={height - 3} textAnchor="middle" className={styles.tick}>
          {Math.round(minutes)}
        </text>
      ))}
    </svg>
  );
}
