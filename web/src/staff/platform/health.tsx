import { Button, Table } from '@mantine/core';
import { IconAlertOctagon, IconAlertTriangle, IconCircleCheck, IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { ApiFault } from '~/api/fault';
import type { components } from '~/api/schema';
import { clockSeconds, number } from '~/i18n/format';
import { Fault, Loading } from '~/shared/states';
import { AskButton } from '../shared/ask-button';
import { Refusal } from '../shared/refusal';
import { Wide } from '../shared/wide';
import styles from './platform.module.css';

type Report = components['schemas']['HealthReport'];
type Metrics = components['schemas']['SystemMetrics'];
type Logs = components['schemas']['Logs'];
type State = Report['status'];

/** So many routes and lines are shown. */
const ROUTES = 10;
const LINES = 50;

/** The report comes with a refusal when a dependency that is needed is down. */
async function readHealth(): Promise<Report> {
  try {
    return await api.get<Report>('/api/v1/admin/system/health');
  } catch (error) {
    if (error instanceof ApiFault && error.status === 503 && 'dependencies' in error.problem) return error.problem as unknown as Report;
    throw error;
  }
}

/** The slowest routes first; those that failed before all others. */
export function worstRoutes(routes: Metrics['routes']): Metrics['routes'] {
  return [...routes].sort((a, b) => b.failed - a.failed || b.p99_ms - a.p99_ms).slice(0, ROUTES);
}

/** How the installation is: what it depends on, what it answers, what it complains of. Read on demand. */
export function Health() {
  const { t } = useTranslation('platform');
  const read = useQuery({
    queryKey: ['platform', 'health'],
    queryFn: async () => {
      const [health, metrics, logs] = await Promise.all([readHealth(), api.get<Metrics>('/api/v1/admin/system/metrics'), api.get<Logs>(`/api/v1/admin/system/logs?level=warn&limit=${LINES}`)]);
      return { health, metrics, logs: logs.items, at: new Date().toISOString() };
    },
    staleTime: 0,
  });
  const [clearing, setClearing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const clear = () => {
    if (clearing) return;
    setClearing(true);
    setError(null);
    api
      .post('/api/v1/admin/system/logs/clear')
      .then(() => read.refetch(), setError)
      .finally(() => setClearing(false));
  };
  let body;
  if (read.data === undefined) body = read.isError ? <Fault error={read.error} onRetry={() => void read.refetch()} /> : <Loading rows={4} />;
  else {
    const { health, metrics, logs } = read.data;
    body = (
      <>
        <ul className={styles.dependencies} data-testid="platform-health">
          {health.dependencies.map((one) => (
            <li key={one.name}>
              <Dependency state={one.status} />
              <strong>
                <bdi dir="ltr">{one.name}</bdi>
              </strong>
              <span>
                <bdi dir="ltr">{one.detail}</bdi>
              </span>
              <span className="num">
                <bdi dir="ltr">{t('health.took', { ms: number(one.took_ms) })}</bdi>
              </span>
            </li>
          ))}
        </ul>
        <dl className={styles.figures}>
          {(
            [
              ['uptime', t('health.hours', { hours: number(metrics.uptime_seconds / 3600, { maximumFractionDigits: 1 }) })],
              ['requests', number(metrics.requests)],
              ['refused', number(metrics.refused)],
              ['failed', number(metrics.failed)],
            ] as const
          ).map(([key, value]) => (
            <div key={key} data-bad={(key === 'failed' && metrics.failed > 0) || undefined}>
              <dt>{t(`health.${key}`)}</dt>
              <dd className="num">{value}</dd>
            </div>
          ))}
        </dl>
        <h3>{t('health.routes')}</h3>
        <Wide label={t('health.routes')} minWidth={560}>
          <Table aria-label={t('health.routes')}>
            <Table.Thead>
              <Table.Tr>
                {(['route', 'requests', 'failed', 'p50', 'p99'] as const).map((key) => (
                  <Table.Th key={key} scope="col">
                    {t(`health.${key}`)}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody className="num">
              {worstRoutes(metrics.routes).map((route) => (
                <Table.Tr key={`${route.method} ${route.path}`}>
                  <Table.Th scope="row" className={styles.path}>
                    <bdi dir="ltr">
                      {route.method} {route.path}
                    </bdi>
                  </Table.Th>
                  <Table.Td>{number(route.requests)}</Table.Td>
                  <Table.Td>{number(route.failed)}</Table.Td>
                  <Table.Td>{number(route.p50_ms)}</Table.Td>
                  <Table.Td>{number(route.p99_ms)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Wide>
        <div className={styles.logHead}>
          <h3>{t('health.log')}</h3>
          {logs.length > 0 && (
            <AskButton yes={t('health.clearYes')} onYes={clear} busy={clearing} testId="platform-log-clear">
              {t('health.clear')}
            </AskButton>
          )}
        </div>
        <Refusal error={error} onClose={() => setError(null)} />
        {logs.length === 0 ? (
          <p className={styles.quiet}>{t('health.silent')}</p>
        ) : (
          <ol className={styles.log} dir="ltr" tabIndex={0} aria-label={t('health.log')}>
            {logs.map((line) => (
              <li key={line.n} data-level={line.level}>
                <time dateTime={line.at}>{clockSeconds(line.at)}</time> <strong>{line.level}</strong> {line.message} <span>{line.fields}</span>
              </li>
            ))}
          </ol>
        )}
      </>
    );
  }
  return (
    <section className={styles.card} aria-label={t('health.title')}>
      <header className={styles.head}>
        <h2>{t('health.title')}</h2>
        {read.data !== undefined && <span className={`num ${styles.quiet}`}>{t('health.asOf', { time: clockSeconds(read.data.at) })}</span>}
        <span className={styles.grow} />
        <Button variant="default" leftSection={<IconRefresh size={20} />} loading={read.isFetching} onClick={() => void read.refetch()} data-testid="platform-look">
          {t('health.look')}
        </Button>
      </header>
      {body}
    </section>
  );
}

const LOOK: Record<string, typeof IconCircleCheck> = { ok: IconCircleCheck, degraded: IconAlertTriangle, down: IconAlertOctagon };

function Dependency({ state }: { state: State }) {
  const { t } = useTranslation('platform');
  const Icon = LOOK[state] ?? IconAlertTriangle;
  return (
    <span className={styles.state} data-status={state}>
      <Icon size={20} aria-hidden />
      {t(`check.${state}`, { defaultValue: state })}
    </span>
  );
}
