import { Select, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, withQuery } from '~/api/client';
import { clock } from '~/i18n/format';
import { Fault, Loading } from '~/shared/states';
import { may, useTenantPath, useUser } from '../session';
import { useSite } from '../shared/use-site';
import { Custom } from './custom';
import { Overview } from './overview';
import styles from './reports.module.css';
import { Schedules } from './schedules';
import { PERIODS, type Dashboard, type Period } from './shapes';

/** What happened, and where it should be better: figures, reports of one's own, and those that come back. */
export default function ReportsPage() {
  const { t } = useTranslation('reports');
  const user = useUser();
  const base = useTenantPath();
  const { sites } = useSite();
  const [period, setPeriod] = useState<Period>('week');
  const [siteId, setSiteId] = useState<string | null>(null);
  useEffect(() => {
    document.title = t('title');
  }, [t]);
  const path = withQuery(`${base}/analytics/dashboard`, { period, site_id: siteId });
  const board = useQuery({ queryKey: ['dashboard', path], queryFn: () => api.get<Dashboard>(path), staleTime: 30_000 });
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1>{t('title')}</h1>
        <Select aria-label={t('period.label')} data={PERIODS.map((p) => ({ value: p, label: t(`period.${p}`) }))} value={period} allowDeselect={false} onChange={(value) => setPeriod(PERIODS.find((p) => p === value) ?? 'week')} data-testid="reports-period" />
        {sites.length > 1 && <Select aria-label={t('site')} placeholder={t('allSites')} clearable data={sites.map((s) => ({ value: s.id, label: s.name }))} value={siteId} onChange={setSiteId} />}
        {board.data !== undefined && <span className={styles.at}>{t('at', { time: clock(board.data.at) })}</span>}
      </header>
      <Tabs defaultValue="figures" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="figures">{t('tab.figures')}</Tabs.Tab>
          <Tabs.Tab value="custom">{t('tab.custom')}</Tabs.Tab>
          {may(user, 'reports:write') && <Tabs.Tab value="scheduled">{t('tab.scheduled')}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="figures">
          {board.data === undefined ? board.isError ? <Fault error={board.error} onRetry={() => void board.refetch()} /> : <Loading rows={6} /> : <Overview board={board.data} />}
        </Tabs.Panel>
        <Tabs.Panel value="custom">
          <Custom period={period} siteId={siteId} />
        </Tabs.Panel>
        <Tabs.Panel value="scheduled">
          <Schedules />
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}
