import { Button, Select, Switch, TextInput } from '@mantine/core';
import { IconDownload, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Page } from '~/api/shapes';
import { currentLanguage } from '~/i18n';
import { clock, longDate } from '~/i18n/format';
import { Fault, Loading, Message } from '~/shared/states';
import { queries } from '../queries';
import { AskButton } from '../shared/ask-button';
import { Refusal, useFieldFaults } from '../shared/refusal';
import { useTenantPath } from '../session';
import styles from './reports.module.css';
import { FILES, type ReportResult, type Schedule } from './shapes';

/** The times that most people mean; anybody may write another cron expression. */
const USUAL = { daily: '0 7 * * *', weekly: '0 7 * * MON', monthly: '0 7 1 * *' } as const;

/** Reports that come back by themselves, and what they made. */
export function Schedules() {
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
        <New onDone={again} />
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
  const act = useMutation({ mutationFn: (what: 'run' | 'delete' | 'toggle') => (what === 'run' ? api.post(`${path}/run`) : what === 'delete' ? api.delete(path) : api.put(path, { active: !schedule.active }, { headers: { 'if-match': `"${schedule.version}"` } })), onSuccess: onDone });
  return (
    <li className={styles.entry} data-testid="reports-schedule">
      <span>
        <bdi>{schedule.name}</bdi>
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

function New({ onDone }: { readonly onDone: () => Promise<unknown> }) {
  const { t } = useTranslation('reports');
  const base = useTenantPath();
  const [name, setName] = useState('');
  const [cron, setCron] = useState<string>(USUAL.weekly);
  const [format, setFormat] = useState<string>('pdf');
  const [skip, setSkip] = useState(true);
  const make = useMutation({
    mutationFn: () => api.post(`${base}/analytics/schedules`, { name, cron, format, skip_empty: skip, report: { period: cron === USUAL.monthly ? 'month' : cron === USUAL.daily ? 'yesterday' : 'week', dimensions: ['queue'], locale: currentLanguage() } }),
    onSuccess: async () => {
      setName('');
      await onDone();
    },
  });
  const faults = useFieldFaults(make.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <form className={styles.choices} onSubmit={submit} noValidate data-testid="schedule-form">
      <div className={styles.whole}>
        <Refusal error={make.error} label={(field) => t(`schedule.${field}`, { defaultValue: field })} />
      </div>
      <TextInput label={t('schedule.name')} value={name} onChange={(e) => setName(e.currentTarget.value)} error={faults['name']} maxLength={80} required data-field="name" />
      <Select label={t('schedule.often')} data={Object.entries(USUAL).map(([key, value]) => ({ value, label: t(`schedule.${key}`) }))} value={Object.values(USUAL).find((usual) => usual === cron) ?? null} onChange={(value) => value !== null && setCron(value)} allowDeselect={false} />
      <TextInput label={t('schedule.cron')} description={t('schedule.cronHelp')} inputWrapperOrder={['label', 'input', 'description', 'error']} value={cron} onChange={(e) => setCron(e.currentTarget.value)} error={faults['cron']} dir="ltr" maxLength={100} required data-field="cron" />
      <Select label={t('schedule.format')} data={FILES.map((f) => ({ value: f, label: f.toUpperCase() }))} value={format} onChange={(value) => value !== null && setFormat(value)} allowDeselect={false} />
      <Switch className={styles.noLabel ?? ''} checked={skip} onChange={(e) => setSkip(e.currentTarget.checked)} label={t('schedule.skip')} />
      <Button type="submit" className={styles.noLabel ?? ''} loading={make.isPending} data-testid="reports-add">
        {t('schedule.add')}
      </Button>
    </form>
  );
}
