import { useTranslation } from 'react-i18next';
import { number } from '~/i18n/format';
import { Message } from '~/shared/states';
import { change } from './chart';
import { HeatMap, Rows, TrendChart } from './charts';
import styles from './reports.module.css';
import type { Dashboard, Figures, Metric } from './shapes';

const shown = (value: number | null | undefined) => (value == null ? '–' : number(value, { maximumFractionDigits: 1 }));

/** The figures of the period: one sentence, six tiles, a trend, peak hours, lines and people. */
export function Overview({ board }: { readonly board: Dashboard }) {
  const { t } = useTranslation('reports');
  const { figures } = board;
  // A morning before the doors open may have nothing but bookings.
  if (figures.issued + figures.served + figures.appointments + figures.feedback === 0) return <Message title={t('none.title')} text={t('none.text')} />;
  return (
    <>
      <p className={styles.sentence} data-testid="reports-sentence">
        {t('sentence', { served: number(figures.served), wait: shown(figures.p90_wait_minutes), lost: shown(figures.abandonment_percent) })}
      </p>
      <Tiles board={board} />
      {board.days.length > 1 && (
        <section className={styles.card}>
          <h2>{t('trend.title')}</h2>
          <TrendChart days={board.days} />
        </section>
      )}
      {board.peak_hours.length > 0 && (
        <section className={styles.card}>
          <h2>{t('heat.title')}</h2>
          <HeatMap hours={board.peak_hours} />
        </section>
      )}
      <Booked board={board} />
      <Said board={board} />
      <Named title={t('by.queue')} rows={board.queues.map((q) => [`${q.name}${q.site_name == null ? '' : ` · ${q.site_name}`}`, q.id, q])} />
      {board.sites.length > 1 && <Named title={t('by.site')} rows={board.sites.map((s) => [s.name, s.id, s])} />}
      {board.services.length > 1 && <Named title={t('by.service')} rows={board.services.map((s) => [s.name, s.id, s])} />}
      <Counters board={board} />
      <Agents board={board} />
    </>
  );
}

type Tile = 'served' | 'average_wait_minutes' | 'p90_wait_minutes' | 'average_service_minutes' | 'sla_met_percent' | 'abandonment_percent';
const TILES: readonly Tile[] = ['served', 'average_wait_minutes', 'p90_wait_minutes', 'average_service_minutes', 'sla_met_percent', 'abandonment_percent'];

/** Value and change against the same weekdays before; the change is of whole days alone. */
function Tiles({ board }: { readonly board: Dashboard }) {
  const { t } = useTranslation('reports');
  const { compared } = board;
  return (
    <dl className={styles.tiles}>
      {TILES.map((key) => {
        const moved = compared == null ? null : change(compared.figures[key], compared.figures_before[key]);
        return (
          <div key={key} className={styles.tile}>
            <dt>{t(`metric.${key}`)}</dt>
            <dd className="num" data-testid={`reports-${key}`}>
              {shown(board.figures[key])}
            </dd>
            {moved !== null && (
              <dd className={styles.change}>
                {moved.direction === 'same' ? t('change.same') : `${moved.direction === 'up' ? '▲' : '▼'} ${moved.percent === null ? t('change.new') : t(`change.${moved.direction}`, { percent: moved.percent })}`}
              </dd>
            )}
          </div>
        );
      })}
    </dl>
  );
}

/** What people said of their service, and what they got for coming; nothing where there is neither. */
function Said({ board }: { readonly board: Dashboard }) {
  const { t } = useTranslation('reports');
  const { figures, engagement } = board;
  const rows = [
    ...(figures.feedback > 0 ? ([['feedback', figures.feedback], ['csat', figures.csat], ['nps', figures.nps]] as const) : []),
    ...((engagement?.points_earned ?? 0) + (engagement?.points_spent ?? 0) !== 0
      ? ([['points_earned', engagement?.points_earned], ['points_spent', engagement?.points_spent], ['rewards', engagement?.rewards]] as const)
      : []),
  ];
  return <Group title={t('said')} name="said" rows={rows} />;
}

/** What became of the appointments of these days; nothing where none was booked. */
function Booked({ board: { figures } }: { readonly board: Dashboard }) {
  const { t } = useTranslation('reports');
  const keys = ['appointments', 'appointments_kept', 'appointments_missed', 'appointments_cancelled'] as const;
  const rows = figures.appointments === 0 ? [] : keys.map((key) => [key, figures[key]] as const);
  return <Group title={t('booked')} name="booked" rows={rows} />;
}

interface GroupProps {
  readonly title: string;
  readonly name: string;
  readonly rows: readonly (readonly [Metric, number | null | undefined])[];
}

/** Figures of one kind under their name; nothing where there are none. */
function Group({ title, name, rows }: GroupProps) {
  const { t } = useTranslation('reports');
  if (rows.length === 0) return null;
  return (
    <section className={styles.card} aria-label={title} data-testid={`reports-${name}`}>
      <h2>{title}</h2>
      <dl className={styles.tiles}>
        {rows.map(([key, value]) => (
          <div key={key} className={styles.tile}>
            <dt>{t(`metric.${key}`)}</dt>
            <dd className="num" data-testid={`reports-${key}`}>
              {shown(value)}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Named({ title, rows }: { readonly title: string; readonly rows: readonly (readonly [name: string, key: string, figures: Figures])[] }) {
  const { t } = useTranslation('reports');
  if (rows.length === 0) return null;
  const keys = ['issued', 'served', 'average_wait_minutes', 'p90_wait_minutes', 'sla_met_percent', 'abandonment_percent'] as const;
  return (
    <section className={styles.card}>
      <h2>{title}</h2>
      <Rows label={title} columns={[t('name'), ...keys.map((key) => t(`metric.${key}`))]} rows={rows.map(([name, id, figures]) => [id, name, ...keys.map((key) => figures[key])])} />
    </section>
  );
}

/** The counters that served most. */
function Counters({ board }: { readonly board: Dashboard }) {
  const { t } = useTranslation('reports');
  if (board.counters.length === 0) return null;
  const columns = [t('name'), t('metric.served'), t('metric.average_service_minutes'), t('metric.served_per_hour'), t('metric.open_hours'), t('counter.busy')];
  const several = board.sites.length > 1;
  return (
    <section className={styles.card}>
      <h2>{t('by.counter')}</h2>
      <Rows
        label={t('by.counter')}
        columns={columns}
        rows={board.counters.map((c) => [c.counter_id, several ? `${c.name} · ${c.site_name}` : c.name, c.served, c.average_service_minutes, c.served_per_hour, c.open_hours, c.busy_percent])}
      />
    </section>
  );
}

function Agents({ board }: { readonly board: Dashboard }) {
  const { t } = useTranslation('reports');
  if (board.agents.length === 0) return null;
  const columns = [t('name'), t('metric.served'), t('metric.average_service_minutes'), t('metric.served_per_hour'), t('agent.present'), t('agent.break'), t('agent.idle')];
  return (
    <section className={styles.card}>
      <h2>{t('by.agent')}</h2>
      <Rows label={t('by.agent')} columns={columns} rows={board.agents.map((a) => [a.agent_id, a.name, a.served, a.average_service_minutes, a.served_per_hour, a.present_hours, a.break_hours, a.idle_hours])} />
    </section>
  );
}
