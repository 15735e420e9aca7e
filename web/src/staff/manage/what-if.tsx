import { Drawer } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { DayComparison, Floor } from '~/api/shapes';
import { clock, number } from '~/i18n/format';
import { Fault, Loading, Message } from '~/shared/states';
import { useTenantPath } from '../session';
import { Levers } from './levers';
import { Staffing } from './staffing';
import { LengthChart } from './what-if-chart';
import { Plans, useMinutes } from './what-if-plans';
import { ByLine, HalfHours } from './what-if-tables';
import styles from './what-if.module.css';
import { AS_TODAY, asked, BUSY, changes } from './wish';

/** A slider is asked about once it rests so long. */
const REST_MS = 200;

/** The rest of the day tried out: what other counters, arrivals or rules would do. */
export function WhatIfDrawer({ opened, onClose, floor }: { opened: boolean; onClose: () => void; floor: Floor }) {
  const { t } = useTranslation('manage');
  return (
    <Drawer opened={opened} onClose={onClose} position="right" size="xl" title={t('whatIf.title')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      {opened && (floor.lines.length === 0 ? <Message title={t('lines.noneTitle')} text={t('whatIf.noLines')} /> : <Tried floor={floor} />)}
    </Drawer>
  );
}

function Tried({ floor }: { floor: Floor }) {
  const base = useTenantPath();
  const [wish, setWish] = useState(AS_TODAY);
  const [resting] = useDebouncedValue(wish, REST_MS);
  const { counters, site } = floor;
  const body = asked(resting, counters);
  // The day goes on: what happens on the floor is taken in with the next minute, an opened counter at once.
  const now = [floor.at.slice(0, 16), counters.map((one) => `${one.id}${one.status}`).join()];
  const path = `${base}/sites/${site.id}/what-if`;
  const day = useQuery({
    queryKey: ['what-if', path, body, ...now],
    queryFn: ({ signal }) => api.post<DayComparison>(path, body, { signal, retries: BUSY }),
    placeholderData: (before) => before,
    staleTime: Infinity,
    gcTime: 60_000,
  });
  let result;
  if (day.data === undefined) result = day.isError ? <Fault error={day.error} onRetry={() => void day.refetch()} /> : <Loading rows={4} />;
  else result = <Result day={day.data} busy={day.isFetching || resting !== wish} timeZone={site.timezone} changed={changes(resting)} />;
  return (
    <div className={styles.whole}>
      <Levers wish={wish} counters={counters} onWish={setWish} />
      {result}
      <Staffing path={path} wish={body} now={now} timeZone={site.timezone} />
      {day.data !== undefined && <HalfHours day={day.data} timeZone={site.timezone} />}
    </div>
  );
}

interface ResultProps {
  readonly day: DayComparison;
  readonly busy: boolean;
  readonly changed: boolean;
  readonly timeZone: string;
}

function Result({ day, busy, changed, timeZone }: ResultProps) {
  const { t } = useTranslation('manage');
  const minutes = useMinutes();
  const unknown = day.today.half_hours.every((half) => half.arrivals === 0);
  const [today, other] = [minutes(day.today.wait_p90), minutes(day.alternative.wait_p90)];
  return (
    <section className={styles.result} aria-busy={busy} aria-label={t('whatIf.found')} data-testid="what-if-result">
      <p className="num">{t('whatIf.span', { from: clock(day.from, timeZone), until: clock(day.until, timeZone), runs: number(day.runs) })}</p>
      <p data-testid="what-if-basis">{t(`whatIf.plannedBy.${day.basis}`)}</p>
      {unknown && <p data-testid="what-if-unknown">{t('whatIf.unknown')}</p>}
      <p className={`num ${styles.summary ?? ''}`} role="status" data-testid="what-if-summary">
        {changed ? t('whatIf.summary', { today, other }) : t('whatIf.same')}
      </p>
      <Plans day={day} />
      <LengthChart day={day} timeZone={timeZone} />
      <ByLine day={day} />
    </section>
  );
}
