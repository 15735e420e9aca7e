import { Button, Select } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconCalendarUser, IconPrinter, IconTargetArrow } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Floor, FloorLine, Frame } from '~/api/shapes';
import { announcements } from '~/live/announce';
import { useNow } from '~/live/use-live';
import { LiveAge } from '~/shared/live-age';
import { Fault, Loading, Message } from '~/shared/states';
import { may, useTenantPath, useUser } from '../session';
import { ServerClock } from '../shared/server-clock';
import { useCut } from '../shared/use-online';
import { useRefreshed } from '../shared/use-refreshed';
import { useSite, type Site } from '../shared/use-site';
import { aged, nextLook, worstFirst } from './aged';
import { AppointmentsCard } from './appointments';
import { Crowd, fullness } from './crowd';
import { EmergencyButton, EmergencyNotice } from './emergency';
import { FEEDBACK_DAY, FeedbackCard } from './feedback';
import { LateShifts } from './late-shifts';
import { useLineWords } from './line-parts';
import { Lines } from './lines';
import { LOW_SCORES, LowScores } from './low-scores';
import styles from './manage.module.css';
import { People } from './people';
import { ReportDialog } from './report';
import { RosterDialog } from './roster';
import { Side } from './side';
import { useNamed } from '../shared/use-named';
import { useNews } from '../shared/use-news';
import { WhatIfDrawer } from './what-if';
import { WorthDialog } from './worth-dialog';

/** The live floor: which line breaks its promise next, and what to press. */
export default function ManagePage() {
  const { t } = useTranslation('manage');
  const { query, sites, site, choose } = useSite();
  useEffect(() => {
    document.title = t('title');
  }, [t]);
  if (query.data === undefined) return query.isError ? <Fault error={query.error} onRetry={() => void query.refetch()} /> : <Loading rows={4} />;
  if (site === undefined) return <Message title={t('noSiteTitle')} text={t('noSite')} />;
  return (
    <FloorOf
      key={site.id}
      site={site}
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
    />
  );
}

/** Waits grow by themselves; so often they are counted anew. */
const GROW_MS = 10_000;

function FloorOf({ site, picker }: { site: Site; picker: React.ReactNode }) {
  const { t } = useTranslation('manage');
  const base = useTenantPath();
  const user = useUser();
  const { id: siteId, name } = site;
  const { query, clock, reload } = useRefreshed<Floor>(`${base}/sites/${siteId}/floor`, `${base}/events?rooms=site:${siteId}`, useSaid());
  const [report, setReport] = useState(false);
  const [roster, setRoster] = useState(false);
  const [trying, setTrying] = useState(false);
  const [worth, setWorth] = useState(false);
  const [open, setOpen] = useState<FloorLine | null>(null);
  const { cut, expired } = useCut(clock);
  const now = clock.serverNow(useNow(GROW_MS));
  const read = query.data;
  // What was read after the last tick is newer than the tick.
  const floor = read === undefined ? undefined : aged(read, Math.max(now, Date.parse(read.at)));
  useNextLook(read, now, reload);
  useFloorAnnounced(floor);
  if (floor === undefined) {
    return query.isError ? <Fault error={query.error} onRetry={() => void query.refetch()} /> : <Loading rows={5} />;
  }
  const act = { floor, cut, onDone: reload };
  const place = { site: { ...site, timezone: floor.site.timezone }, at: read?.at ?? floor.at };
  return (
    <ServerClock value={clock}>
      <div className={styles.floor}>
        <header className={styles.head}>
          <h1 className={picker === null ? '' : 'visually-hidden'}>{name}</h1>
          {picker}
          <LiveAge clock={clock} timeZone={floor.site.timezone} />
          <div className={styles.grow} />
          {may(user, 'stats:read') && (
            <Button variant="default" leftSection={<IconAdjustmentsHorizontal size={20} />} onClick={() => setTrying(true)} data-testid="floor-what-if">
              {t('whatIf.open')}
            </Button>
          )}
          {may(user, 'queues:read') && (
            <Button variant="default" leftSection={<IconTargetArrow size={20} />} onClick={() => setWorth(true)} data-testid="floor-worth">
              {t('worth.open')}
            </Button>
          )}
          <Button variant="default" leftSection={<IconCalendarUser size={20} />} onClick={() => setRoster(true)} data-testid="floor-roster">
            {t('roster.open')}
          </Button>
          <Button variant="default" leftSection={<IconPrinter size={20} />} onClick={() => setReport(true)} data-testid="floor-report">
            {t('report.open')}
          </Button>
          <EmergencyButton {...act} />
        </header>
        <EmergencyNotice {...act} />
        <Strip floor={floor} />
        <div className={styles.columns}>
          <Lines {...act} expired={expired} onOpen={setOpen} />
          <Side {...act} now={now}>
            {may(user, 'feedback:read') && <LowScores {...place} />}
            <Crowd floor={floor} />
            <LateShifts floor={floor} />
          </Side>
        </div>
        <div className={styles.beside}>
          {may(user, 'appointments:read') && <AppointmentsCard {...place} cut={cut} onDone={reload} />}
          {may(user, 'feedback:read') && <FeedbackCard {...place} />}
        </div>
        <People {...act} now={now} line={open} onClose={() => setOpen(null)} />
        <WhatIfDrawer opened={trying} onClose={() => setTrying(false)} floor={floor} />
        <WorthDialog opened={worth} onClose={() => setWorth(false)} lines={floor.lines} />
        <RosterDialog opened={roster} onClose={() => setRoster(false)} onChanged={reload} siteId={siteId} name={name} timeZone={floor.site.timezone} />
        <ReportDialog opened={report} onClose={() => setReport(false)} siteId={siteId} name={name} timeZone={floor.site.timezone} />
      </div>
    </ServerClock>
  );
}

/** Reads anew what people said once the feed tells of somebody who was not content, or that something was missed. */
function useSaid(): (frame: Frame) => void {
  const client = useQueryClient();
  return useCallback(
    ({ type }) => {
      if (type !== 'feedback.low' && type !== 'snapshot') return;
      for (const key of [LOW_SCORES, FEEDBACK_DAY]) void client.invalidateQueries({ queryKey: [key] });
    },
    [client],
  );
}

/** Reads the floor again when a promise comes near or breaks, though nothing else has happened. */
function useNextLook(floor: Floor | undefined, now: number, reload: () => void) {
  const at = floor === undefined ? null : nextLook(floor, now);
  // Both by the server's clock: with that of this machine, ahead, it was looked too early, once, and not when it was due.
  const left = at === null ? null : at - now;
  useEffect(() => {
    if (left === null) return undefined;
    const timer = setTimeout(reload, left + 500);
    return () => clearTimeout(timer);
  }, [left, reload]);
}

/** A screen reader hears a broken promise at once, and how the worst line stands once a minute. */
function useFloorAnnounced(floor: Floor | undefined) {
  const { t } = useTranslation('manage');
  const words = useLineWords();
  const named = useNamed();
  const said = (line: FloorLine) => `${named(line.name)}: ${words(line, false, floor?.site.timezone ?? 'UTC')}.`;
  useNews(
    floor?.lines.filter((line) => line.state === 'broken'),
    (line) => line.queue_id,
    said,
  );
  const worst = floor === undefined ? undefined : worstFirst(floor.lines)[0];
  const sentence = worst === undefined ? '' : worst.state === 'ok' ? `${t('lines.allOk')}.` : said(worst);
  useEffect(() => {
    if (sentence !== '') announcements.say(sentence);
  }, [sentence]);
}

/** A few figures that a short look is enough for. */
function Strip({ floor }: { floor: Floor }) {
  const { t } = useTranslation('manage');
  const { strip } = floor;
  const figures = [
    { key: 'waiting', value: String(strip.waiting), testId: 'floor-waiting', look: '' },
    { key: 'longest', value: t('minutes', { count: Math.floor(strip.longest_minutes) }), testId: 'floor-longest', look: '' },
    { key: 'atRisk', value: String(strip.at_risk), testId: 'floor-at-risk', look: strip.at_risk > 0 ? styles.risk : '' },
    { key: 'counters', value: `${strip.counters_open}/${strip.counters_all}`, testId: 'floor-counters', look: strip.counters_open === 0 && strip.waiting > 0 ? styles.broken : '' },
    ...(strip.capacity === null ? [] : [{ key: 'people', value: `${strip.people}/${strip.capacity}`, testId: 'floor-people', look: { room: '', near: styles.risk, full: styles.broken }[fullness(strip)] } as const]),
  ] as const;
  return (
    <dl className={styles.strip}>
      {figures.map((f) => (
        <div key={f.key} className={`${styles.figure} ${f.look ?? ''}`}>
          <dt>{t(`strip.${f.key}`)}</dt>
          <dd className="num">
            <bdi dir={f.key === 'counters' || f.key === 'people' ? 'ltr' : 'auto'} data-testid={f.testId}>
              {f.value}
            </bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}
