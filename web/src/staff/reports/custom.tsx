import { Button, MultiSelect, Select, Table } from '@mantine/core';
import { IconCalendarRepeat, IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { withQuery } from '~/api/client';
import { currentLanguage } from '~/i18n';
import { Fault, Loading, Message } from '~/shared/states';
import { useTenantPath } from '../session';
import { useEntries } from '../shared/use-entries';
import { Wide } from '../shared/wide';
import { Bars, cell } from './charts';
import type { Days } from './days';
import styles from './reports.module.css';
import { FILES, METRICS, THINGS, TIMES, type Chosen, type ReportTable } from './shapes';
import { useFigures } from './use-figures';

/** How many rows are shown; the files have all of them. */
const MOST_ROWS = 200;

interface Props {
  /** The days; null while they cannot be any. */
  readonly days: Days | null;
  readonly siteId: string | null;
  readonly chosen: Chosen;
  readonly onChosen: (chosen: Chosen) => void;
  /** Makes a schedule of what is chosen; null for who may not. */
  readonly onSchedule: (() => void) | null;
}

/** Any metrics by a thing and a time, on the screen and as a file. */
export function Custom({ days, siteId, chosen, onChosen, onSchedule }: Props) {
  const { t } = useTranslation('reports');
  const base = useTenantPath();
  const queues = useEntries<{ id: string; name: string; site_id: string }>('/queues');
  const services = useEntries<{ id: string; name: string }>('/services');
  const { metrics, thing, time, queueId, serviceId } = chosen;
  const dimensions = [thing, time].filter((d) => d !== null).join(',');
  const asked = { ...days, site_id: siteId, queue_id: queueId, service_id: serviceId, metrics: metrics.join(','), dimensions, locale: currentLanguage() };
  const path = withQuery(`${base}/analytics/report`, asked);
  const report = useFigures<ReportTable>(metrics.length > 0 && days !== null ? path : null);
  const lines = (queues.data ?? []).filter((q) => siteId === null || q.site_id === siteId);
  return (
    <section className={styles.card}>
      <h2>{t('custom.title')}</h2>
      <div className={styles.choices}>
        <MultiSelect label={t('custom.metrics')} data={METRICS.map((m) => ({ value: m, label: t(`metric.${m}`) }))} value={[...metrics]} onChange={(list) => onChosen({ ...chosen, metrics: list })} data-testid="reports-metrics" />
        <Select label={t('custom.thing')} placeholder={t('custom.all')} clearable data={THINGS.map((d) => ({ value: d, label: t(`dimension.${d}`) }))} value={thing} onChange={(value) => onChosen({ ...chosen, thing: value })} data-testid="reports-thing" />
        <Select label={t('custom.time')} placeholder={t('custom.all')} clearable data={TIMES.map((d) => ({ value: d, label: t(`dimension.${d}`) }))} value={time} onChange={(value) => onChosen({ ...chosen, time: value })} data-testid="reports-time" />
        {/* Figures are kept of a line or of a service, not of both at once. */}
        <Select label={t('custom.queue')} placeholder={t('custom.every')} clearable searchable data={lines.map((q) => ({ value: q.id, label: q.name }))} value={queueId} onChange={(value) => onChosen({ ...chosen, queueId: value, serviceId: null })} data-testid="reports-queue" />
        <Select label={t('custom.service')} placeholder={t('custom.every')} clearable searchable data={(services.data ?? []).map((s) => ({ value: s.id, label: s.name }))} value={serviceId} onChange={(value) => onChosen({ ...chosen, serviceId: value, queueId: null })} data-testid="reports-service" />
      </div>
      <div className={styles.files}>
        {report.data !== undefined &&
          FILES.map((format) => (
            <Button key={format} component="a" href={withQuery(`${base}/analytics/report`, { ...asked, format })} download variant="default" leftSection={<IconDownload size={18} />} data-testid={`reports-${format}`}>
              {t('custom.download', { format: format.toUpperCase() })}
            </Button>
          ))}
        {onSchedule !== null && report.data !== undefined && (
          <Button variant="default" leftSection={<IconCalendarRepeat size={18} />} onClick={onSchedule} data-testid="reports-schedule-this">
            {t('custom.schedule')}
          </Button>
        )}
      </div>
      {metrics.length === 0 ? (
        <Message title={t('custom.nothing')} />
      ) : days === null ? (
        <Message title={t('period.wrong')} />
      ) : report.data === undefined ? (
        report.isError ? <Fault error={report.error} onRetry={() => void report.refetch()} /> : <Loading rows={4} />
      ) : (
        <Told table={report.data} />
      )}
    </section>
  );
}

function Told({ table }: { readonly table: ReportTable }) {
  const { t } = useTranslation('reports');
  if (table.rows.length === 0) return <Message title={t('none.title')} text={t('none.text')} />;
  const heading = (name: string, dimension: boolean) => (dimension ? t(`dimension.${name}`) : t(`metric.${name}`));
  const by = table.columns.filter((c) => c.dimension);
  const metric = table.columns.find((c) => !c.dimension);
  const rows = table.rows.slice(0, MOST_ROWS);
  return (
    <>
      {by.length === 1 && metric !== undefined && rows.length > 1 && rows.length <= 40 && (
        <Bars label={heading(metric.name, false)} points={rows.map((r) => [String(r[by[0]?.name ?? ''] ?? ''), Number(r[metric.name] ?? 0)])} />
      )}
      <Wide label={t('custom.title')} minWidth={table.columns.length * 110}>
        <Table aria-label={t('custom.title')} data-testid="reports-table">
          <Table.Thead>
            <Table.Tr>
              {table.columns.map((c) => (
                <Table.Th key={c.name} scope="col">
                  {heading(c.name, c.dimension)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody className="num">
            {rows.map((row, n) => (
              // Two people may have one name.
              <Table.Tr key={`${n} ${by.map((c) => String(row[c.name])).join(' ')}`}>
                {table.columns.map((c) => (
                  <Table.Td key={c.name}>{cell(row[c.name])}</Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Wide>
      {table.rows.length > rows.length && <p>{t('custom.more', { count: table.rows.length - rows.length })}</p>}
    </>
  );
}
