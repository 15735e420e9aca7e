import { SegmentedControl } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { DayComparison, WhatIf } from '~/api/shapes';
import { clock, number } from '~/i18n/format';
import { Fault, Loading } from '~/shared/states';
import styles from './what-if.module.css';
import { BUSY, GOALS, spans, type Span } from './wish';

interface Props {
  readonly path: string;
  /** Who comes, and in which order, is taken from it; which counters are open is what is asked for. */
  readonly wish: Partial<WhatIf>;
  readonly now: readonly string[];
  readonly timeZone: string;
}

/** The fewest of the site's counters, by half-hour, with which the promises are kept. */
export function Staffing({ path, wish, now, timeZone }: Props) {
  const { t } = useTranslation('manage');
  const id = useId();
  const [goal, setGoal] = useState<number>(GOALS[0]);
  const body: Partial<WhatIf> = { arrivals_percent: wish.arrivals_percent ?? null, algorithm: wish.algorithm ?? null, goal_percent: goal, suggest: true, runs: 1 };
  const read = useQuery({
    queryKey: ['staffing', path, body, ...now],
    queryFn: ({ signal }) => api.post<DayComparison>(path, body, { signal, retries: BUSY }),
    placeholderData: (before) => before,
    staleTime: Infinity,
    gcTime: 60_000,
  });
  const suggestion = read.data?.suggestion;
  let list;
  if (read.data === undefined || suggestion == null) list = read.isError ? <Fault error={read.error} onRetry={() => void read.refetch()} /> : <Loading rows={3} />;
  else {
    list = (
      <ul aria-busy={read.isFetching} data-testid="what-if-staffing">
        {spans(suggestion, read.data.until).map((span) => (
          <Need key={span.from} span={span} timeZone={timeZone} />
        ))}
      </ul>
    );
  }
  return (
    <section className={styles.staffing} aria-label={t('staffing.title')}>
      <header className={styles.staffingHead}>
        <h3>{t('staffing.title')}</h3>
        <div className={styles.goal}>
          <span id={id}>{t('staffing.goal')}</span>
          <SegmentedControl
            aria-labelledby={id}
            value={String(goal)}
            onChange={(value) => setGoal(Number(value))}
            data={GOALS.map((value) => ({ value: String(value), label: `${number(value)} %` }))}
          />
        </div>
      </header>
      <p className={styles.quiet}>{t('staffing.how')}</p>
      {list}
    </section>
  );
}

function Need({ span, timeZone }: { readonly span: Span; readonly timeZone: string }) {
  const { t } = useTranslation('manage');
  const step = span.counters - span.open;
  const words = step === 0 ? t('staffing.asNow') : t(step > 0 ? 'staffing.more' : 'staffing.fewer', { number: number(Math.abs(step)) });
  return (
    <li>
      <bdi dir="ltr" className="num">
        {clock(span.from, timeZone)}–{clock(span.until, timeZone)}
      </bdi>
      <strong className="num">{t('staffing.needs', { count: span.counters })}</strong>
      <span className={`num ${styles.step ?? ''}`} data-step={span.missed !== null || step > 0 ? 'more' : 'fewer'}>
        {span.missed !== null && <IconAlertTriangle size={18} aria-hidden />}
        {span.missed === null ? words : t('staffing.notEnough', { percent: number(Math.round(span.missed)) })}
      </span>
    </li>
  );
}
