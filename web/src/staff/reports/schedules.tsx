import { Button, Modal, Switch } from '@mantine/core';
import { IconAlertTriangle, IconDownload, IconPencil, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, withQuery } from '~/api/client';
import type { Page } from '~/api/shapes';
import { clock, longDate } from '~/i18n/format';
import { Fault, Loading, Message } from '~/shared/states';
import { queries } from '../queries';
import { AskButton } from '../shared/ask-button';
import { Refusal } from '../shared/refusal';
import { readAll } from '../shared/use-entries';
import { may, useTenantPath, useUser } from '../session';
import styles from './reports.module.css';
import { ScheduleForm } from './schedule-form';
import type { Chosen, Period, ReportResult, Schedule } from './shapes';
import { useCronWords, useTells } from './words';

/** A report that was asked for is made behind the screen; what is finished is read again this long after. */
const LOOKS_MS = [2_000, 6_000, 15_000, 35_000];
/** So many results are read at once. */
const RESULTS = 50;

interface Props {
  /** What a new one is to tell, of which days and of which site. */
  readonly chosen: Chosen;
  readonly period: Period | null;
  readonly siteId: string | null;
  /** Leads to where it is chosen. */
  readonly onBuild: () => void;
}

/** Reports that come back by themselves, for who makes them, and what they made, for who reads figures. */
export function Schedules(props: Props) {
  const base = useTenantPath();
  const makes = may(useUser(), 'reports:write');
  const again = () => Promise.all([queries.invalidateQueries({ queryKey: ['schedules', base] }), queries.invalidateQueries({ queryKey: ['results', base] })]);
  return (
    <>
      {makes && <List {...props} onDone={again} />}
      <Made />
    </>
  );
}

type ListProps = Props & { readonly onDone: () => Promise<unknown> };

function List({ onDone, ...props }: ListProps) {
  const { t } = useTranslation('reports');
  const base = useTenantPath();
  const list = useQuery({ queryKey: ['schedules', base], queryFn: () => readAll<Schedule>(`${base}/analytics/schedules`) });
  if (list.data === undefined) return list.isError ? <Fault error={list.error} onRetry={() => void list.refetch()} /> : <Loading rows={4} />;
  return (
    <section className={styles.card}>
      <h2>{t('schedule.title')}</h2>
      {list.data.length === 0 ? <Message title={t('schedule.noneTitle')} text={t('schedule.none')} /> : (
        <ul className={styles.plain}>
          {list.data.map((s) => (
            <One key={s.id} schedule={s} onDone={onDone} {...props} />
          ))}
        </ul>
      )}
      <ScheduleForm schedule={null} onDone={onDone} {...props} />
    </section>
  );
}

/** What scheduled reports have made, the newest first. */
function Made() {
  const { t } = useTranslation('reports');
  const base = useTenantPath();
  const made = useInfiniteQuery({
    queryKey: ['results', base],
    queryFn: ({ pageParam }) => api.get<Page<ReportResult>>(withQuery(`${base}/analytics/results`, { limit: RESULTS, cursor: pageParam })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    staleTime: 0,
  });
  const all = made.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className={styles.card}>
      <h2>{t('result.title')}</h2>
      {made.data === undefined ? (made.isError ? <Fault error={made.error} onRetry={() => void made.refetch()} /> : <Loading rows={2} />) : all.length === 0 ? <Message title={t('result.none')} /> : (
        <ul className={styles.plain} data-testid="reports-results">
          {all.map((r) => (
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
      {made.hasNextPage && (
        <Button variant="default" loading={made.isFetchingNextPage} onClick={() => void made.fetchNextPage()}>
          {t('result.more')}
        </Button>
      )}
    </section>
  );
}

function One({ schedule, onDone, ...props }: ListProps & { readonly schedule: Schedule }) {
  const { t } = useTranslation('reports');
  const base = useTenantPath();
  const path = `${base}/analytics/schedules/${schedule.id}`;
  const [changing, setChanging] = useState(false);
  const when = useCronWords();
  const tells = useTells();
  const act = useMutation({ mutationFn: (what: 'run' | 'delete' | 'toggle') => (what === 'run' ? api.post(`${path}/run`) : what === 'delete' ? api.delete(path) : api.put(path, { active: !schedule.active }, { headers: { 'if-match': `"${schedule.version}"` } })), onSuccess: onDone });
  const making = act.isSuccess && act.variables === 'run' ? act.submittedAt : null;
  useEffect(() => {
    if (making === null) return undefined;
    // What cannot be made says so at its schedule.
    const looks = LOOKS_MS.map((ms) => setTimeout(() => void Promise.all([queries.invalidateQueries({ queryKey: ['results', base] }), queries.invalidateQueries({ queryKey: ['schedules', base] })]), ms));
    return () => looks.forEach((look) => clearTimeout(look));
  }, [making, base]);
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
        {schedule.failure != null && (
          <span className={styles.failure} data-testid="schedule-failure">
            <IconAlertTriangle size={20} aria-hidden />
            {t(`schedule.failure.${schedule.failure.reason}`, { when: `${longDate(schedule.failure.since, schedule.timezone)} ${clock(schedule.failure.since, schedule.timezone)}` })}
          </span>
        )}
      </span>
      <Switch checked={schedule.active} onChange={() => act.mutate('toggle')} label={t('schedule.active')} />
      <Button variant="default" leftSection={<IconPencil size={18} />} aria-label={t('schedule.changeOf', { name: schedule.name })} onClick={() => setChanging(true)} data-testid="schedule-change">
        {t('schedule.change')}
      </Button>
      <Button variant="default" leftSection={<IconPlayerPlay size={18} />} loading={act.isPending && act.variables === 'run'} onClick={() => act.mutate('run')} data-testid="schedule-run">
        {t('schedule.run')}
      </Button>
      <AskButton variant="subtle" color="bad" leftSection={<IconTrash size={18} />} label={t('schedule.delete', { name: schedule.name })} yes={t('schedule.delete', { name: schedule.name })} busy={act.isPending && act.variables === 'delete'} onYes={() => act.mutate('delete')} testId="schedule-delete">
        {t('schedule.remove')}
      </AskButton>
      <p role="status" className={styles.making} data-testid="schedule-making">
        {making !== null && t('schedule.making')}
      </p>
      <Refusal error={act.error} quiet onClose={act.reset} />
      <Modal opened={changing} onClose={() => setChanging(false)} size="xl" title={t('schedule.changeOf', { name: schedule.name })} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
        {changing && (
          <ScheduleForm
            schedule={schedule}
            {...props}
            onDone={async () => {
              setChanging(false);
              await onDone();
            }}
          />
        )}
      </Modal>
    </li>
  );
}
