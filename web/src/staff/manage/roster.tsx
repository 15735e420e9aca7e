import { Badge, Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api, withQuery } from '~/api/client';
import type { Member, Page, Shift } from '~/api/shapes';
import { clock, longDate } from '~/i18n/format';
import { useNow } from '~/live/use-live';
import { Fault, Loading } from '~/shared/states';
import { may, useTenantPath, useUser } from '../session';
import { AskButton } from '../shared/ask-button';
import { Refusal, useFieldFaults } from '../shared/refusal';
import styles from './manage.module.css';
import { dateOf, dayStart, momentOf, weekStart } from './week';

/** The first part of the key of what was read of a roster. */
const SHIFTS = 'shifts';

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
  /** The floor behind the roster shows who is late by it. */
  readonly onChanged: () => void;
  readonly siteId: string;
  readonly name: string;
  readonly timeZone: string;
}

/** Who works at a site in a week: planned, then published, then come or late. */
export function RosterDialog({ opened, onClose, onChanged, siteId, name, timeZone }: Props) {
  const { t } = useTranslation('manage');
  return (
    <Modal opened={opened} onClose={onClose} size="xl" title={t('roster.title', { name })} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      {opened && <Roster siteId={siteId} timeZone={timeZone} onChanged={onChanged} />}
    </Modal>
  );
}

function Roster({ siteId, timeZone, onChanged }: Pick<Props, 'siteId' | 'timeZone' | 'onChanged'>) {
  const { t } = useTranslation(['manage', 'common']);
  const base = useTenantPath();
  const client = useQueryClient();
  const plans = may(useUser(), 'staff:write');
  const [week, setWeek] = useState(0);
  const [error, setError] = useState<unknown>(null);
  const now = useNow(60_000);
  const from = weekStart(now, timeZone, week);
  const to = dayStart(from + 12 * 3_600_000, timeZone, 7);
  const span = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  const shifts = useQuery({ queryKey: [SHIFTS, base, siteId, span.from], queryFn: () => api.get<Page<Shift>>(withQuery(`${base}/shifts`, { site_id: siteId, ...span, limit: 200 })) });
  const again = () => {
    onChanged();
    return client.invalidateQueries({ queryKey: [SHIFTS, base, siteId] });
  };
  const run = (work: Promise<unknown>) => {
    setError(null);
    work.then(again, setError);
  };
  const items = shifts.data?.items ?? [];
  const drafts = items.filter((s) => !s.published).length;
  const days = Array.from({ length: 7 }, (_, n) => dayStart(from + 12 * 3_600_000, timeZone, n));
  return (
    <Stack>
      <Group justify="space-between">
        <Group gap="xs">
          <Button variant="default" aria-label={t('roster.before')} onClick={() => setWeek(week - 1)}>
            <IconChevronLeft className="mirror" size={20} aria-hidden />
          </Button>
          <strong>{t('roster.week', { day: longDate(from, timeZone) })}</strong>
          <Button variant="default" aria-label={t('roster.after')} onClick={() => setWeek(week + 1)}>
            <IconChevronRight className="mirror" size={20} aria-hidden />
          </Button>
        </Group>
        {plans && (
          <Button disabled={drafts === 0} onClick={() => run(api.post(`${base}/shifts/publish`, { site_id: siteId, ...span }))} data-testid="roster-publish">
            {t('roster.publish', { count: drafts })}
          </Button>
        )}
      </Group>
      <Refusal error={error} />
      {shifts.data === undefined && (shifts.isError ? <Fault error={shifts.error} onRetry={() => void shifts.refetch()} /> : <Loading rows={5} />)}
      {shifts.data !== undefined && (
        <div className={styles.roster}>
          {days.map((day) => (
            <section key={day} className={styles.rosterDay} aria-label={longDate(day, timeZone)}>
              <h3>{longDate(day, timeZone)}</h3>
              <ul>
                {items
                  .filter((s) => dateOf(Date.parse(s.starts_at), timeZone) === dateOf(day, timeZone))
                  .map((shift) => (
                    <li key={shift.id} data-testid="roster-shift">
                      <span className="num">
                        <bdi dir="ltr">
                          {clock(shift.starts_at, timeZone)}–{clock(shift.ends_at, timeZone)}
                        </bdi>
                      </span>
                      <bdi>{shift.user_name}</bdi>
                      <State shift={shift} timeZone={timeZone} />
                      {plans && shift.clocked_in_at === null && (
                        <AskButton
                          variant="subtle"
                          color="bad"
                          label={t('roster.cancel', { name: shift.user_name })}
                          yes={t('roster.cancel', { name: shift.user_name })}
                          onYes={() => run(api.delete(`${base}/shifts/${shift.id}`, { headers: { 'if-match': `"${shift.version}"` } }))}
                          testId="roster-cancel"
                        >
                          <IconTrash size={18} aria-hidden />
                        </AskButton>
                      )}
                    </li>
                  ))}
              </ul>
            </section>
          ))}
        </div>
      )}
      {shifts.data !== undefined && items.length === 0 && <p>{t('roster.none')}</p>}
      {plans && <NewShift siteId={siteId} timeZone={timeZone} first={dateOf(Math.max(from, Math.min(now, to - 1)), timeZone)} onDone={() => void again()} />}
    </Stack>
  );
}

function State({ shift, timeZone }: { shift: Shift; timeZone: string }) {
  const { t } = useTranslation('manage');
  if (shift.clocked_in_at !== null) return <Badge color="ok">{t('roster.came', { time: clock(shift.clocked_in_at, timeZone) })}</Badge>;
  if (shift.late) return <Badge color="bad">{t('roster.late')}</Badge>;
  return shift.published ? null : <Badge color="gray">{t('roster.draft')}</Badge>;
}

/** Plans one shift. */
function NewShift({ siteId, timeZone, first, onDone }: { siteId: string; timeZone: string; first: string; onDone: () => void }) {
  const { t } = useTranslation('manage');
  const base = useTenantPath();
  const members = useQuery({ queryKey: ['roster-members', base], queryFn: () => api.get<Page<Member>>(`${base}/members?limit=200&status=active`) });
  const [person, setPerson] = useState<string | null>(null);
  const [date, setDate] = useState(first);
  const [from, setFrom] = useState('09:00');
  const [to, setTo] = useState('17:00');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const faults = useFieldFaults(error);
  const submit = (e: FormEvent) => {
    e.preventDefault();
    const begin = momentOf(date, from, timeZone);
    let end = momentOf(date, to, timeZone);
    if (busy || begin === null || end === null) return;
    // Who works until after midnight ends on the next day.
    if (end <= begin) end = momentOf(dateOf(dayStart(begin, timeZone, 1), timeZone), to, timeZone) ?? end;
    setBusy(true);
    setError(null);
    api
      .post(`${base}/shifts`, { user_id: person, site_id: siteId, starts_at: new Date(begin).toISOString(), ends_at: new Date(end).toISOString() })
      .then(onDone, setError)
      .finally(() => setBusy(false));
  };
  return (
    <form onSubmit={submit} noValidate data-testid="roster-form">
      <Stack gap="xs">
        <Refusal error={error} label={(field) => t(`roster.${field}`, { defaultValue: field })} />
        <Group align="end" gap="xs">
          <Select label={t('roster.user_id')} searchable data={(members.data?.items ?? []).map((m) => ({ value: m.user_id, label: m.user.name }))} value={person} onChange={setPerson} error={faults['user_id']} data-field="user_id" data-testid="roster-person" />
          <TextInput type="date" label={t('roster.date')} value={date} onChange={(e) => setDate(e.currentTarget.value)} data-testid="roster-date" />
          <TextInput type="time" label={t('roster.starts_at')} value={from} error={faults['starts_at']} data-field="starts_at" onChange={(e) => setFrom(e.currentTarget.value)} data-testid="roster-from" />
          <TextInput type="time" label={t('roster.ends_at')} value={to} error={faults['ends_at']} data-field="ends_at" onChange={(e) => setTo(e.currentTarget.value)} data-testid="roster-to" />
          <Button type="submit" loading={busy} disabled={person === null} data-testid="roster-add">
            {t('roster.add')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
