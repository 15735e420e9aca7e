import { Select, Tabs, TextInput } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { withQuery } from '~/api/client';
import { clock } from '~/i18n/format';
import { useNow } from '~/live/use-live';
import { LiveAge } from '~/shared/live-age';
import { Fault, Loading, Message } from '~/shared/states';
import { dateOf } from '../manage/week';
import { may, useTenantPath, useUser } from '../session';
import { useSite } from '../shared/use-site';
import { Custom } from './custom';
import { daysOf, mayChange, type Choice } from './days';
import { Overview } from './overview';
import { Quality } from './quality';
import styles from './reports.module.css';
import { Schedules } from './schedules';
import { PERIODS, USUAL, type Chosen, type Dashboard } from './shapes';
import { feedOf, useFigures, useLiveFigures } from './use-figures';

type Tab = 'figures' | 'quality' | 'custom' | 'scheduled';

/** What happened, and where it should be better: figures, reports of one's own, and those that come back. */
export default function ReportsPage() {
  const { t } = useTranslation('reports');
  const user = useUser();
  const base = useTenantPath();
  const { sites } = useSite();
  const [choice, setChoice] = useState<Choice>({ word: 'week', from: '', to: '' });
  const [siteId, setSiteId] = useState<string | null>(null);
  const [chosen, setChosen] = useState<Chosen>(USUAL);
  const [tab, setTab] = useState<Tab>('figures');
  useEffect(() => {
    document.title = t('title');
  }, [t]);
  const days = daysOf(choice);
  const now = useNow(60_000);
  const zone = (sites.find((s) => s.id === siteId) ?? sites[0])?.timezone ?? 'UTC';
  const board = useFigures<Dashboard>(days === null ? null : withQuery(`${base}/analytics/dashboard`, { ...days, site_id: siteId }));
  // Which day it is the figures say, whatever this machine's clock does.
  const listens = days !== null && mayChange(days, dateOf(board.data === undefined ? now : Date.parse(board.data.at), zone));
  const feed = listens ? feedOf(base, user, sites, siteId) : null;
  const live = useLiveFigures(feed);
  const seen = board.data?.period;
  const chooseWord = (value: string | null) => {
    const word = value === 'own' ? 'own' : (PERIODS.find((p) => p === value) ?? 'week');
    // Whoever wants other dates begins with those that are on the screen.
    setChoice((before) => (word === 'own' ? { word, from: before.from || (seen?.from ?? ''), to: before.to || (seen?.to ?? '') } : { ...before, word }));
  };
  const chooseSite = (id: string | null) => {
    setSiteId(id);
    // A line is at one site.
    setChosen((before) => ({ ...before, queueId: null }));
  };
  const schedule = useCallback(() => setTab('scheduled'), []);
  const build = useCallback(() => setTab('custom'), []);
  const wrong = days === null ? <Message title={t('period.wrong')} /> : null;
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1>{t('title')}</h1>
        <Select aria-label={t('period.label')} data={[...PERIODS, 'own'].map((p) => ({ value: p, label: t(`period.${p}`) }))} value={choice.word} allowDeselect={false} onChange={chooseWord} data-testid="reports-period" />
        {choice.word === 'own' && (
          <>
            <TextInput type="date" aria-label={t('period.from')} value={choice.from} max={choice.to} onChange={(e) => setChoice({ ...choice, from: e.currentTarget.value })} data-testid="reports-from" />
            <TextInput type="date" aria-label={t('period.to')} value={choice.to} min={choice.from} onChange={(e) => setChoice({ ...choice, to: e.currentTarget.value })} data-testid="reports-to" />
          </>
        )}
        {sites.length > 1 && <Select aria-label={t('site')} placeholder={t('allSites')} clearable data={sites.map((s) => ({ value: s.id, label: s.name }))} value={siteId} onChange={chooseSite} data-testid="reports-site" />}
        {board.data !== undefined && <span className={styles.at}>{t('at', { time: clock(board.data.at) })}</span>}
        {feed !== null && <LiveAge clock={live} timeZone={zone} />}
      </header>
      <Tabs value={tab} onChange={(value) => setTab((value ?? 'figures') as Tab)} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="figures">{t('tab.figures')}</Tabs.Tab>
          <Tabs.Tab value="quality">{t('tab.quality')}</Tabs.Tab>
          <Tabs.Tab value="custom">{t('tab.custom')}</Tabs.Tab>
          <Tabs.Tab value="scheduled">{t(may(user, 'reports:write') ? 'tab.scheduled' : 'tab.results')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="figures">
          {wrong ?? (board.data === undefined ? board.isError ? <Fault error={board.error} onRetry={() => void board.refetch()} /> : <Loading rows={6} /> : <Overview board={board.data} />)}
        </Tabs.Panel>
        <Tabs.Panel value="quality">{wrong ?? (days !== null && <Quality days={days} siteId={siteId} dates={seen} timeZone={zone} />)}</Tabs.Panel>
        <Tabs.Panel value="custom">
          <Custom days={days} siteId={siteId} chosen={chosen} onChosen={setChosen} onSchedule={may(user, 'reports:write') ? schedule : null} />
        </Tabs.Panel>
        <Tabs.Panel value="scheduled">
          <Schedules chosen={chosen} period={choice.word === 'own' ? null : choice.word} siteId={siteId} onBuild={build} />
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}
