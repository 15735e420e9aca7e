import { Button, Modal } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, withQuery } from '~/api/client';
import type { FeedbackSummary } from '~/api/shapes';
import { number } from '~/i18n/format';
import { Fault, Loading, Message } from '~/shared/states';
import type { Dashboard } from '../reports/shapes';
import { useTenantPath, useUser } from '../session';
import { MyShifts } from '../shared/my-shifts';
import { useServerTime } from '../shared/server-clock';
import styles from './agent.module.css';

/** The agent's own day in figures, on request: nobody works better for being watched by a counter that runs. */
export function MyDay({ className = '' }: { className?: string }) {
  const { t } = useTranslation(['agent', 'staff']);
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="subtle" className={className} leftSection={<IconChartBar size={20} />} onClick={() => setOpen(true)} data-testid="agent-my-day">
        {t('agent:day.open')}
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} size="lg" title={t('agent:day.title')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
        {open && (
          <>
            <Figures />
            <MyShifts saysNone>
              {(list) => (
                <section className={styles.dayShifts} aria-label={t('staff:shifts.title')}>
                  <h3>{t('staff:shifts.title')}</h3>
                  {list}
                </section>
              )}
            </MyShifts>
          </>
        )}
      </Modal>
    </>
  );
}

const shown = (value: number | null | undefined, most = 1) => (value == null ? '–' : number(value, { maximumFractionDigits: most }));

function Figures() {
  const { t } = useTranslation('agent');
  const base = useTenantPath();
  const user = useUser();
  const serverTime = useServerTime();
  const read = useQuery({
    queryKey: ['my-day', base, user.id],
    queryFn: async () => {
      const [agents, said] = await Promise.all([
        api.get<{ items: Dashboard['agents'] }>(withQuery(`${base}/analytics/agents`, { period: 'today', limit: 200 })),
        api.get<FeedbackSummary>(withQuery(`${base}/feedback/summary`, { agent_id: user.id, from: new Date(serverTime() - 86_400_000).toISOString() })),
      ]);
      return { own: agents.items.find((one) => one.agent_id === user.id), said: said.total };
    },
    staleTime: 0,
  });
  if (read.data === undefined) return read.isError ? <Fault error={read.error} onRetry={() => void read.refetch()} /> : <Loading rows={2} />;
  const { own, said } = read.data;
  if (own === undefined) return <Message title={t('day.none')} text={t('day.noneText')} />;
  const tiles = [
    ['served', shown(own.served)],
    ['service', shown(own.average_service_minutes)],
    ['perHour', shown(own.served_per_hour)],
    ['noShows', shown(own.no_shows)],
    ['present', shown(own.present_hours)],
    ['break', shown(own.break_hours)],
    ...(said.responses > 0 ? [['csat', shown(said.csat_average)] as const] : []),
  ] as const;
  return (
    <dl className={styles.dayFigures} data-testid="agent-day">
      {tiles.map(([key, value]) => (
        <div key={key}>
          <dt>{t(`day.${key}`)}</dt>
          <dd className="num" data-testid={`agent-day-${key}`}>
            {value}
          </dd>
        </div>
      ))}
    </dl>
  );
}
