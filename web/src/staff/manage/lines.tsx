import { SegmentedControl } from '@mantine/core';
import { IconArrowRight, IconCircleCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Floor, FloorLine } from '~/api/shapes';
import { Message } from '~/shared/states';
import { may, useUser } from '../session';
import { useHeld, useSteady } from '../shared/use-steady';
import { worstFirst } from './aged';
import { isFirstDay, LineBadge, useForecast, useLineWords, type LineProps } from './line-parts';
import { LineTable } from './line-table';
import { Outside } from './outside';
import styles from './manage.module.css';
import { Suggestion } from './suggestion';
import { useNamed } from '../shared/use-named';

type Props = Omit<LineProps, 'line' | 'timeZone'> & { floor: Floor };

/** Every line of the site with its forecast against the promise, and one thing to press; the same as a table. */
export function Lines({ floor, ...row }: Props) {
  const { t } = useTranslation('manage');
  const user = useUser();
  const [look, setLook] = useState<'rows' | 'table'>('rows');
  const { held, handlers } = useHeld();
  const lines = useSteady(worstFirst(floor.lines), (line) => line.queue_id, held).filter(({ gone }) => !gone);
  if (lines.length === 0) return <Message title={t('lines.noneTitle')} text={may(user, 'queues:write') ? t('lines.none') : t('lines.noneAsk')} />;
  const fine = floor.lines.every((line) => line.state === 'ok');
  const props = { ...row, timeZone: floor.site.timezone };
  return (
    <section aria-label={t('lines.title')} className={styles.lines}>
      <header className={styles.linesHead}>
        <h2>{t('lines.title')}</h2>
        {fine && floor.strip.counters_open === 0 && <span className={styles.lineFacts}>{t('lines.noneOpen')}</span>}
        {fine && floor.strip.counters_open > 0 && (
          <span className={styles.fine} data-testid="floor-fine">
            <IconCircleCheck size={20} aria-hidden />
            {t('lines.allOk')}
          </span>
        )}
        <div className={styles.grow} />
        <SegmentedControl
          aria-label={t('lines.look')}
          value={look}
          onChange={(value) => setLook(value as 'rows' | 'table')}
          data={[
            { value: 'rows', label: t('lines.rows') },
            { value: 'table', label: t('lines.table') },
          ]}
        />
      </header>
      <div {...handlers}>
        {look === 'table' ? (
          <LineTable lines={lines.map(({ item }) => item)} {...props} />
        ) : (
          <ul>
            {lines.map(({ item }) => (
              <Row key={item.queue_id} line={item} {...props} />
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

function Row({ line, expired, cut, timeZone, onDone, onOpen }: LineProps) {
  const { t } = useTranslation('manage');
  const words = useLineWords();
  const named = useNamed();
  return (
    <li className={styles.line} data-state={line.state} data-testid={`floor-line-${line.name}`}>
      <div className={styles.lineName}>
        <button type="button" className={styles.lineOpen} onClick={() => onOpen(line)}>
          {named(line.name)}
          <IconArrowRight size={18} className="mirror" aria-hidden />
        </button>
        <LineBadge line={line} />
        <span className={`num ${styles.lineFacts}`}>{t('lines.waiting', { count: line.waiting })}</span>
        <Outside line={line} off={cut} onDone={onDone} />
        {line.silent > 0 && <span className={`num ${styles.lineFacts}`}>{t('lines.silent', { count: line.silent })}</span>}
        {line.waiting > 0 && <span className={`num ${styles.lineFacts}`}>{t('lines.longest', { minutes: Math.floor(line.longest_minutes) })}</span>}
        {isFirstDay(line) && !expired && (
          <span className={styles.lineFacts} data-testid="floor-first-day">
            {t('lines.firstDay')}
          </span>
        )}
        {line.last_served_before_close !== null && !expired && (
          <span className={styles.lineFacts}>{t('lines.lastBeforeClose', { number: line.last_served_before_close })}</span>
        )}
      </div>
      {!expired && <Forecast line={line} />}
      <p className={styles.words}>{words(line, expired, timeZone)}</p>
      {!expired && <Suggestion line={line} off={cut} onDone={onDone} />}
    </li>
  );
}

/** Without a promise a full bar is this long, in minutes. */
const FULL = 30;

/**
 * The forecast as a bar from zero, P50 solid and P90 light. The mark of the promise stands in the middle of every
 * bar, so that rows compare by length: what reaches beyond the middle breaks its promise.
 */
function Forecast({ line }: { line: FloorLine }) {
  const { t } = useTranslation('manage');
  const range = useForecast(line);
  if (range === null) return null;
  const { low, high } = range;
  const target = line.target_minutes;
  const scale = target === null ? FULL : 2 * target;
  const at = (minutes: number) => `${Math.min(100, (minutes / scale) * 100)}%`;
  const said = target === null ? t('lines.forecast', { low, high }) : t('lines.forecastTarget', { low, high, target });
  return (
    <div className={styles.bar} role="img" aria-label={said}>
      <div className={styles.p90} style={{ inlineSize: at(high) }} />
      <div className={styles.p50} style={{ inlineSize: at(low) }} />
      {target !== null && <div className={styles.target} style={{ insetInlineStart: at(target) }} />}
      <span className={`num ${styles.barText}`}>{t('lines.range', { low, high })}</span>
    </div>
  );
}
