import { ActionIcon, Badge, Button, Group, Modal, Stack } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconPencil, IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, withQuery } from '~/api/client';
import type { Shift } from '~/api/shapes';
import { clock, longDate } from '~/i18n/format';
import { Fault, Loading } from '~/shared/states';
import { may, useTenantPath, useUser } from '../session';
import { AskButton } from '../shared/ask-button';
import { Refusal } from '../shared/refusal';
import { useServerNow } from '../shared/server-clock';
import { readAll } from '../shared/use-entries';
import styles from './manage.module.css';
import { ShiftForm } from './shift-form';
import { dateOf, dayStart, weekStart } from './week';

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
  const [changing, setChanging] = useState<Shift | null>(null);
  const now = useServerNow(60_000);
  const from = weekStart(now, timeZone, week);
  const to = dayStart(from + 12 * 3_600_000, timeZone, 7);
  const span = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  const shifts = useQuery({ queryKey: [SHIFTS, base, siteId, span.from], queryFn: () => readAll<Shift>(withQuery(`${base}/shifts`, { site_id: siteId, ...span })) });
  const again = () => {
    onChanged();
    return client.invalidateQueries({ queryKey: [SHIFTS, base, siteId] });
  };
  const run = (work: Promise<unknown>) => {
    setError(null);
    work.then(again, setError);
  };
  const items = shifts.data ?? [];
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
                      {shift.note !== '' && (
                        <small className={styles.state}>
                          <bdi>{shift.note}</bdi>
                        </small>
                      )}
                      {plans && (
                        <ActionIcon variant="subtle" color="gray" size={44} aria-label={t('roster.change', { name: shift.user_name })} onClick={() => setChanging(shift)} data-testid="roster-change">
                          <IconPencil size={18} aria-hidden />
                        </ActionIcon>
                      )}
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
      {plans && <ShiftForm siteId={siteId} timeZone={timeZone} first={dateOf(Math.max(from, Math.min(now, to - 1)), timeZone)} shift={null} onDone={() => void again()} />}
      <Modal opened={changing !== null} onClose={() => setChanging(null)} size="lg" title={changing === null ? '' : t('roster.change', { name: changing.user_name })} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
        {changing !== null && (
          <ShiftForm
            key={changing.id}
            siteId={siteId}
            timeZone={timeZone}
            first={dateOf(Date.parse(changing.starts_at), timeZone)}
            shift={changing}
            onDone={() => {
              setChanging(null);
              void again();
            }}
          />
        )}
      </Modal>
    </Stack>
  );
}

function State({ shift, timeZone }: { shift: Shift; timeZone: string }) {
  const { t } = useTranslation('manage');
  if (shift.clocked_in_at !== null) return <Badge color="ok">{t('roster.came', { time: clock(shift.clocked_in_at, timeZone) })}</Badge>;
  if (shift.late) return <Badge color="bad">{t('roster.late')}</Badge>;
  return shift.published ? null : <Badge color="gray">{t('roster.draft')}</Badge>;
}
