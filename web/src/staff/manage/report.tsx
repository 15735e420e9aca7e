import { Button, Modal, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Report } from '~/api/shapes';
import { clock, longDate, number } from '~/i18n/format';
import { Fault, Loading, Message } from '~/shared/states';
import { useTenantPath } from '../session';
import { Wide } from '../shared/wide';
import styles from './manage.module.css';

interface Props {
  readonly siteId: string;
  readonly name: string;
  readonly timeZone: string;
}

/** Today in figures, black on white when printed. */
export function ReportDialog({ opened, onClose, name, ...today }: Props & { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation('manage');
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="xl"
      title={t('report.title', { name })}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
      classNames={{ root: styles.report ?? '', overlay: styles.reportShade ?? '', close: styles.reportShade ?? '', inner: styles.reportInner ?? '', content: styles.reportContent ?? '' }}
    >
      {opened && <Today {...today} />}
    </Modal>
  );
}

const minutes = (value: number) => number(value, { maximumFractionDigits: 1 });

function Today({ siteId, timeZone }: Omit<Props, 'name'>) {
  const { t } = useTranslation('manage');
  const base = useTenantPath();
  const report = useQuery({
    queryKey: ['report', siteId],
    queryFn: () => api.get<Report>(`${base}/sites/${siteId}/report`),
    staleTime: 0,
  });
  if (report.data === undefined) return report.isError ? <Fault error={report.error} onRetry={() => void report.refetch()} /> : <Loading rows={4} />;
  const { date, at, hours } = report.data;
  const queues = [...report.data.queues].sort((a, b) => a.name.localeCompare(b.name));
  const counters = [...report.data.counters].sort((a, b) => a.number.localeCompare(b.number, undefined, { numeric: true }));
  if (queues.length === 0) return <Message title={t('lines.noneTitle')} />;
  const nothing = queues.every((q) => q.issued === 0);
  return (
    <>
      <p className="num">{t('report.asOf', { date: longDate(date, 'UTC'), time: clock(at, timeZone) })}</p>
      {nothing && <p>{t('report.nothing')}</p>}
      <Figures
        caption={t('report.byLine')}
        columns={['line', 'issued', 'served', 'wait', 'wait90', 'service', 'sla', 'left', 'missed']}
        rows={queues.map((q) => [
          q.name,
          q.issued,
          q.served,
          minutes(q.average_wait_minutes),
          minutes(q.p90_wait_minutes),
          minutes(q.average_service_minutes),
          q.sla_met_percent === null ? '–' : `${minutes(q.sla_met_percent)} %`,
          q.left,
          q.no_shows,
        ])}
      />
      {counters.length > 0 && (
        <Figures caption={t('report.byCounter')} columns={['counter', 'served', 'service']} rows={counters.map((c) => [c.number, c.served, minutes(c.average_service_minutes)])} />
      )}
      {hours.length > 0 && (
        <Figures caption={t('report.byHour')} columns={['hour', 'issued', 'served']} rows={hours.map((h) => [`${String(h.hour).padStart(2, '0')}:00`, h.issued, h.served])} />
      )}
      <Button className={styles.printButton ?? ''} onClick={() => window.print()} data-testid="report-print">
        {t('report.print')}
      </Button>
    </>
  );
}

function Figures({ caption, columns, rows }: { caption: string; columns: readonly string[]; rows: readonly (readonly (string | number)[])[] }) {
  const { t } = useTranslation('manage');
  return (
    <section className={styles.figures}>
      <h3>{caption}</h3>
      <Wide label={caption} minWidth={columns.length * 84}>
        <Table aria-label={caption}>
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Table.Th key={column} scope="col">
                  {t(`report.${column}`)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody className="num">
            {rows.map(([name, ...cells], row) => (
              <Table.Tr key={`${row} ${name}`}>
                <Table.Th scope="row">{name}</Table.Th>
                {cells.map((cell, n) => (
                  <Table.Td key={columns[n + 1]}>{cell}</Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Wide>
    </section>
  );
}
