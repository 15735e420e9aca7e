import { Table } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { longDate, number } from '~/i18n/format';
import { Wide } from '../shared/wide';
import { heatStep, scale } from './chart';
import styles from './reports.module.css';
import type { DayFigures, PeakHour } from './shapes';

const WIDTH = 720;
const HEIGHT = 220;
const LEFT = 44;
const BOTTOM = 24;

const whole = (value: number) => number(value, { maximumFractionDigits: 1 });

/** "3 Mar" of a plain date. */
const shortDate = (date: string) => longDate(`${date}T00:00:00Z`, 'UTC').replace(/\s?\d{4}$/, '');

/** A day of a chart: the two values that are drawn, and more that only the table tells. */
export interface ChartDay {
  readonly date: string;
  /** Whether it is not over. */
  readonly running?: boolean;
  readonly values: readonly [number, number];
  readonly more?: readonly (number | null)[];
}

interface DayChartProps {
  readonly title: string;
  /** What the two bars of a day are. */
  readonly series: readonly [string, string];
  /** What the further columns of the table are. */
  readonly more?: readonly string[];
  readonly days: readonly ChartDay[];
}

/** Two values by day, bars from zero; a day that is not over is hatched. The same as a table for those who read. */
export function DayChart({ title, series, more = [], days }: DayChartProps) {
  const { t } = useTranslation('reports');
  const hatch = useId();
  const { top, marks } = scale(Math.max(0, ...days.map((d) => Math.max(...d.values))));
  const room = (WIDTH - LEFT) / Math.max(1, days.length);
  const y = (value: number) => (HEIGHT - BOTTOM) * (1 - value / top) + 6;
  const base = y(0);
  const every = Math.ceil(days.length / 8);
  const fullDate = (date: string) => longDate(`${date}T00:00:00Z`, 'UTC');
  return (
    <figure className={styles.chart}>
      <figcaption className={styles.legend}>
        <span className={styles.issued}>{series[0]}</span>
        <span className={styles.served}>{series[1]}</span>
        {days.some((d) => d.running === true) && <span className={styles.running}>{t('running')}</span>}
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT + 8}`} role="img" aria-label={title} direction="ltr">
        <defs>
          <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="3" height="6" fill="var(--surface)" />
          </pattern>
        </defs>
        {marks.map((mark) => (
          <g key={mark}>
            <line x1={LEFT} x2={WIDTH} y1={y(mark)} y2={y(mark)} className={styles.rule} />
            <text x={LEFT - 6} y={y(mark) + 4} textAnchor="end" className={styles.tick}>
              {whole(mark)}
            </text>
          </g>
        ))}
        {days.map((d, i) => {
          const x = LEFT + i * room;
          const bar = room * 0.38;
          const [first, second] = d.values;
          return (
            <g key={d.date}>
              <title>{`${fullDate(d.date)}: ${series[0]} ${whole(first)}, ${series[1]} ${whole(second)}`}</title>
              <rect x={x + room * 0.1} width={bar} y={y(first)} height={base - y(first)} fill="var(--chart-1)" />
              <rect x={x + room * 0.1 + bar} width={bar} y={y(second)} height={base - y(second)} fill="var(--chart-3)" />
              {d.running === true && <rect x={x + room * 0.1} width={bar * 2} y={y(Math.max(first, second))} height={base - y(Math.max(first, second))} fill={`url(#${hatch})`} opacity="0.55" />}
              {i % every === 0 && (
                <text x={x + room * 0.1} y={HEIGHT + 2} className={styles.tick}>
                  {shortDate(d.date)}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      <details className={styles.asTable}>
        <summary>{t('asTable')}</summary>
        <Rows label={title} columns={[t('dimension.day'), ...series, ...more]} rows={days.map((d) => [d.date, d.running === true ? `${fullDate(d.date)} (${t('running')})` : fullDate(d.date), ...d.values, ...(d.more ?? [])])} />
      </details>
    </figure>
  );
}

/** Issued and served by day. */
export function TrendChart({ days }: { readonly days: readonly DayFigures[] }) {
  const { t } = useTranslation('reports');
  return <DayChart title={t('trend.title')} series={[t('metric.issued'), t('metric.served')]} days={days.map((d) => ({ date: d.date, running: d.running, values: [d.issued, d.served] }))} />;
}

/** One row of a table: a key of its own, what it is about, and its values. */
export type TableRow = readonly [key: string, about: string, ...values: (string | number | null | undefined)[]];

/** What nobody has counted is a dash. */
export const cell = (value: string | number | null | undefined) => (typeof value === 'number' ? whole(value) : (value ?? '–'));

/** A table that scrolls by itself where it is wider than the screen. */
export function Rows({ label, columns, rows, testId }: { readonly label: string; readonly columns: readonly string[]; readonly rows: readonly TableRow[]; readonly testId?: string }) {
  return (
    <Wide label={label} minWidth={Math.max(320, columns.length * 110)}>
      <Table aria-label={label} data-testid={testId}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((name) => (
              <Table.Th key={name} scope="col">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody className="num">
          {rows.map(([key, about, ...values]) => (
            <Table.Tr key={key}>
              <Table.Th scope="row">
                <bdi>{about}</bdi>
              </Table.Th>
              {values.map((value, n) => (
                <Table.Td key={columns[n + 1]}>{cell(value)}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}

/** How busy each hour of each weekday was, with its number in every cell. */
export function HeatMap({ hours }: { readonly hours: readonly PeakHour[] }) {
  const { t } = useTranslation('reports');
  const most = Math.max(0, ...hours.map((h) => h.issued));
  const busy = hours.filter((h) => h.issued > 0).map((h) => h.hour);
  const [first, last] = [Math.min(...busy), Math.max(...busy)];
  const columns = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const at = new Map(hours.map((h) => [`${h.weekday} ${h.hour}`, h]));
  // 5 January 2026 was a Monday.
  const weekday = (n: number) => new Date(Date.UTC(2026, 0, 5 + n)).toLocaleDateString(document.documentElement.lang, { weekday: 'short', timeZone: 'UTC' });
  return (
    <div className={styles.scroll} role="group" aria-label={t('heat.title')} tabIndex={0}>
      <table className={styles.heat} aria-label={t('heat.title')}>
        <thead>
          <tr>
            <td />
            {columns.map((hour) => (
              <th key={hour} scope="col">
                <bdi dir="ltr">{String(hour).padStart(2, '0')}</bdi>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[0, 1, 2, 3, 4, 5, 6].map((day) => (
            <tr key={day}>
              <th scope="row">{weekday(day)}</th>
              {columns.map((hour) => {
                const here = at.get(`${day} ${hour}`);
                return (
                  <td key={hour} className="num" data-heat={heatStep(here?.issued ?? 0, most)} title={here?.p90_wait_minutes == null ? undefined : t('heat.wait', { minutes: whole(here.p90_wait_minutes) })}>
                    {here?.issued ?? ''}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A metric of a report as bars across, longest first in the order given. */
export function Bars({ label, points }: { readonly label: string; readonly points: readonly (readonly [string, number])[] }) {
  const most = Math.max(0, ...points.map(([, value]) => value));
  return (
    <ul className={styles.bars} aria-label={label}>
      {points.map(([name, value]) => (
        <li key={name}>
          <bdi className={styles.barName}>{name}</bdi>
          <span className={styles.barTrack} aria-hidden>
            <span style={{ inlineSize: `${most > 0 ? (value / most) * 100 : 0}%` }} />
          </span>
          <span className="num">{whole(value)}</span>
        </li>
      ))}
    </ul>
  );
}
