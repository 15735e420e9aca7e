import { Table } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DayComparison } from '~/api/shapes';
import { clock, number } from '~/i18n/format';
import { percent, useMinutes } from './what-if-plans';
import styles from './what-if.module.css';

const people = (count: number) => number(count, { maximumFractionDigits: 1 });

/** Both plans line by line: what helps one may harm another. */
export function ByLine({ day }: { readonly day: DayComparison }) {
  const { t } = useTranslation('manage');
  const minutes = useMinutes();
  const rows = day.today.queues.map((queue) => {
    const other = day.alternative.queues.find((one) => one.queue_id === queue.queue_id);
    return {
      key: queue.queue_id,
      name: queue.name,
      cells: [
        queue.target_minutes === null ? '–' : t('minutes', { count: queue.target_minutes }),
        <Step key="wait" from={minutes(queue.wait_p90)} to={minutes(other?.wait_p90 ?? null)} />,
        <Step key="kept" from={percent(queue.sla_percent)} to={percent(other?.sla_percent ?? null)} />,
      ],
    };
  });
  return <Figures caption={t('whatIf.byLine')} columns={['line', 'promise', 'wait', 'inTime']} rows={rows} />;
}

/** The chart in figures, by half-hour. */
export function HalfHours({ day, timeZone }: { readonly day: DayComparison; readonly timeZone: string }) {
  const { t } = useTranslation('manage');
  const rows = day.today.half_hours.map((half, i) => {
    const other = day.alternative.half_hours[i] ?? half;
    return {
      key: half.at,
      name: clock(half.at, timeZone),
      cells: [
        <Step key="counters" from={number(half.counters)} to={number(other.counters)} />,
        <Step key="come" from={people(half.arrivals)} to={people(other.arrivals)} />,
        <Step key="waiting" from={people(half.waiting)} to={people(other.waiting)} />,
        <Step key="kept" from={percent(half.sla_percent)} to={percent(other.sla_percent)} />,
      ],
    };
  });
  return (
    <details className={styles.table} data-testid="what-if-table">
      <summary>{t('whatIf.table')}</summary>
      <Figures caption={t('whatIf.byHalfHour')} columns={['at', 'counters', 'come', 'waiting', 'inTime']} rows={rows} />
    </details>
  );
}

/** A figure of today's plan, and that of the alternative where it is another. */
function Step({ from, to }: { readonly from: string; readonly to: string }) {
  const { t } = useTranslation('manage');
  if (from === to) return <bdi>{from}</bdi>;
  return (
    <span className={styles.change}>
      <bdi>{from}</bdi>
      <IconArrowRight size={16} className="mirror" role="img" aria-label={t('whatIf.becomes')} />
      <strong>
        <bdi>{to}</bdi>
      </strong>
    </span>
  );
}

interface Row {
  readonly key: string;
  readonly name: string;
  readonly cells: readonly ReactNode[];
}

function Figures({ caption, columns, rows }: { caption: string; columns: readonly string[]; rows: readonly Row[] }) {
  const { t } = useTranslation('manage');
  return (
    <div className={styles.scroll} role="group" aria-label={caption} tabIndex={0}>
      <Table captionSide="top">
        <Table.Caption className={styles.caption ?? ''}>{caption}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column} scope="col">
                {t(`whatIf.column.${column}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody className="num">
          {rows.map(({ key, name, cells }) => (
            <Table.Tr key={key}>
              <Table.Th scope="row">
                <bdi>{name}</bdi>
              </Table.Th>
              {cells.map((cell, n) => (
                <Table.Td key={columns[n + 1]}>{cell}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
