import { IconAward, IconCircleCheck, IconClockHour4, IconHourglassEmpty } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { longDate, number } from '~/i18n/format';
import { Fault, Loading } from '~/shared/states';
import { may, useUser } from '../session';
import { Adjust } from './adjust';
import styles from './customer.module.css';
import { PointsHistory } from './history';
import { Purchase, Refund } from './purchase';
import { KeptFor, RewardsFor } from './rewards';
import { useCustomerReload, usePointsOf } from './use-customer';

/** What every part of a customer's points is told. */
export interface PartProps {
  readonly id: string;
  /** Nothing can be sent now. */
  readonly off: boolean;
  /** Something was done: says it, and reads the points anew. */
  readonly onDone: (said: string) => void;
}

/** A customer's points: how many, what they are spent on, what came of them, and by hand for who may. */
export function CustomerPoints({ id, off }: Omit<PartProps, 'onDone'>) {
  const { t } = useTranslation('customer');
  const user = useUser();
  const points = usePointsOf(id);
  const reload = useCustomerReload();
  const [said, say] = useState('');
  if (points.data === undefined) return points.isError ? <Fault error={points.error} onRetry={() => void points.refetch()} /> : <Loading rows={3} />;
  const { available, pending, expiring, tier } = points.data;
  const soonest = expiring[0];
  const part: PartProps = {
    id,
    off,
    onDone: (text) => {
      say(text);
      reload();
    },
  };
  const hands = may(user, 'rewards:redeem');
  return (
    <section className={styles.part} aria-label={t('points.title')} data-testid="customer-points">
      <h3>{t('points.title')}</h3>
      <p className={styles.balance}>
        <span>
          <strong className="num" data-testid="customer-available">
            {number(available)}
          </strong>{' '}
          {t('points.unit', { count: available })}
        </span>
        {tier !== null && (
          <span className={styles.fact}>
            <IconAward size={20} aria-hidden />
            <bdi>{tier.name}</bdi>
          </span>
        )}
      </p>
      {pending > 0 && (
        <p className={styles.fact}>
          <IconHourglassEmpty size={20} aria-hidden />
          {t('points.pending', { count: pending })}
        </p>
      )}
      {soonest !== undefined && (
        <p className={styles.fact}>
          <IconClockHour4 size={20} aria-hidden />
          {t('points.expiring', { count: soonest.points, date: longDate(soonest.at) })}
        </p>
      )}
      <p role="status" className={styles.said} data-testid="customer-said">
        {said !== '' && (
          <>
            <IconCircleCheck size={20} aria-hidden /> {said}
          </>
        )}
      </p>
      {hands && (
        <>
          <KeptFor {...part} />
          <RewardsFor {...part} available={available} />
          <Purchase {...part} />
          <Refund {...part} />
        </>
      )}
      {may(user, 'rewards:write') && <Adjust {...part} />}
      <PointsHistory id={id} />
    </section>
  );
}
