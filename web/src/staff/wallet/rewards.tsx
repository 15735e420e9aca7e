import { Button } from '@mantine/core';
import { IconGift } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Redemption, Reward } from '~/api/shapes';
import { dayAndClock, longDate, number } from '~/i18n/format';
import { announcements } from '~/live/announce';
import { useOnceTap } from '~/shared/once-tap';
import { Qr } from '~/shared/qr';
import { Message } from '~/shared/states';
import { useTenantPath } from '../session';
import { AskButton } from '../shared/ask-button';
import { Refusal } from '../shared/refusal';
import { standsInTheWay } from './standing';
import { useWalletReload } from './use-wallet';
import styles from './wallet.module.css';

/** What is kept for oneself: the code to show, until when, and the way to give it back. */
export function Kept({ kept, rewards, cut }: { kept: readonly Redemption[]; rewards: readonly Reward[]; cut: boolean }) {
  const { t } = useTranslation('wallet');
  if (kept.length === 0) return null;
  return (
    <section className={styles.card} aria-label={t('kept.title')}>
      <h2>{t('kept.title')}</h2>
      <p className={styles.fact}>{t('kept.how')}</p>
      <ul className={styles.grid}>
        {kept.map((one) => (
          <KeptCard key={one.id} kept={one} name={rewards.find((reward) => reward.id === one.reward_id)?.name ?? t('kept.unnamed')} cut={cut} />
        ))}
      </ul>
    </section>
  );
}

function KeptCard({ kept, name, cut }: { kept: Redemption; name: string; cut: boolean }) {
  const { t } = useTranslation('wallet');
  const base = useTenantPath();
  const reload = useWalletReload();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const release = () => {
    setError(null);
    setBusy(true);
    api
      .post(`${base}/redemptions/${kept.id}/release`, {}, { retries: 2 })
      .then(() => {
        announcements.say(t('kept.released', { count: kept.points, name }));
        reload();
      }, setError)
      .finally(() => setBusy(false));
  };
  return (
    <li className={styles.kept} data-testid="wallet-kept">
      <Qr text={kept.code} label={t('kept.qr', { name })} className={styles.qr ?? ''} />
      <div className={styles.stack}>
        <strong>
          <bdi>{name}</bdi>
        </strong>
        <bdi dir="ltr" className={styles.code} data-testid="wallet-code">
          {kept.code}
        </bdi>
        {kept.expires_at !== null && <span className="num">{t('kept.until', { time: dayAndClock(kept.expires_at) })}</span>}
        <Refusal error={error} quiet onClose={() => setError(null)} />
        <AskButton yes={t('kept.releaseYes', { name })} off={cut} busy={busy} onYes={release} testId="wallet-release">
          {t('kept.release', { count: kept.points })}
        </AskButton>
      </div>
    </li>
  );
}

/** What can be had for points. A press has it kept; giving it back asks, for others may get the last one then. */
export function Rewards({ rewards, available, cut }: { rewards: readonly Reward[]; available: number; cut: boolean }) {
  const { t } = useTranslation('wallet');
  return (
    <section className={styles.card} aria-label={t('rewards.title')}>
      <h2>{t('rewards.title')}</h2>
      {rewards.length === 0 ? (
        <Message title={t('rewards.none')} text={t('rewards.noneText')} />
      ) : (
        <ul className={styles.grid}>
          {rewards.map((reward) => (
            <RewardCard key={reward.id} reward={reward} available={available} cut={cut} />
          ))}
        </ul>
      )}
    </section>
  );
}

function RewardCard({ reward, available, cut }: { reward: Reward; available: number; cut: boolean }) {
  const { t } = useTranslation('wallet');
  const base = useTenantPath();
  const reload = useWalletReload();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const reason = standsInTheWay(reward, available);
  const off = cut || reason !== null;
  const reserve = useOnceTap(() => {
    if (off || busy) return;
    setError(null);
    setBusy(true);
    api
      .post(`${base}/rewards/${reward.id}/reserve`, {}, { retries: 2 })
      .then(() => {
        announcements.say(t('rewards.kept', { name: reward.name }));
        reload();
      }, setError)
      .finally(() => setBusy(false));
  });
  return (
    <li className={styles.reward} data-testid={`wallet-reward-${reward.name}`}>
      <strong className={styles.rewardName}>
        <IconGift size={24} aria-hidden />
        <bdi>{reward.name}</bdi>
      </strong>
      {reward.description !== '' && (
        <p>
          <bdi>{reward.description}</bdi>
        </p>
      )}
      {reward.stock !== null && reward.stock > 0 && <p className="num">{t('rewards.left', { count: reward.stock })}</p>}
      {reward.valid_until !== null && <p>{t('rewards.until', { date: longDate(reward.valid_until) })}</p>}
      <Refusal error={error} quiet onClose={() => setError(null)} />
      <span className={styles.push} />
      {reason !== null && <p className={`num ${styles.reason}`}>{t(`rewards.why.${reason}`, { count: reward.points_required - available, points: number(reward.points_required), date: reward.valid_from === null ? '' : longDate(reward.valid_from) })}</p>}
      <Button aria-disabled={off} data-disabled={off || undefined} loading={busy} onClick={reserve} data-testid="wallet-reserve">
        {t('rewards.reserve', { count: reward.points_required })}
      </Button>
    </li>
  );
}
