import { Button, Select } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Floor } from '~/api/shapes';
import { LiveAge } from '~/shared/live-age';
import { Fault, Loading, Message } from '~/shared/states';
import { useTenantPath } from '../session';
import { useRefreshed } from '../shared/use-refreshed';
import { useSite } from '../shared/use-site';
import { EmergencyButton } from './emergency';
import { Lines } from './lines';
import styles from './manage.module.css';
import { ReportDialog } from './report';
import { Side } from './side';

/** The live floor: which line breaks its promise next, and what to press. */
export default function ManagePage() {
  const { t } = useTranslation('manage');
  const { query, sites, site, choose } = useSite();
  useEffect(() => {
    document.title = t('title');
  }, [t]);
  if (query.isError) return <Fault error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return <Loading rows={4} />;
  if (site === undefined) return <Message title={t('noSiteTitle')} text={t('noSite')} />;
  return (
    <FloorOf
      key={site.id}
      siteId={site.id}
      picker={
        sites.length > 1 ? (
          <Select
            aria-label={t('site')}
            data={sites.map((s) => ({ value: s.id, label: s.name }))}
            value={site.id}
            allowDeselect={false}
            onChange={(id) => id !== null && choose(id)}
          />
        ) : null
      }
      name={site.name}
    />
  );
}

function FloorOf({ siteId, name, picker }: { siteId: string; name: string; picker: React.ReactNode }) {
  const { t } = useTranslation('manage');
  const base = useTenantPath();
  const { query, clock, reload } = useRefreshed<Floor>(`${base}/sites/${siteId}/floor`, `${base}/events?rooms=site:${siteId}`);
  const [report, setReport] = useState(false);
  if (query.data === undefined) {
    return query.isError ? <Fault error={query.error} onRetry={() => void query.refetch()} /> : <Loading rows={5} />;
  }
  const floor = query.data;
  return (
    <div className={styles.floor}>
      <header className={styles.head}>
        <h1 className={picker === null ? '' : 'visually-hidden'}>{name}</h1>
        {picker}
        <LiveAge clock={clock} />
        <div className={styles.grow} />
        <Button variant="default" leftSection={<IconPrinter size={20} />} onClick={() => setReport(true)}>
          {t('report.open')}
        </Button>
        <EmergencyButton siteId={siteId} waiting={floor.strip.waiting} onDone={reload} />
      </header>
      <Strip floor={floor} />
      <div className={styles.columns}>
        <Lines floor={floor} onDone={reload} />
        <Side floor={floor} />
      </div>
      <ReportDialog opened={report} onClose={() => setReport(false)} siteId={siteId} name={name} />
    </div>
  );
}

/** Four figures that a short look is enough for. */
function Strip({ floor }: { floor: Floor }) {
  const { t } = useTranslation('manage');
  const { strip } = floor;
  const figures = [
    { key: 'waiting', value: String(strip.waiting), testId: 'floor-waiting', look: '' },
    { key: 'longest', value: t('minutes', { count: Math.round(strip.longest_minutes) }), look: '' },
    { key: 'atRisk', value: String(strip.at_risk), look: strip.at_risk > 0 ? styles.risk : '' },
    { key: 'counters', value: `${strip.counters_open}/${strip.counters_all}`, look: strip.counters_open === 0 && strip.waiting > 0 ? styles.broken : '' },
  ] as const;
  return (
    <dl className={styles.strip}>
      {figures.map((f) => (
        <div key={f.key} className={`${styles.figure} ${f.look ?? ''}`}>
          <dt>{t(`strip.${f.key}`)}</dt>
          <dd className="num" data-testid={'testId' in f ? f.testId : undefined}>
            {f.value}
          </dd>
        </div>
      ))}
    </dl>
  );
}
