import { useTranslation } from 'react-i18next';
import { Alert } from '@mantine/core';
import type { Console, Counter } from '~/api/shapes';
import { Message, useFaultText } from '~/shared/states';
import { ApiFault } from '~/api/fault';
import { useSite } from '../shared/use-site';
import styles from './agent.module.css';
import type { AgentConsole } from './use-console';

/** Where do you sit today? One press opens the counter. */
export function SignIn({ console, data }: { console: AgentConsole; data: Console }) {
  const { t } = useTranslation('agent');
  const words = useFaultText();
  const { sites } = useSite();
  if (data.counters.length === 0) return <Message title={t('signIn.noneTitle')} text={t('signIn.none')} />;
  const several = new Set(data.counters.map((c) => c.site_id)).size > 1;
  return (
    <div className={styles.signIn}>
      <h1>{t('signIn.title', { name: data.agent.name })}</h1>
      {console.refusal !== null && (
        <Alert color="warn" title={words(console.refusal).title}>
          {console.refusal instanceof ApiFault ? console.refusal.message : words(console.refusal).text}
        </Alert>
      )}
      {bySite(data.counters).map(([site, counters]) => (
        <section key={site} className={styles.atSite}>
          {several && <h2 className={styles.site}>{sites.find((s) => s.id === site)?.name}</h2>}
          <div className={styles.counters}>
            {counters.map((counter) => (
              <CounterTile key={counter.id} counter={counter} disabled={console.busy} onPick={(takeOver) => void console.act('/agents/sign-in', { counter_id: counter.id, ...(takeOver ? { take_over: true } : {}) })} />
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}

/** The counters of each site, by number. */
function bySite(counters: readonly Counter[]): [string, Counter[]][] {
  const sites = new Map<string, Counter[]>();
  for (const counter of counters) sites.set(counter.site_id, [...(sites.get(counter.site_id) ?? []), counter]);
  return [...sites].map(([site, own]) => [site, own.sort((a, b) => a.number.localeCompare(b.number, undefined, { numeric: true }))]);
}

function CounterTile({ counter, disabled, onPick }: { counter: Counter; disabled: boolean; onPick: (takeOver: boolean) => void }) {
  const { t } = useTranslation('agent');
  const taken = counter.agent !== null;
  return (
    <button type="button" className={styles.counter} disabled={disabled} data-testid={`agent-signin-${counter.number}`} onClick={() => onPick(taken)}>
      <span className={styles.counterNumber}>{counter.number}</span>
      <span className={styles.counterName}>{counter.name}</span>
      <span className={styles.counterQueues}>{counter.queues.map((q) => `${q.name} (${q.current_length})`).join(' · ')}</span>
      <span className={styles.counterTaken}>{taken ? t('signIn.takeOver', { name: counter.agent?.name }) : t('signIn.free')}</span>
    </button>
  );
}
