import { useElementSize } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import type { DayComparison, DayPlan } from '~/api/shapes';
import { clock, number } from '~/i18n/format';
import { scale } from '../reports/chart';
import styles from './what-if.module.css';

const HEIGHT = 220;
const LEFT = 36;
const BOTTOM = 24;
const TOP = 8;
/** A clock time below the chart needs so much room. */
const TICK = 64;
/** A scale that ends below that many people would make much of nothing. */
const LEAST = 4;

/** The end of each half-hour of a plan, where the line is counted. */
function ends(plan: DayPlan, until: string): number[] {
  return plan.half_hours.map((_, i) => Date.parse(plan.half_hours[i + 1]?.at ?? until));
}

/** How many wait over the rest of the day, under both plans: the average as a line, nine days in ten as an area. */
export function LengthChart({ day, timeZone }: { readonly day: DayComparison; readonly timeZone: string }) {
  const { t } = useTranslation('manage');
  const { ref, width: measured } = useElementSize();
  // As wide as it is shown, so that its text is as large as any other.
  const width = measured > 0 ? measured : 720;
  const { today, alternative, until } = day;
  const from = Date.parse(day.from);
  const span = Math.max(1, Date.parse(until) - from);
  const { top, marks } = scale(Math.max(LEAST, ...[...today.half_hours, ...alternative.half_hours].map((h) => Math.max(h.waiting, h.waiting_p90))));
  const x = (at: number) => LEFT + ((width - LEFT - 8) * (at - from)) / span;
  const y = (people: number) => TOP + (HEIGHT - BOTTOM - TOP) * (1 - people / top);
  const curve = (plan: DayPlan, of: 'waiting' | 'waiting_p90') => ends(plan, until).map((at, i) => `${x(at)},${y(plan.half_hours[i]?.[of] ?? 0)}`);
  const area = (plan: DayPlan) => {
    const at = ends(plan, until);
    return [`${x(at[0] ?? from)},${y(0)}`, ...curve(plan, 'waiting_p90'), `${x(at.at(-1) ?? from)},${y(0)}`].join(' ');
  };
  const most = (plan: DayPlan) => number(Math.max(0, ...plan.half_hours.map((h) => h.waiting)), { maximumFractionDigits: 1 });
  const hours = today.half_hours.map((h) => Date.parse(h.at)).filter((at, i) => i > 0 && at % 3_600_000 === 0);
  const every = Math.max(1, Math.ceil(hours.length / Math.max(1, Math.floor((width - LEFT) / TICK))));
  return (
    <figure className={styles.chart} ref={ref} data-testid="what-if-chart">
      <figcaption>
        <h3>{t('whatIf.chart')}</h3>
        <span className={styles.legend}>
          <Key plan="today" /> {t('whatIf.today')}
        </span>
        <span className={styles.legend}>
          <Key plan="other" /> {t('whatIf.other')}
        </span>
        <span className={styles.quiet}>{t('whatIf.area')}</span>
      </figcaption>
      <svg viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={t('whatIf.chartLabel', { today: most(today), other: most(alternative) })} direction="ltr">
        {marks.map((mark) => (
          <g key={mark}>
            <line x1={LEFT} x2={width} y1={y(mark)} y2={y(mark)} className={styles.rule} />
            <text x={LEFT - 6} y={y(mark) + 5} textAnchor="end" className={styles.tick}>
              {number(mark, { maximumFractionDigits: 1 })}
            </text>
          </g>
        ))}
        {hours.map((at, i) =>
          i % every === 0 ? (
            <text key={at} x={x(at)} y={HEIGHT - 4} textAnchor="middle" className={styles.tick}>
              {clock(at, timeZone)}
            </text>
          ) : null,
        )}
        <polygon points={area(today)} className={styles.areaToday} />
        <polygon points={area(alternative)} className={styles.areaOther} />
        <polyline points={curve(today, 'waiting').join(' ')} className={styles.lineToday} />
        <polyline points={curve(alternative, 'waiting').join(' ')} className={styles.lineOther} />
        {today.half_hours.length === 1 && curve(today, 'waiting').map((at) => <Dot key="today" at={at} look={styles.dotToday} />)}
        {alternative.half_hours.length === 1 && curve(alternative, 'waiting').map((at) => <Dot key="other" at={at} look={styles.dotOther} />)}
      </svg>
    </figure>
  );
}

function Dot({ at, look }: { readonly at: string; readonly look: string | undefined }) {
  const [cx, cy] = at.split(',');
  return <circle cx={cx} cy={cy} r={5} className={look} />;
}

/** The line of a plan as the chart draws it. */
export function Key({ plan }: { readonly plan: 'today' | 'other' }) {
  return (
    <svg width={28} height={12} aria-hidden className={styles.key}>
      <line x1={1} x2={27} y1={6} y2={6} className={plan === 'today' ? styles.lineToday : styles.lineOther} />
    </svg>
  );
}
