import { Select } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { withQuery } from '~/api/client';
import type { FeedbackSummary } from '~/api/shapes';
import { Fault, Loading, Message } from '~/shared/states';
import { may, useTenantPath, useUser } from '../session';
import { Bars, DayChart, Rows } from './charts';
import { momentsOf, type Days } from './days';
import { Opinions } from './opinions';
import styles from './reports.module.css';
import type { Abandonment, Journeys, Sla } from './shapes';
import { useFigures } from './use-figures';

interface Props {
  readonly days: Days;
  readonly siteId: string | null;
  /** The same days by their dates, once they are known. */
  readonly dates: { readonly from: string; readonly to: string } | undefined;
  /** The clock that the days are on. */
  readonly timeZone: string;
}

/** How promises were kept, who was lost, where people went, and what they said. */
export function Quality({ days, siteId, dates, timeZone }: Props) {
  const base = useTenantPath();
  const user = useUser();
  const asked = { ...days, site_id: siteId };
  const sla = useFigures<Sla>(withQuery(`${base}/analytics/sla`, asked));
  const losses = useFigures<Abandonment>(withQuery(`${base}/analytics/abandonment`, asked));
  const journeys = useFigures<Journeys>(withQuery(`${base}/analytics/journeys`, asked));
  return (
    <>
      <Card name="sla" query={sla} is={(told) => told.promised > 0} show={(told) => <Promises sla={told} />} />
      <Card name="loss" query={losses} is={(told) => told.left + told.no_shows + told.expired > 0} show={(told) => <Losses losses={told} />} />
      <Card name="journey" query={journeys} is={(told) => told.flows.length > 0} show={(told) => <Flows journeys={told} />} />
      {may(user, 'feedback:read') && dates !== undefined && (
        <>
          <Said siteId={siteId} dates={dates} timeZone={timeZone} />
          <Opinions siteId={siteId} dates={dates} timeZone={timeZone} />
        </>
      )}
    </>
  );
}

interface CardProps<T> {
  readonly name: 'sla' | 'loss' | 'journey' | 'feedbackBy';
  readonly query: UseQueryResult<T>;
  /** Whether there is anything to tell. */
  readonly is: (told: T) => boolean;
  readonly show: (told: T) => ReactNode;
  readonly children?: ReactNode;
}

/** A part of the page under its heading, with its own way of being empty, late or refused. */
function Card<T>({ name, query, is, show, children }: CardProps<T>) {
  const { t } = useTranslation('reports');
  return (
    <section className={styles.card} aria-label={t(`${name}.title`)} data-testid={`reports-${name}`}>
      <h2>{t(`${name}.title`)}</h2>
      {children}
      {query.data === undefined ? query.isError ? <Fault error={query.error} onRetry={() => void query.refetch()} /> : <Loading rows={3} /> : is(query.data) ? show(query.data) : <Message title={t(`${name}.none`)} />}
    </section>
  );
}

function Promises({ sla }: { readonly sla: Sla }) {
  const { t } = useTranslation('reports');
  const within = sla.within.flatMap(({ minutes, percent }) => (percent === null ? [] : [[t('sla.minutes', { minutes }), percent] as const]));
  const days = sla.days.map((d) => ({ date: d.date, values: [d.met, d.promised - d.met] as const, more: [d.met_percent] }));
  return (
    <>
      <p className={styles.lead}>{t('sla.sentence', { met: sla.met, promised: sla.promised, percent: sla.met_percent ?? 0 })}</p>
      {days.length > 1 && <DayChart title={t('sla.days')} series={[t('sla.met'), t('sla.missed')]} more={[t('metric.sla_met_percent')]} days={days} />}
      <h3>{t('sla.within')}</h3>
      <Bars label={t('sla.within')} points={within} />
      {sla.queues.length > 0 && (
        <Rows
          label={t('by.queue')}
          columns={[t('dimension.queue'), t('metric.sla_met_percent'), t('metric.average_wait_minutes'), t('metric.p90_wait_minutes')]}
          rows={sla.queues.map((q) => [q.id, named(q), q.sla_met_percent, q.average_wait_minutes, q.p90_wait_minutes])}
        />
      )}
    </>
  );
}

/** A line with where it is, as several sites have lines of one name. */
const named = (queue: { readonly name: string; readonly site_name: string | null }) => (queue.site_name === null ? queue.name : `${queue.name} · ${queue.site_name}`);

/** An hour of the day as it stands on a clock. */
const hourName = (hour: number) => `${String(hour).padStart(2, '0')}:00`;

function Losses({ losses }: { readonly losses: Abandonment }) {
  const { t } = useTranslation('reports');
  const reasons = (['left', 'no_shows', 'expired'] as const).map((key) => [t(`metric.${key}`), losses[key]] as const);
  const days = losses.days.map((d) => ({ date: d.date, values: [d.left, d.no_shows] as const, more: [d.served, d.percent] }));
  return (
    <>
      <h3>{t('loss.reasons')}</h3>
      <Bars label={t('loss.reasons')} points={reasons} />
      {days.length > 1 && <DayChart title={t('loss.days')} series={[t('metric.left'), t('metric.no_shows')]} more={[t('metric.served'), t('metric.abandonment_percent')]} days={days} />}
      {losses.hours.length > 0 && (
        <>
          <h3>{t('loss.hours')}</h3>
          <Bars label={t('loss.hours')} points={losses.hours.map((h) => [hourName(h.hour), h.percent ?? 0])} />
        </>
      )}
      {losses.queues.length > 0 && (
        <Rows
          label={t('loss.queues')}
          columns={[t('dimension.queue'), t('metric.left'), t('metric.no_shows'), t('metric.served'), t('metric.abandonment_percent')]}
          rows={losses.queues.map((q) => [q.id, named(q), q.left, q.no_shows, q.served, q.abandonment_percent])}
        />
      )}
    </>
  );
}

function Flows({ journeys }: { readonly journeys: Journeys }) {
  const { t } = useTranslation('reports');
  return (
    <Rows
      label={t('journey.title')}
      columns={[t('journey.from'), t('journey.to'), t('journey.how'), t('journey.count')]}
      rows={journeys.flows.map((f) => [`${f.from_service_id} ${f.to_service_id} ${f.how}`, f.from_name, f.to_name, t(`journey.${f.how === 'transfer' ? 'transfer' : 'visit'}`), f.count])}
      testId="reports-flows"
    />
  );
}

const GROUPS = ['service', 'agent', 'hour'] as const;

function Said({ siteId, dates, timeZone }: { readonly siteId: string | null; readonly dates: { readonly from: string; readonly to: string }; readonly timeZone: string }) {
  const { t } = useTranslation('reports');
  const base = useTenantPath();
  const [by, setBy] = useState<(typeof GROUPS)[number]>('service');
  const moments = momentsOf(dates, timeZone);
  const said = useFigures<FeedbackSummary>(moments === null ? null : withQuery(`${base}/feedback/summary`, { ...moments, site_id: siteId, by }));
  const about = (row: FeedbackSummary['items'][number]) => (by === 'hour' && row.key !== null ? hourName(Number(row.key)) : (row.name ?? t('feedbackBy.unknown')));
  const row = (key: string, name: string, one: FeedbackSummary['total']) => [key, name, one.responses, one.csat_average, one.csat_percent, one.nps] as const;
  return (
    <Card
      name="feedbackBy"
      query={said}
      is={(told) => told.total.responses > 0}
      show={(told) => (
        <Rows
          label={t('feedbackBy.title')}
          columns={[t(`dimension.${by}`), t('metric.feedback'), t('metric.csat'), t('feedbackBy.content'), t('metric.nps')]}
          rows={[...told.items.map((one) => row(one.key ?? '', about(one), one)), row('total', t('feedbackBy.total'), told.total)]}
          testId="reports-feedback-by"
        />
      )}
    >
      <Select className={styles.narrow ?? ''} label={t('feedbackBy.by')} allowDeselect={false} data={GROUPS.map((value) => ({ value, label: t(`dimension.${value}`) }))} value={by} onChange={(value) => setBy(GROUPS.find((g) => g === value) ?? 'service')} data-testid="reports-feedback-split" />
    </Card>
  );
}
