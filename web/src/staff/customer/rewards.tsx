import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Redemption, Reward } from '~/api/shapes';
import { dayAndClock, longDate, number } from '~/i18n/format';
import { Fault, Loading } from '~/shared/states';
import { useTenantPath } from '../session';
import { AskButton } from '../shared/ask-button';
import { Refusal } from '../shared/refusal';
import { useDeed } from '../shared/use-deed';
import { standsInTheWay } from '../wallet/standing';
import styles from './customer.module.css';
import type { PartProps } from './points';
import { useGiven, useKeptFor } from './use-customer';

/** What is kept for a customer: handed out, or given back. Nothing where nothing is. */
export function KeptFor({ id, ...part }: PartProps) {
  const { t } = useTranslation('customer');
  const kept = useKeptFor(id);
  const rewards = useGiven();
  if (kept.data === undefined) return kept.isError ? <Fault error={kept.error} onRetry={() => void kept.refetch()} /> : null;
  if (kept.data.length === 0) return null;
  return (
    <section aria-label={t('kept.title')}>
      <h4>{t('kept.title')}</h4>
      <ul className={styles.lines}>
        {kept.data.map((one) => (
          <KeptLine key={one.id} kept={one} name={rewards.data?.find((reward) => reward.id === one.reward_id)?.name ?? t('kept.unnamed')} {...part} />
        ))}
      </ul>
    </section>
  );
}

function KeptLine({ kept, name, off, onDone }: Omit<PartProps, 'id'> & { readonly kept: Redemption; readonly name: string }) {
  const { t } = useTranslation('customer');
  const base = useTenantPath();
  const deed = useDeed();
  const send = (verb: 'redeem' | 'release', said: string) => {
    if (!off) deed.run(() => api.post(`${base}/redemptions/${kept.id}/${verb}`, {}, { retries: 2 }), () => onDone(said));
  };
  const dead = { 'aria-disabled': off, 'data-disabled': off || undefined };
  return (
    <li data-testid="customer-kept">
      <span>
        <strong>
          <bdi>{name}</bdi>
        </strong>{' '}
        <bdi dir="ltr" className={styles.code} data-testid="customer-kept-code">
          {kept.code}
        </bdi>
        {kept.expires_at !== null && <small className="num">{t('kept.until', { time: dayAndClock(kept.expires_at) })}</small>}
      </span>
      <span className={styles.do}>
        <Button loading={deed.busy} aria-label={t('kept.giveOf', { name })} {...dead} onClick={() => send('redeem', t('kept.given', { name }))} data-testid="customer-kept-give">
          {t('kept.give')}
        </Button>
        <AskButton label={t('kept.releaseOf', { name })} yes={t('kept.releaseOf', { name })} off={off} busy={deed.busy} onYes={() => send('release', t('kept.released', { name, count: kept.points }))} testId="customer-kept-release">
          {t('kept.release')}
        </AskButton>
      </span>
      <Refusal error={deed.error} quiet onClose={deed.dismiss} />
    </li>
  );
}

/** What a customer can have for their points: kept for them, or handed out at once. */
export function RewardsFor({ available, ...part }: PartProps & { readonly available: number }) {
  const { t } = useTranslation('customer');
  const rewards = useGiven();
  if (rewards.data?.length === 0) return null;
  return (
    <details className={styles.more} data-testid="customer-rewards">
      <summary>{t('rewards.title')}</summary>
      {rewards.data === undefined ? (
        rewards.isError ? (
          <Fault error={rewards.error} onRetry={() => void rewards.refetch()} />
        ) : (
          <Loading rows={2} />
        )
      ) : (
        <ul className={styles.lines}>
          {rewards.data.map((reward) => (
            <RewardLine key={reward.id} reward={reward} available={available} {...part} />
          ))}
        </ul>
      )}
    </details>
  );
}

function RewardLine({ reward, available, id, off, onDone }: PartProps & { readonly reward: Reward; readonly available: number }) {
  const { t } = useTranslation('customer');
  const base = useTenantPath();
  const deed = useDeed();
  const reason = standsInTheWay(reward, available);
  const dead = off || reason !== null;
  const { name } = reward;
  const send = (verb: 'reserve' | 'redeem') => {
    if (dead) return;
    deed.run(
      () => api.post<Redemption>(`${base}/rewards/${reward.id}/${verb}`, { customer_id: id }, { retries: 2 }),
      (made) => onDone(verb === 'reserve' ? t('rewards.kept', { name, code: made.code }) : t('kept.given', { name })),
    );
  };
  return (
    <li data-testid={`customer-reward-${name}`}>
      <span>
        <strong>
          <bdi>{name}</bdi>
        </strong>
        <small className="num">
          {t('rewards.points', { count: reward.points_required })}
          {reason !== null && ` · ${t(`rewards.why.${reason}`, { count: reward.points_required - available, points: number(reward.points_required), date: reward.valid_from === null ? '' : longDate(reward.valid_from) })}`}
        </small>
      </span>
      <span className={styles.do}>
        <Button variant="default" loading={deed.busy} aria-label={t('rewards.reserveOf', { name })} aria-disabled={dead} data-disabled={dead || undefined} onClick={() => send('reserve')} data-testid="customer-reserve">
          {t('rewards.reserve')}
        </Button>
        <AskButton label={t('rewards.giveOf', { name })} yes={t('rewards.giveYes', { name, count: reward.points_required })} off={dead} onYes={() => send('redeem')} testId="customer-redeem">
          {t('rewards.give')}
        </AskButton>
      </span>
      <Refusal error={deed.error} quiet onClose={deed.dismiss} />
    </li>
  );
}
