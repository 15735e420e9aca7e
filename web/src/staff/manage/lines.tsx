import { Button } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Floor, FloorLine } from '~/api/shapes';
import { clock } from '~/i18n/format';
import { Message, useFaultText } from '~/shared/states';
import { StatusBadge, type BadgeState } from '~/shared/status-badge';
import { useTenantPath } from '../session';
import styles from './manage.module.css';

const WORST_FIRST: FloorLine['state'][] = ['broken', 'unserved', 'at_risk', 'ok'];

/** Worst first; among equals the line that is longest over its target. */
export function worstFirst(lines: readonly FloorLine[]): FloorLine[] {
  const over = (l: FloorLine) => (l.forecast_p90 ?? l.longest_minutes) - (l.target_minutes ?? Number.POSITIVE_INFINITY);
  return [...lines].sort((a, b) => WORST_FIRST.indexOf(a.state) - WORST_FIRST.indexOf(b.state) || over(b) - over(a) || a.name.localeCompare(b.name));
}

/** Keeps the order while somebody points at the list or has the focus in it: rows do not run away from a finger. */
function useSteadyOrder(lines: FloorLine[], held: boolean): FloorLine[] {
  const [order, setOrder] = useState<string[]>([]);
  const sorted = worstFirst(lines).map((l) => l.queue_id);
  const known = new Set(lines.map((l) => l.queue_id));
  const keep = held ? [...order.filter((id) => known.has(id)), ...sorted.filter((id) => !order.includes(id))] : sorted;
  if (keep.join() !== order.join()) setOrder(keep);
  return keep.flatMap((id) => lines.find((l) => l.queue_id === id) ?? []);
}

/** Every line of the site with its forecast against the promise, and one thing to press. */
export function Lines({ floor, onDone }: { floor: Floor; onDone: () => void }) {
  const { t } = useTranslation('manage');
  const [held, setHeld] = useState(false);
  const lines = useSteadyOrder(floor.lines, held);
  if (lines.length === 0) return <Message title={t('lines.noneTitle')} text={t('lines.none')} />;
  return (
    <section
      aria-label={t('lines.title')}
      className={styles.lines}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <h2>{t('lines.title')}</h2>
      <ul>
        {lines.map((line) => (
          <Line key={line.queue_id} line={line} onDone={onDone} />
        ))}
      </ul>
    </section>
  );
}

const BADGE: Record<FloorLine['state'], BadgeState | null> = { ok: null, at_risk: 'risk', broken: 'broken', unserved: 'risk' };

function Line({ line, onDone }: { line: FloorLine; onDone: () => void }) {
  const { t } = useTranslation('manage');
  const badge = BADGE[line.state];
  const words =
    line.state === 'unserved'
      ? t('lines.unserved')
      : line.state === 'broken'
        ? t('lines.broken', { minutes: line.target_minutes })
        : line.breach_at !== null
          ? t('lines.breach', { minutes: line.target_minutes, time: clock(line.breach_at) })
          : t('lines.ok');
  return (
    <li className={styles.line} data-state={line.state} data-testid={`floor-line-${line.name}`}>
      <div className={styles.lineName}>
        <strong>{line.name}</strong>
        {badge !== null && <StatusBadge state={badge} />}
      </div>
      <div className={styles.lineFacts}>
        <span className="num">{t('lines.waiting', { count: line.waiting })}</span>
        <span className="num">{t('lines.longest', { minutes: Math.round(line.longest_minutes) })}</span>
        {line.last_served_before_close !== null && <span>{t('lines.lastBeforeClose', { number: line.last_served_before_close })}</span>}
      </div>
      <Forecast line={line} />
      <p className={styles.words}>{words}</p>
      <Suggestion line={line} onDone={onDone} />
    </li>
  );
}

/** The forecast as a bar from zero, P50 solid and P90 light, with a mark at the promise. */
function Forecast({ line }: { line: FloorLine }) {
  const { t } = useTranslation('manage');
  const { forecast_p50: p50, forecast_p90: p90, target_minutes: target } = line;
  if (p50 === null || p90 === null) return <div className={styles.bar} aria-hidden />;
  const scale = Math.max(p90, (target ?? 0) * 1.25, 10);
  const at = (minutes: number) => `${Math.min(100, (minutes / scale) * 100)}%`;
  return (
    <div className={styles.bar} role="img" aria-label={t('lines.forecast', { low: Math.round(p50), high: Math.round(p90), target: target ?? '–' })}>
      <div className={styles.p90} style={{ inlineSize: at(p90) }} />
      <div className={styles.p50} style={{ inlineSize: at(p50) }} />
      {target !== null && <div className={styles.target} style={{ insetInlineStart: at(target) }} />}
      <span className={`num ${styles.barText}`}>{t('lines.range', { low: Math.round(p50), high: Math.round(p90) })}</span>
    </div>
  );
}

/** Opens the counter that helps this line most; can be taken back for ten seconds. */
function Suggestion({ line, onDone }: { line: FloorLine; onDone: () => void }) {
  const { t } = useTranslation('manage');
  const words = useFaultText();
  const base = useTenantPath();
  const [state, setState] = useState<'idle' | 'busy' | 'done'>('idle');
  const [error, setError] = useState<unknown>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // Once the counter is open the floor suggests it no more; the way back stays here for as long as it is offered.
  const [opened, setOpened] = useState<FloorLine['suggestion']>(null);
  const suggestion = state === 'idle' ? line.suggestion : (opened ?? line.suggestion);
  if (suggestion === null) return null;
  const set = async (status: 'open' | 'closed') => {
    setState('busy');
    setOpened(suggestion);
    setError(null);
    try {
      await api.put(`${base}/counters/${suggestion.counter_id}`, { status });
      clearTimeout(timer.current);
      if (status === 'open') {
        setState('done');
        timer.current = setTimeout(() => setState('idle'), 10_000);
      } else setState('idle');
      onDone();
    } catch (e) {
      setError(e);
      setState('idle');
    }
  };
  return (
    <div className={styles.suggestion}>
      {state === 'done' ? (
        <Button variant="default" onClick={() => void set('closed')}>
          {t('suggest.undo', { number: suggestion.counter_number })}
        </Button>
      ) : (
        <Button loading={state === 'busy'} onClick={() => void set('open')}>
          {t('suggest.open', { number: suggestion.counter_number, from: Math.round(suggestion.from_minutes), to: Math.round(suggestion.to_minutes) })}
        </Button>
      )}
      {error !== null && <span role="alert">{words(error).text}</span>}
    </div>
  );
}
