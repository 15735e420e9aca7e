import { Button, MultiSelect, Select, Switch, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Member } from '~/api/shapes';
import { currentLanguage } from '~/i18n';
import { LANGUAGES } from '~/i18n/languages';
import { may, useTenantPath, useUser } from '../session';
import { Refusal, useFieldFaults } from '../shared/refusal';
import { useEntries } from '../shared/use-entries';
import { LAST_DAY, RHYTHMS, cronOf, rhythmOf, weekdayName, type Rhythm } from './cron';
import styles from './reports.module.css';
import { FILES, PERIODS, type Chosen, type Period, type ReportDefinition, type Schedule } from './shapes';
import { useCronWords, useTells } from './words';

interface Props {
  /** What is changed; null makes another one. */
  readonly schedule: Schedule | null;
  readonly chosen: Chosen;
  /** The days that are on the screen, where they have a name. */
  readonly period: Period | null;
  readonly siteId: string | null;
  readonly onBuild: () => void;
  readonly onDone: () => Promise<unknown>;
}

/** The period of a report where it has a name. */
const periodOf = (report: Schedule['report'] | undefined): Period | null => (report?.from == null ? (PERIODS.find((p) => p === report?.period) ?? null) : null);

/** What comes back when nobody says otherwise. */
const FIRST: Rhythm = { often: 'weekly', time: '07:00', day: 1 };

/** Makes a schedule of the report that was chosen, or changes one: when it comes, on whose clock, as what, and for whom. */
export function ScheduleForm({ schedule, chosen, period: shown, siteId, onBuild, onDone }: Props) {
  const { t } = useTranslation('reports');
  const base = useTenantPath();
  const mayName = may(useUser(), 'staff:read');
  const members = useEntries<Member>('/members', mayName);
  const [name, setName] = useState(schedule?.name ?? '');
  const [cron, setCron] = useState(schedule?.cron ?? cronOf(FIRST) ?? '');
  const before = schedule === null ? (shown ?? 'week') : periodOf(schedule.report);
  const [period, setPeriod] = useState<Period | null>(before);
  const [timezone, setTimezone] = useState<string | null>(schedule?.timezone ?? null);
  const told = schedule?.recipients ?? [];
  const [recipients, setRecipients] = useState<string[]>([...told]);
  // Whoever has left since keeps their name, and is kept or taken out.
  const people = (members.data ?? []).filter((m) => m.status === 'active' || told.includes(m.user_id));
  const [format, setFormat] = useState<string>(schedule?.format ?? 'pdf');
  const [skip, setSkip] = useState(schedule?.skip_empty ?? true);
  /** Whether it shall tell what is on the screen now; a new one does. */
  const [fresh, setFresh] = useState(schedule === null);
  const when = useCronWords();
  const tells = useTells();
  const onScreen = {
    metrics: chosen.metrics as ReportDefinition['metrics'],
    dimensions: [chosen.thing, chosen.time].filter((d) => d !== null) as ReportDefinition['dimensions'],
    period: period ?? 'week',
    site_id: siteId,
    queue_id: chosen.queueId,
    service_id: chosen.serviceId,
  };
  const kept = schedule?.report ?? {};
  // A report of fixed days keeps them until days by their name are chosen.
  const report = fresh ? onScreen : period === before ? kept : { ...kept, period, from: null, to: null };
  const path = `${base}/analytics/schedules`;
  const make = useMutation({
    mutationFn: () => {
      const named = recipients.length !== told.length || recipients.some((id) => !told.includes(id));
      const input = { name, cron, ...(timezone !== null && { timezone }), format, skip_empty: skip, ...(named && { recipients }) };
      if (schedule === null) return api.post(path, { ...input, report: { ...report, locale: currentLanguage() } });
      const body = { ...input, ...(fresh ? { report: { ...report, locale: currentLanguage() } } : period === before ? {} : { report }) };
      return api.put(`${path}/${schedule.id}`, body, { headers: { 'if-match': `"${schedule.version}"` } });
    },
    onSuccess: async () => {
      if (schedule === null) setName('');
      await onDone();
    },
  });
  const faults = useFieldFaults(make.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <form className={styles.choices} onSubmit={submit} noValidate data-testid={schedule === null ? 'schedule-form' : 'schedule-edit-form'}>
      <div className={styles.whole}>
        <Refusal error={make.error} label={(field) => t(`schedule.${field}`, { defaultValue: field })} />
      </div>
      <div className={styles.whole}>
        <h3>{t('schedule.tells')}</h3>
        <p className={styles.lead} data-testid="schedule-tells">
          <bdi>{tells(report)}</bdi>
        </p>
        {schedule === null ? (
          <Button variant="default" onClick={onBuild} data-testid="schedule-build">
            {t('schedule.build')}
          </Button>
        ) : (
          <Switch checked={fresh} onChange={(e) => setFresh(e.currentTarget.checked)} label={t('schedule.fresh')} data-testid="schedule-fresh" />
        )}
      </div>
      <TextInput label={t('schedule.name')} value={name} onChange={(e) => setName(e.currentTarget.value)} error={faults['name']} maxLength={80} required data-field="name" />
      <Select label={t('schedule.period')} description={(schedule === null ? shown : before) === null ? t('schedule.fixed') : undefined} inputWrapperOrder={['label', 'input', 'description', 'error']} data={PERIODS.map((p) => ({ value: p, label: t(`period.${p}`) }))} value={period} allowDeselect={false} onChange={(value) => setPeriod(PERIODS.find((p) => p === value) ?? 'week')} data-testid="schedule-period" />
      <When cron={cron} onCron={setCron} />
      <TextInput label={t('schedule.cron')} description={rhythmOf(cron) === null ? t('schedule.cronHelp') : when(cron)} inputWrapperOrder={['label', 'input', 'description', 'error']} value={cron} onChange={(e) => setCron(e.currentTarget.value)} error={faults['cron']} dir="ltr" maxLength={100} required data-field="cron" />
      <Select label={t('schedule.timezone')} placeholder={t('schedule.ownZone')} clearable={schedule === null} searchable limit={60} data={Intl.supportedValuesOf('timeZone')} value={timezone} onChange={setTimezone} error={faults['timezone']} data-field="timezone" data-testid="schedule-timezone" nothingFoundMessage={t('schedule.noZone')} />
      {mayName && (
        <MultiSelect label={t('schedule.recipients')} description={t('schedule.recipientsHelp')} inputWrapperOrder={['label', 'input', 'description', 'error']} searchable data={people.map((m) => ({ value: m.user_id, label: m.user.name }))} value={recipients} onChange={setRecipients} error={faults['recipients']} data-field="recipients" data-testid="schedule-recipients" />
      )}
      <Select label={t('schedule.format')} data={FILES.map((f) => ({ value: f, label: f.toUpperCase() }))} value={format} onChange={(value) => value !== null && setFormat(value)} allowDeselect={false} />
      <Switch className={styles.noLabel ?? ''} checked={skip} onChange={(e) => setSkip(e.currentTarget.checked)} label={t('schedule.skip')} />
      <Button type="submit" className={styles.noLabel ?? ''} loading={make.isPending} data-testid={schedule === null ? 'reports-add' : 'schedule-save'}>
        {t(schedule === null ? 'schedule.add' : 'schedule.save')}
      </Button>
    </form>
  );
}

/** How often and at what time, for who does not write cron expressions; what is written there by hand is another time. */
function When({ cron, onCron }: { readonly cron: string; readonly onCron: (cron: string) => void }) {
  const { t } = useTranslation('reports');
  const rhythm = rhythmOf(cron);
  const change = (part: Partial<Rhythm>) => {
    const next = cronOf({ ...(rhythm ?? FIRST), ...part });
    if (next !== null) onCron(next);
  };
  const locale = LANGUAGES[currentLanguage()].locale;
  const weekdays = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ value: String(day), label: weekdayName(day, locale) }));
  const dates = Array.from({ length: LAST_DAY }, (_, i) => ({ value: String(i + 1), label: String(i + 1) }));
  return (
    <>
      <Select label={t('schedule.often')} placeholder={t('schedule.other')} data={RHYTHMS.map((value) => ({ value, label: t(`schedule.${value}`) }))} value={rhythm?.often ?? null} onChange={(value) => change({ often: RHYTHMS.find((one) => one === value) ?? 'weekly', day: 1 })} allowDeselect={false} data-testid="schedule-often" />
      {(rhythm?.often === 'weekly' || rhythm?.often === 'monthly') && (
        <Select label={t('schedule.day')} data={rhythm.often === 'weekly' ? weekdays : dates} value={String(rhythm.day)} onChange={(value) => value !== null && change({ day: Number(value) })} allowDeselect={false} data-testid="schedule-day" />
      )}
      {rhythm !== null && <TextInput type="time" label={t('schedule.time')} value={rhythm.time} onChange={(e) => change({ time: e.currentTarget.value })} data-testid="schedule-time" />}
    </>
  );
}
