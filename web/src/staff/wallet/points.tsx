import { Progress } from '@mantine/core';
import { IconAward, IconClockHour4, IconHourglassEmpty } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Points, Programme } from '~/api/shapes';
import { longDate, number } from '~/i18n/format';
import { toNext } from './standing';
import styles from './wallet.module.css';

/** How many points there are, what is to come and to go, the level, and how to get more. */
export function PointsCard({ points, programme }: { points: Points; programme: Programme }) {
  const { t } = useTranslation('wallet');
  const way = toNext(points);
  const soonest = points.expiring[0];
  return (
    <section className={styles.card} aria-label={programme.name || t('points.title')}>
      <h2>
        <bdi>{programme.name || t('points.title')}</bdi>
      </h2>
      <div className={styles.balance}>
        <p className={styles.big}>
          <span className="num" data-testid="wallet-available">
            {number(points.available)}
          </span>{' '}
          <span>{t('points.unit', { count: points.available })}</span>
        </p>
        {points.tier !== null && (
          <span className={styles.tier} data-testid="wallet-tier">
            <IconAward size={24} aria-hidden />
            <bdi>{points.tier.name}</bdi>
          </span>
        )}
      </div>
      {points.pending > 0 && (
        <p className={styles.fact} data-testid="wallet-pending">
          <IconHourglassEmpty size={20} aria-hidden />
          {t('points.pending', { count: points.pending })}
        </p>
      )}
      {soonest !== undefined && (
        <p className={styles.fact}>
          <IconClockHour4 size={20} aria-hidden />
          {t('points.expiring', { count: soonest.points, date: longDate(soonest.at) })}
        </p>
      )}
      {way !== null && points.next_tier != null && (
        <div className={styles.way}>
          <Progress value={way.percent} size="lg" aria-label={t('points.next', { count: way.missing, tier: points.next_tier.name })} />
          <p className="num" data-testid="wallet-missing">
            {t('points.next', { count: way.missing, tier: points.next_tier.name })}
          </p>
        </div>
      )}
      {programme.active && programme.rules.length > 0 && (
        <details className={styles.how}>
          <summary>{t('points.how')}</summary>
          <ul>
            {programme.rules.map((rule, n) => (
              <li key={n}>
                <span>
                  {rule.on === 'waited' && rule.over_minutes != null ? t('earn.waited', { minutes: rule.over_minutes }) : t(`earn.${rule.on}`)}
                  {rule.times_per_day != null && <small> {t('earn.times', { count: rule.times_per_day })}</small>}
                </span>
                <strong className="num">{t('points.plus', { count: rule.points })}</strong>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
