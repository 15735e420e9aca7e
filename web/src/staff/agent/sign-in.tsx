import { Alert, Button, Group, Modal, Stack } from '@mantine/core';
import { IconDoorExit } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Console, Counter } from '~/api/shapes';
import { Message } from '~/shared/states';
import { Refusal } from '../shared/refusal';
import { useSite } from '../shared/use-site';
import styles from './agent.module.css';
import { MyDay } from './my-day';
import type { AgentConsole } from './use-console';

interface Props {
  readonly console: AgentConsole;
  readonly data: Console;
  /** A counter that was closed or taken over while the agent sat there. */
  readonly lost: Counter | null;
}

/** Where do you sit today? One press opens a free counter; taking one over asks first. */
export function SignIn({ console, data, lost }: Props) {
  const { t } = useTranslation('agent');
  const { sites } = useSite();
  const [taking, setTaking] = useState<Counter | null>(null);
  if (data.counters.length === 0) return <Message title={t('signIn.noneTitle')} text={t('signIn.none')} />;
  const several = new Set(data.counters.map((c) => c.site_id)).size > 1;
  const sit = (counter: Counter, takeOver: boolean) => {
    setTaking(null);
    void console.act('/agents/sign-in', { counter_id: counter.id, ...(takeOver ? { take_over: true } : {}) });
  };
  return (
    <div className={styles.signIn}>
      <Group justify="space-between">
        <h1>{t('signIn.title', { name: data.agent.name })}</h1>
        <MyDay />
      </Group>
      {lost !== null && <SeatLost lost={lost} data={data} />}
      <Refusal error={console.refusal} quiet />
      {bySite(data.counters).map(([site, counters]) => (
        <section key={site} className={styles.atSite}>
          {several && <h2 className={styles.site}>{sites.find((s) => s.id === site)?.name}</h2>}
          <div className={styles.counters}>
            {counters.map((counter) => (
              <CounterTile
                key={counter.id}
                counter={counter}
                usual={counter.staff_id === data.agent.id}
                disabled={console.busy}
                onPick={() => (counter.agent === null ? sit(counter, false) : setTaking(counter))}
              />
            ))}
          </div>
        </section>
      ))}
      <Modal opened={taking !== null} onClose={() => setTaking(null)} title={t('signIn.takeTitle', { number: taking?.number })} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
        <Stack>
          <p>{taking?.holding ? t('signIn.takeCost', { name: taking.agent?.name, count: taking.holding }) : t('signIn.takeNone', { name: taking?.agent?.name })}</p>
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setTaking(null)}>
              {t('common:action.cancel')}
            </Button>
            <Button data-autofocus onClick={() => taking && sit(taking, true)} data-testid="agent-take-over">
              {t('signIn.take', { number: taking?.number })}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </div>
  );
}

function SeatLost({ lost, data }: { lost: Counter; data: Console }) {
  const { t } = useTranslation('agent');
  const taker = data.counters.find((c) => c.id === lost.id)?.agent;
  return (
    <Alert color="warn" role="status" icon={<IconDoorExit size={20} />} data-testid="agent-seat-lost">
      {taker == null ? t('signIn.closed', { number: lost.number }) : t('signIn.taken', { number: lost.number, name: taker.name })}
    </Alert>
  );
}

/** The counters of each site, by number. */
function bySite(counters: readonly Counter[]): [string, Counter[]][] {
  const sites = new Map<string, Counter[]>();
  for (const counter of counters) sites.set(counter.site_id, [...(sites.get(counter.site_id) ?? []), counter]);
  return [...sites].map(([site, own]) => [site, own.sort((a, b) => a.number.localeCompare(b.number, undefined, { numeric: true }))]);
}

function CounterTile({ counter, usual, disabled, onPick }: { counter: Counter; usual: boolean; disabled: boolean; onPick: () => void }) {
  const { t } = useTranslation('agent');
  const state = counter.agent !== null ? t('signIn.takeOver', { name: counter.agent.name }) : counter.holding > 0 ? t('signIn.holding', { count: counter.holding }) : usual ? t('signIn.usual') : t('signIn.free');
  return (
    <button type="button" className={styles.counter} disabled={disabled} data-taken={counter.agent !== null || undefined} data-testid={`agent-signin-${counter.number}`} onClick={onPick}>
      <bdi dir="ltr" className={`code ${styles.counterNumber}`}>
        {counter.number}
      </bdi>
      <span className={styles.counterName}>{counter.name}</span>
      <span className={styles.counterQueues}>{counter.queues.map((q) => `${q.name} (${q.current_length})`).join(' · ')}</span>
      <span className={styles.counterTaken}>{state}</span>
    </button>
  );
}
