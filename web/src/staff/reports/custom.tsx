import { Button, MultiSelect, Select, Table } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, withQuery } from '~/api/client';
import { currentLanguage } from '~/i18n';
import { number } from '~/i18n/format';
import { Fault, Loading, Message } from '~/shared/states';
import { useTenantPath } from '../session';
import { Wide } from '../shared/wide';
import { Bars } from './charts';
import styles from './reports.module.css';
import { FILES, METRICS, THINGS, TIMES, type Period, type ReportTable } from './shapes';

/** How many rows are shown; the files have all of them. */
const MOST_ROWS = 200;

interface Props {
  readonly period: Period;
  readonly siteId: string | null;
}

/** Any metrics by a thing and a time, on the screen and as a file. */
export function Custom({ period, siteId }: Props) {
  const { t } = useTranslation('reports');
  const base = useTenantPath();
  const [metrics, setMetrics] = useState<string[]>(['issued', 'served', 'p90_wait_minutes']);
  const [thing, setThing] = useState<string | null>('queue');
  const [time, setTime] = useState<string | null>(null);
  const dimensions = [thing, time].filter((d) => d !== null).join(',');
  const asked = { period, site_id: siteId, metrics: metrics.join(','), dimensions, locale: currentLanguage() };
  const path = withQuery(`${base}/analytics/report`, asked);
  const report = useQuery({ queryKey: ['report', path], queryFn: () => api.get<ReportTable>(path), enabled: metrics.length > 0 });
  return (
    <section className={styles.card}>
      <h2>{t('custom.title')}</h2>
      <div className={styles.choices}>
        <MultiSelect label={t('custom.metrics')} data={METRICS.map((m) => ({ value: m, label: t(`metric.${m}`) }))} value={metrics} onChange={setMetrics} />
        <Select label={t('custom.thing')} placeholder={t('custom.all')} clearable data={THINGS.map((d) => ({ value: d, label: t(`dimension.${d}`) }))} value={thing} onChange={setThing} />
        <Select label={t('custom.time')} placeholder={t('custom.all')} clearable data={TIMES.map((d) => ({ value: d, label: t(`dimension.${d}`) }))} value={time} onChange={setTime} />
      </div>
      <div className={styles.files}>
        {FILES.map((format) => (
          <Button key={format} component="a" href={withQuery(`${base}/analytics/report`, { ...asked, format })} download variant="default" leftSection={<IconDownload size={18} />} data-testid={`reports-${format}`}>
            {t('custom.download', { format: format.toUpperCase() })}
          </Button>
        ))}
      </div>
      {metrics.length === 0 ? (
        <Message title={t('custom.nothing')} />
      ) : report.data === undefined ? (
        report.isError ? <Fault error={report.error} onRetry={() => void report.refetch()} /> : <Loading rows={4} />
      ) : (
        <Rows table={report.data} />
      )}
    </section>
  );
}

function Rows({ table }: { readonly table: ReportTable }) {
  const { t } = useTranslation('reports');
  if (table.rows.length === 0) return <Message title={t('none.title')} text={t('none.text')} />;
  const heading = (name: string, dimension: boolean) => (dimension ? t(`dimension.${name}`) : t(`metric.${name}`));
  const by = table.columns.filter((c) => c.dimension);
  const metric = table.columns.find((c) => !c.dimension);
  const rows = table.rows.slice(0, MOST_ROWS);
  const cell = (value: string | number | null | undefined) => (typeof value === 'number' ? number(value, { maximumFractionDigits: 1 }) : (value ?? '–'));
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
            {rows.map((row) => (
              <Table.Tr key={by.map((c) => String(row[c.name])).join(' ')}>
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
