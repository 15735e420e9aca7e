import { Alert } from '@mantine/core';
import { IconArrowsSplit2, IconBellOff, IconMessageOff, IconPlugConnectedX, IconPrinterOff, IconRouteOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Floor } from '~/api/shapes';
import { dayAndClock } from '~/i18n/format';
import { TicketNumber } from '~/shared/ticket-number';
import { CounterMenu } from './counter-menu';
import { useNamed } from '../shared/use-named';
import styles from './manage.module.css';

const since = (at: string, now: number) => Math.max(0, Math.floor((now - Date.parse(at)) / 60_000));
const byNumber = (a: string | null, b: string | null) => (a ?? '~').localeCompare(b ?? '~', undefined, { numeric: true });

/** Counters and agents with the time since their last change, and what nobody has heard or seen; `children` are alerts that are read apart. */
export function Side({ floor, now, cut, onDone, children }: { floor: Floor; now: number; cut: boolean; onDone: () => void; children?: ReactNode }) {
  const { t } = useTranslation('manage');
  const counters = [...floor.counters].sort((a, b) => byNumber(a.number, b.number));
  const agents = [...floor.agents].sort((a, b) => byNumber(a.counter_number, b.counter_number));
  // A device that was set up and never opened is not missed by anybody.
  const silent = floor.devices_silent.flatMap(({ last_seen: seen, ...d }) => (seen === null ? [] : [{ ...d, seen }]));
  const busy = new Set(counters.flatMap((c) => (c.state === 'busy' && c.agent !== null ? [c.agent.id] : [])));
  return (
    <aside className={styles.side} aria-label={t('side.title')}>
      <Unheard floor={floor} />
      <Stopped floor={floor} />
      <Failing floor={floor} />
      {children}
      {silent.length > 0 && (
        <Alert color="warn" icon={<IconPlugConnectedX size={20} />} title={t('side.silent')} data-testid="floor-silent">
          <ul>
            {silent.map((d) => (
              <li key={d.id}>
                <bdi>{d.name}</bdi> · {t('side.lastSeen', { time: dayAndClock(d.seen, floor.site.timezone, now) })}
              </li>
            ))}
          </ul>
        </Alert>
      )}
      <Unprinted floor={floor} />
      <Voiceless floor={floor} />
      <section className={styles.card}>
        <h2>{t('side.counters')}</h2>
        {counters.length === 0 && <p>{t('side.noCounters')}</p>}
        <ul>
          {counters.map((counter) => (
            <li key={counter.id} className={styles.person}>
              <bdi dir="ltr" className={`code ${styles.label}`}>
                {counter.number}
              </bdi>
              <span className={styles.personName}>
                <bdi>{counter.agent?.name ?? (counter.status === 'open' ? t('side.nobodyThere') : counter.name)}</bdi>
                <span className={`num ${styles.state}`} data-state={counter.state}>
                  {t(`counter.${counter.state}`)}
                  {counter.state_since !== null && ` · ${t('minutes', { count: since(counter.state_since, now) })}`}
                </span>
              </span>
              <CounterMenu counter={counter} floor={floor} cut={cut} onDone={onDone} />
            </li>
          ))}
        </ul>
      </section>
      <section className={styles.card}>
        <h2>{t('side.agents')}</h2>
        {agents.length === 0 && <p>{t('side.noAgents')}</p>}
        <ul>
          {agents.map((agent) => (
            <li key={agent.id} className={styles.person}>
              <bdi dir="ltr" className={`code ${styles.label}`}>
                {agent.counter_number ?? '–'}
              </bdi>
              <span className={styles.personName}>
                <bdi>{agent.name}</bdi>
                <span className={`num ${styles.state}`}>
                  {agent.status === 'available' && busy.has(agent.id) ? t('agent.busy') : t(`agent.${agent.status}`)} · {t('minutes', { count: since(agent.since, now) })}
                </span>
              </span>
            </li>
          ))}
        </ul>
      </section>
    </aside>
  );
}

/** Kiosks that print nothing, or soon will not: somebody brings a roll, or looks after the printer. */
function Unprinted({ floor }: { floor: Floor }) {
  const { t } = useTranslation('manage');
  if (floor.devices_paper.length === 0) return null;
  return (
    <Alert color="warn" role="status" icon={<IconPrinterOff size={20} />} title={t('side.noPrint')} data-testid="floor-paper">
      <ul>
        {floor.devices_paper.map(({ id, name, paper, printer }) => (
          <li key={id}>
            <bdi>{name}</bdi>
            {paper !== 'ok' && ` · ${t(`side.paper.${paper}`)}`}
            {printer === 'away' && ` · ${t('side.printerAway')}`}
          </li>
        ))}
      </ul>
    </Alert>
  );
}

/** Boards that chime and cannot speak: staff call out the numbers, or somebody gives the machine a voice. */
function Voiceless({ floor }: { floor: Floor }) {
  const { t } = useTranslation('manage');
  if (floor.devices_voiceless.length === 0) return null;
  return (
    <Alert variant="default" icon={<IconMessageOff size={20} />} title={t('side.voiceless')} data-testid="floor-voiceless">
      <ul>
        {floor.devices_voiceless.map(({ id, name }) => (
          <li key={id}>
            <bdi>{name}</bdi>
          </li>
        ))}
      </ul>
    </Alert>
  );
}

/** Visits whose next service could not follow: an agent at the site gives these people their next ticket. */
function Stopped({ floor }: { floor: Floor }) {
  const { t } = useTranslation('manage');
  const named = useNamed();
  if (floor.stopped_visits.length === 0) return null;
  return (
    <Alert color="warn" role="status" icon={<IconRouteOff size={20} />} title={t('side.stopped')} data-testid="floor-stopped">
      <ul>
        {floor.stopped_visits.map((visit) => (
          <li key={visit.ticket_id}>
            <TicketNumber number={visit.number} /> · <bdi>{named(visit.step.service_name)}</bdi>
          </li>
        ))}
      </ul>
    </Alert>
  );
}

/** Routing rules that cannot be followed as they are: people get their tickets without them, and somebody has to mend them. */
function Failing({ floor }: { floor: Floor }) {
  const { t } = useTranslation('manage');
  const { t: fault } = useTranslation('fault');
  if (floor.rules_failing.length === 0) return null;
  return (
    <Alert color="warn" role="status" icon={<IconArrowsSplit2 size={20} />} title={t('side.rules')} data-testid="floor-rules">
      <ul>
        {floor.rules_failing.map((rule) => (
          <li key={rule.rule_id}>
            <bdi>{rule.name}</bdi> · {fault(rule.code, { defaultValue: rule.text })}
          </li>
        ))}
      </ul>
    </Alert>
  );
}

/** Calls that a board has not announced, or without a sound or a voice: somebody has to call these people. */
function Unheard({ floor }: { floor: Floor }) {
  const { t } = useTranslation('manage');
  if (floor.announcements_unheard.length === 0) return null;
  return (
    <Alert color="warn" role="status" icon={<IconBellOff size={20} />} title={t('side.unheard')} data-testid="floor-unheard">
      <ul>
        {floor.announcements_unheard.map((call) => (
          <li key={call.announcement_id}>
            <TicketNumber number={call.number} /> · {t('side.toCounter', { number: call.counter_number })}
            {call.displays.map((name) => (
              <span key={`away ${name}`}>
                {' · '}
                <bdi>{name}</bdi>
              </span>
            ))}
            {call.mute.map((name) => (
              <span key={`mute ${name}`}>
                {' · '}
                <bdi>{name}</bdi> ({t('side.mute')})
              </span>
            ))}
            {call.voiceless.map((name) => (
              <span key={`voiceless ${name}`}>
                {' · '}
                <bdi>{name}</bdi> ({t('side.chimed')})
              </span>
            ))}
          </li>
        ))}
      </ul>
    </Alert>
  );
}
