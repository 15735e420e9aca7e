import { useTranslation } from 'react-i18next';
import type { DayComparison, DayPlan } from '~/api/shapes';
import { number } from '~/i18n/format';
import { Key } from './what-if-chart';
import styles from './what-if.module.css';
import { ofTwenty } from './worth';

/** What waits are less than: whole minutes, as nobody can promise more, and one at least. */
export function useMinutes(): (minutes: number | null) => string {
  const { t } = useTranslation('manage');
  return (minutes) => (minutes === null ? '–' : t('minutes', { count: Math.max(1, Math.round(minutes)) }));
}

/** "98 %"; all of them only where it is all of them. */
export function percent(share: number | null): string {
  return share === null ? '–' : `${number(share < 100 ? Math.min(99, Math.round(share)) : 100)} %`;
}

/** Both plans side by side: how long people wait, and how many of twenty are called in time. */
export function Plans({ day }: { readonly day: DayComparison }) {
  return (
    <div className={styles.plans}>
      <Plan plan={day.today} name="today" />
      <Plan plan={day.alternative} name="other" />
    </div>
  );
}

function Plan({ plan, name }: { readonly plan: DayPlan; readonly name: 'today' | 'other' }) {
  const { t } = useTranslation('manage');
  const minutes = useMinutes();
  const facts = [
    ['wait50', minutes(plan.wait_p50)],
    ['wait90', minutes(plan.wait_p90)],
    ['inTime', percent(plan.sla_percent)],
    ['left', number(Math.round(plan.left_in_line))],
  ] as const;
  return (
    <div className={styles.plan} data-testid={`what-if-plan-${name}`}>
      <h3>
        <Key plan={name} />
        {t(`whatIf.${name}`)}
      </h3>
      {plan.sla_percent === null ? <p className={styles.quiet}>{t('whatIf.noPromise')}</p> : <Twenty kept={ofTwenty(plan.sla_percent)} />}
      <dl>
        {facts.map(([key, value]) => (
          <div key={key}>
            <dt>{t(`whatIf.${key}`)}</dt>
            <dd className="num" data-testid={`what-if-${name}-${key}`}>
              {value}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

const STEP = 24;

/** Twenty people: those who are called in time are filled. */
function Twenty({ kept }: { readonly kept: number }) {
  const { t } = useTranslation('manage');
  const said = t('whatIf.ofTwenty', { number: number(kept) });
  return (
    <>
      <svg viewBox={`0 0 ${10 * STEP} ${2 * STEP}`} className={styles.dots} role="img" aria-label={said}>
        {Array.from({ length: 20 }, (_, i) => (
          <circle key={i} cx={(i % 10) * STEP + STEP / 2} cy={Math.floor(i / 10) * STEP + STEP / 2} r={STEP / 2 - 3} className={i < kept ? styles.kept : styles.late} />
        ))}
      </svg>
      <span className="num" aria-hidden>
        {said}
      </span>
    </>
  );
}
