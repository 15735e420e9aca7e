import { Alert } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Floor } from '~/api/shapes';
import { clock } from '~/i18n/format';
import { useNow } from '~/live/use-live';
import styles from './manage.module.css';

const since = (at: string, now: number) => Math.max(0, Math.floor((now - Date.parse(at)) / 60_000));

/** Counters and agents with the time since their last change, and what nobody has heard or seen. */
export function Side({ floor }: { floor: Floor }) {
  const { t } = useTranslation('manage');
  const now = useNow(10_000);
  const byNumber = (a: string | null, b: string | null) => (a ?? '~').localeCompare(b ?? '~', undefined, { numeric: true });
  const counters = [...floor.counters].sort((a, b) => byNumber(a.number, b.number));
  const agents = [...floor.agents].sort((a, b) => byNumber(a.counter_number, b.counter_number));
  const busy = new Set(counters.flatMap((c) => (c.state === 'busy' && c.agent !== null ? [c.agent.id] : [])));
  return (
    <aside className={styles.side} aria-label={t('side.title')}>
      {floor.announcements_unheard.length > 0 && (
        <Alert color="warn" title={t('side.unheard')}>
          {floor.announcements_unheard.map((c) => `${c.number} → ${c.counter_number}`).join(', ')}
        </Alert>
      )}
      {floor.devices_silent.length > 0 && (
        <Alert color="warn" title={t('side.silent')}>
          {floor.devices_silent.map((d) => (d.last_seen === null ? d.name : `${d.name} (${clock(d.last_seen)})`)).join(', ')}
        </Alert>
      )}
      <section className={styles.card}>
        <h2>{t('side.counters')}</h2>
        {floor.counters.length === 0 && <p>{t('side.noCounters')}</p>}
        <ul>
          {counters.map((counter) => (
            <li key={counter.id} className={styles.person}>
              <span className={styles.label}>{counter.number}</span>
              <span>
                {counter.name}
                {counter.agent !== null && (
                  <>
                    {' · '}
                    <bdi>{counter.agent.name}</bdi>
                  </>
                )}
              </span>
              <span className={`num ${styles.state}`} data-state={counter.state}>
                {t(`counter.${counter.state}`)}
                {counter.state_since !== null && ` · ${t('minutes', { count: since(counter.state_since, now) })}`}
              </span>
            </li>
          ))}
        </ul>
      </section>
      <section className={styles.card}>
        <h2>{t('side.agents')}</h2>
        {floor.agents.length === 0 && <p>{t('side.noAgents')}</p>}
        <ul>
          {agents.map((agent) => (
            <li key={agent.id} className={styles.person}>
              <span className={styles.label}>{agent.counter_number ?? '–'}</span>
              <bdi>{agent.name}</bdi>
              <span className={`num ${styles.state}`}>
                {agent.status === 'available' && busy.has(agent.id) ? t('counter.busy') : t(`agent.${agent.status}`)} · {t('minutes', { count: since(agent.since, now) })}
              </span>
            </li>
          ))}
        </ul>
      </section>
    </aside>
  );
}
