import { Button, TextInput } from '@mantine/core';
import { IconGift } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api, withQuery } from '~/api/client';
import type { Customer, Page, Redemption, Reward } from '~/api/shapes';
import { dayAndClock } from '~/i18n/format';
import { useOnceTap } from '~/shared/once-tap';
import { Fault, Loading, Message } from '~/shared/states';
import { useTenantPath } from '../session';
import { Refusal, useFieldFaults } from '../shared/refusal';
import styles from './reception.module.css';
import { ScanButton } from './scan-button';

const CODE_LENGTH = 8;

/** A code as it was typed or scanned: letters and digits, as many as a code has. */
export function rewardCode(text: string): string {
  return text
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .slice(0, CODE_LENGTH);
}

/** Whose reward a code is, and handing it out. A scanner types the code; nothing else has to be pressed to see it. */
export function RewardDesk({ cut }: { readonly cut: boolean }) {
  const { t } = useTranslation('reception');
  const [code, setCode] = useState('');
  const field = useRef<HTMLInputElement>(null);
  return (
    <section className={styles.card} aria-label={t('reward.title')} data-testid="reception-reward">
      <h2>{t('reward.title')}</h2>
      <div className={styles.search}>
        <TextInput
          ref={field}
          aria-label={t('reward.code')}
          placeholder={t('reward.code')}
          leftSection={<IconGift size={20} />}
          value={code}
          autoComplete="off"
          dir="ltr"
          onChange={(e) => setCode(rewardCode(e.currentTarget.value))}
          data-testid="reward-code"
        />
        <ScanButton what="reward" onCode={(text) => setCode(rewardCode(text))} />
      </div>
      {code.length === CODE_LENGTH && (
        <Found
          key={code}
          code={code}
          cut={cut}
          // The next code that is typed or scanned takes the place of this one.
          onDecided={() => {
            field.current?.focus();
            field.current?.select();
          }}
          onNext={() => {
            setCode('');
            field.current?.focus();
          }}
        />
      )}
    </section>
  );
}

interface FoundProps {
  readonly code: string;
  readonly cut: boolean;
  readonly onDecided: () => void;
  readonly onNext: () => void;
}

interface Kept {
  readonly redemption: Redemption;
  readonly reward: Reward | null;
  readonly customer: Customer | null;
}

/** What a code stands for; null where it stands for nothing. */
async function look(base: string, code: string): Promise<Kept | null> {
  const { items } = await api.get<Page<Redemption>>(withQuery(`${base}/redemptions`, { code, limit: 1 }));
  const redemption = items[0];
  if (redemption === undefined) return null;
  // Both may be gone by now; the code holds all the same.
  const gone = () => null;
  const [reward, customer] = await Promise.all([
    api.get<Reward>(`${base}/rewards/${redemption.reward_id}`).catch(gone),
    api.get<Customer>(`${base}/customers/${redemption.customer_id}`).catch(gone),
  ]);
  return { redemption, reward, customer };
}

function Found({ code, ...desk }: FoundProps) {
  const { t } = useTranslation('reception');
  const base = useTenantPath();
  const found = useQuery({ queryKey: ['reward-code', base, code], queryFn: () => look(base, code), staleTime: 0, gcTime: 0 });
  if (found.data === undefined) return found.isError ? <Fault error={found.error} onRetry={() => void found.refetch()} /> : <Loading rows={1} />;
  if (found.data === null) return <Message title={t('reward.unknown')} text={t('reward.unknownHint')} />;
  return <Reserved kept={found.data} onChanged={() => void found.refetch()} {...desk} />;
}

interface ReservedProps extends Omit<FoundProps, 'code'> {
  readonly kept: Kept;
  readonly onChanged: () => void;
}

function Reserved({ kept: { redemption, reward, customer }, cut, onChanged, onDecided, onNext }: ReservedProps) {
  const { t } = useTranslation('reception');
  const base = useTenantPath();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [refusing, setRefusing] = useState(false);
  const name = reward?.name ?? t('reward.unnamed');
  const person = customer === null || customer.name === '' ? t('find.anonymous') : customer.name;
  const run = (verb: 'redeem' | 'release', body: object) => {
    if (cut || busy) return;
    setBusy(true);
    setError(null);
    // Whatever came of it, somebody else may have been first: the card shows how it stands.
    api
      .post(`${base}/redemptions/${redemption.id}/${verb}`, body, { retries: 2 })
      .then(onDecided, setError)
      .finally(() => {
        setBusy(false);
        onChanged();
      });
  };
  const handOut = useOnceTap(() => run('redeem', {}));
  const off = { 'aria-disabled': cut, 'data-disabled': cut || undefined };
  return (
    <div className={styles.reward} data-testid="reward-found" data-status={redemption.status}>
      <p className={styles.rewardName}>
        <strong>
          <bdi>{name}</bdi>
        </strong>
        <span>
          {t('reward.for')} <bdi>{person}</bdi>
        </span>
        <span className="num">{t('reward.points', { count: redemption.points })}</span>
      </p>
      <Refusal error={error} quiet onClose={() => setError(null)} />
      {redemption.status === 'reserved' ? (
        <>
          {redemption.expires_at !== null && <p className={`num ${styles.none}`}>{t('reward.until', { time: dayAndClock(redemption.expires_at) })}</p>}
          <div className={styles.rewardDo}>
            <Button size="lg" loading={busy && !refusing} {...off} onClick={handOut} data-testid="reward-redeem">
              {t('reward.redeem', { name })}
            </Button>
            <Button variant="default" size="lg" aria-expanded={refusing} {...off} onClick={() => setRefusing(!refusing)} data-testid="reward-refuse">
              {t('reward.refuse')}
            </Button>
          </div>
          {refusing && <Refuse points={redemption.points} busy={busy} error={error} off={off} onRefuse={(reason) => run('release', reason === '' ? {} : { reason })} />}
        </>
      ) : (
        <>
          <p role="status" data-testid="reward-state">
            {redemption.status === 'redeemed' && t('reward.redeemed', { time: dayAndClock(redemption.redeemed_at ?? redemption.reserved_at) })}
            {redemption.status === 'released' && t(redemption.reason === 'time_out' ? 'reward.timedOut' : 'reward.released', { count: redemption.points, time: dayAndClock(redemption.released_at ?? redemption.reserved_at) })}
          </p>
          <Button variant="default" onClick={onNext} style={{ justifySelf: 'start' }} data-testid="reward-next">
            {t('reward.next')}
          </Button>
        </>
      )}
    </div>
  );
}

interface RefuseProps {
  readonly points: number;
  readonly busy: boolean;
  readonly error: unknown;
  readonly off: object;
  readonly onRefuse: (reason: string) => void;
}

/** Not handed out: the points go back, and the person reads why. */
function Refuse({ points, busy, error, off, onRefuse }: RefuseProps) {
  const { t } = useTranslation('reception');
  const [reason, setReason] = useState('');
  const faults = useFieldFaults(error);
  const submit = (e: FormEvent) => {
    e.preventDefault();
    onRefuse(reason.trim());
  };
  return (
    <form onSubmit={submit} noValidate className={styles.refuse}>
      <TextInput label={t('reward.reason')} dir="auto" maxLength={200} autoComplete="off" value={reason} error={faults['reason']} data-field="reason" onChange={(e) => setReason(e.currentTarget.value)} data-testid="reward-reason" />
      <Button type="submit" variant="default" loading={busy} {...off} data-testid="reward-release">
        {t('reward.release', { count: points })}
      </Button>
    </form>
  );
}
