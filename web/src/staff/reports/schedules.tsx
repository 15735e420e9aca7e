import { Button, Switch } from '@mantine/core';
import { IconDownload, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Page } from '~/api/shapes';
import { clock, longDate } from '~/i18n/format';
import { Fault, Loading, Message } from '~/shared/states';
import { queries } from '../queries';
import { AskButton } from '../shared/ask-button';
import { Refusal } from '../shared/refusal';
import { useTenantPath } from '../session';
import { NewSchedule } from './new-schedule';
import styles from './reports.module.css';
import type { Chosen, Period, ReportResult, Schedule } from './shapes';
import { useCronWords, useTells } from './words';

interface Props {
  /** What a new one is to tell, of which days and of which site. */
  readonly chosen: Chosen;
  readonly period: Period | null;
  readonly siteId: string | null;
  /** Leads to where it is chosen. */
  readonly onBuild: () => void;
}

/** Reports that come back by themselves, and what they made. */
export function Schedules({ chosen, period, siteId, onBuild }: Props) {
  const { t } = useTranslation('reports');
  const base = useTenantPath();
  const list = useQuery({ queryKey: ['schedules', base], queryFn: () => api.get<Page<Schedule>>(`${base}/analytics/schedules?limit=200`) });
  const made = useQuery({ queryKey: ['results', base], queryFn: () => api.get<Page<ReportResult>>(`${base}/analytics/results?limit=50`), staleTime: 0 });
  const again = () => Promise.all([queries.invalidateQueries({ queryKey: ['schedules', base] }), queries.invalidateQueries({ queryKey: ['results', base] })]);
  if (list.data === undefined) return list.isError ? <Fault error={list.error} onRetry={() => void list.refetch()} /> : <Loading rows={4} />;
  return (
    <>
      <section className={styles.card}>
        <h2>{t('schedule.title')}</h2>
        {list.data.items.length === 0 ? <Message title={t('schedule.noneTitle')} text={t('schedule.none')} /> : (
          <ul className={styles.plain}>
            {list.data.items.map((s) => (
              <One key={s.id} schedule={s} onDone={again} />
            ))}
          </ul>
        )}
        <NewSchedule chosen={chosen} period={period} siteId={siteId} onBuild={onBuild} onDone={again} />
      </section>
      <section className={styles.card}>
        <h2>{t('result.title')}</h2>
        {made.data === undefined ? (made.isError ? <Fault error={made.error} onRetry={() => void made.refetch()} /> : <Loading rows={2} />) : made.data.items.length === 0 ? <Message title={t('result.none')} /> : (
          <ul className={styles.plain} data-testid="reports-results">
            {made.data.items.map((r) => (
              <li key={r.id} className={styles.entry}>
                <span>
                  <bdi>{r.name}</bdi>
                  <small>{`${longDate(r.made_at)} ${clock(r.made_at)} · ${t('result.rows', { count: r.rows })}`}</small>
                </span>
                <Button component="a" href={`${base}/analytics/results/${r.id}`} download variant="default" leftSection={<IconDownload size={18} />}>
                  {r.format.toUpperCase()}
                </Button>
              </li>
            ))}
          </ul>
        )}
      </section>
    </>
  );
}

function One({ schedule, onDone }: { readonly schedule: Schedule; readonly onDone: () => Promise<unknown> }) {
  const { t } = useTranslation('reports');
  const base = useTenantPath();
  const path = `${base}/analytics/schedules/${schedule.id}`;
  const when = useCronWords();
  const tells = useTells();
  const act = useMutation({ mutationFn: (what: 'run' | 'delete' | 'toggle') => (what === 'run' ? api.post(`${path}/run`) : what === 'delete' ? api.delete(path) : api.put(path, { active: !schedule.active }, { headers: { 'if-match': `"${schedule.version}"` } })), onSuccess: onDone });
  return (
    <li className={styles.entry} data-testid="reports-schedule">
      <span>
        <bdi>{schedule.name}</bdi>
        <small data-testid="schedule-words">{`${when(schedule.cron)} · ${schedule.timezone}`}</small>
        <small>
          <bdi>{tells(schedule.report)}</bdi>
        </small>
        {schedule.recipients.length > 0 && <small>{t('schedule.told', { count: schedule.recipients.length })}</small>}
        <small>{schedule.next_at == null ? t('schedule.resting') : t('schedule.next', { when: `${longDate(schedule.next_at, schedule.timezone)} ${clock(schedule.next_at, schedule.timezone)}` })}</small>
      </span>
      <Switch checked={schedule.active} onChange={() => act.mutate('toggle')} label={t('schedule.active')} />
      <Button variant="default" leftSection={<IconPlayerPlay size={18} />} loading={act.isPending && act.variables === 'run'} onClick={() => act.mutate('run')}>
        {t('schedule.run')}
      </Button>
      <AskButton variant="subtle" color="bad" leftSection={<IconTrash size={18} />} label={t('schedule.delete', { name: schedule.name })} yes={t('schedule.delete', { name: schedule.name })} busy={act.isPending && act.variables === 'delete'} onYes={() => act.mutate('delete')} testId="schedule-delete">
        {t('schedule.remove')}
      </AskButton>
      <Refusal error={act.error} quiet onClose={act.reset} />
    </li>
  );
}
