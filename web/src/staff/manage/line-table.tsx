import { Button, Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { FloorLine } from '~/api/shapes';
import { isFirstDay, LineBadge, useForecast, useLineWords, type LineProps } from './line-parts';
import styles from './manage.module.css';
import { Outside } from './outside';
import { Suggestion } from './suggestion';
import { useNamed } from '../shared/use-named';
import { Wide } from '../shared/wide';

/** The rows of the floor as a table: the same figures for who would rather read than look. */
export function LineTable({ lines, expired, cut, timeZone, onDone, onOpen }: Omit<LineProps, 'line'> & { lines: readonly FloorLine[] }) {
  const { t } = useTranslation('manage');
  const words = useLineWords();
  const named = useNamed();
  return (
    <Wide label={t('lines.title')} minWidth={900} bg="var(--surface)">
      <Table verticalSpacing="xs" data-testid="floor-table">
        <Table.Thead>
          <Table.Tr>
            {(['line', 'waiting', 'outside', 'longest', 'forecast', 'target', 'next'] as const).map((column) => (
              <Table.Th key={column} scope="col">
                {t(`table.${column}`)}
              </Table.Th>
            ))}
            <Table.Th scope="col">
              <span className="visually-hidden">{t('table.do')}</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody className="num">
          {lines.map((line) => (
            <Table.Tr key={line.queue_id}>
              <Table.Th scope="row">
                <Button variant="subtle" onClick={() => onOpen(line)}>
                  {named(line.name)}
                </Button>{' '}
                <LineBadge line={line} />
              </Table.Th>
              <Table.Td>{line.waiting}</Table.Td>
              <Table.Td>
                <Outside line={line} off={cut} onDone={onDone} />
              </Table.Td>
              <Table.Td>{t('minutes', { count: Math.floor(line.longest_minutes) })}</Table.Td>
              <Table.Td>{expired ? '–' : <Forecast line={line} />}</Table.Td>
              <Table.Td>{line.target_minutes === null ? '–' : t('minutes', { count: line.target_minutes })}</Table.Td>
              <Table.Td>{words(line, expired, timeZone)}</Table.Td>
              <Table.Td>{!expired && <Suggestion line={line} off={cut} onDone={onDone} />}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}

/** The range that is forecast; a component of its own so that each line keeps what it said. */
function Forecast({ line }: { line: FloorLine }) {
  const { t } = useTranslation('manage');
  const range = useForecast(line);
  return (
    <>
      {range === null ? '–' : t('lines.range', { ...range })}
      {isFirstDay(line) && <div className={styles.lineFacts}>{t('lines.firstDay')}</div>}
    </>
  );
}
