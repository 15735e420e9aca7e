import { Button, Modal, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { longDate, number } from '~/i18n/format';
import { Fault, Loading } from '~/shared/states';
import { useTenantPath } from '../session';
import styles from './manage.module.css';

interface Report {
  date: string;
  queues: {
    queue_id: string;
    name: string;
    served: number;
    no_shows: number;
    left: number;
    average_wait_minutes: number;
    p90_wait_minutes: number;
    average_service_minutes: number;
    sla_met_percent: number | null;
  }[];
}

/** Today in figures, black on white when printed. */
export function ReportDialog({ opened, onClose, siteId, name }: { opened: boolean; onClose: () => void; siteId: string; name: string }) {
  const { t } = useTranslation('manage');
  return (
    <Modal opened={opened} onClose={onClose} size="xl" title={t('report.title', { name })} closeButtonProps={{ 'aria-label': t('common:action.close') }} classNames={{ root: styles.report ?? '', overlay: styles.reportShade ?? '', close: styles.reportShade ?? '', inner: styles.reportInner ?? '', content: styles.reportContent ?? '' }}>
      {opened && <Today siteId={siteId} />}
    </Modal>
  );
}

function Today({ siteId }: { siteId: string }) {
  const { t } = useTranslation('manage');
  const base = useTenantPath();
  const report = useQuery({
    queryKey: ['report', siteId],
    queryFn: () => api.get<Report>(`${base}/sites/${siteId}/report`),
    staleTime: 0,
  });
  if (report.isError) return <Fault error={report.error} onRetry={() => void report.refetch()} />;
  if (report.data === undefined) return <Loading rows={4} />;
  const minutes = (value: number) => number(value, { maximumFractionDigits: 1 });
  return (
    <>
      <p>{longDate(report.data.date)}</p>
      <Table.ScrollContainer minWidth={640}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t('report.line')}</Table.Th>
              <Table.Th scope="col">{t('report.served')}</Table.Th>
              <Table.Th scope="col">{t('report.wait')}</Table.Th>
              <Table.Th scope="col">{t('report.wait90')}</Table.Th>
              <Table.Th scope="col">{t('report.service')}</Table.Th>
              <Table.Th scope="col">{t('report.sla')}</Table.Th>
              <Table.Th scope="col">{t('report.left')}</Table.Th>
              <Table.Th scope="col">{t('report.missed')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody className="num">
            {report.data.queues.map((q) => (
              <Table.Tr key={q.queue_id}>
                <Table.Th scope="row">{q.name}</Table.Th>
                <Table.Td>{q.served}</Table.Td>
                <Table.Td>{minutes(q.average_wait_minutes)}</Table.Td>
                <Table.Td>{minutes(q.p90_wait_minutes)}</Table.Td>
                <Table.Td>{minutes(q.average_service_minutes)}</Table.Td>
                <Table.Td>{q.sla_met_percent === null ? '–' : `${minutes(q.sla_met_percent)} %`}</Table.Td>
                <Table.Td>{q.left}</Table.Td>
                <Table.Td>{q.no_shows}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Button className={styles.printButton ?? ''} onClick={() => window.print()}>
        {t('report.print')}
      </Button>
    </>
  );
}
