import { Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Member, Shift } from '~/api/shapes';
import { useTenantPath } from '../session';
import { Refusal, useFieldFaults } from '../shared/refusal';
import { useDeed } from '../shared/use-deed';
import { useEntries } from '../shared/use-entries';
import { spanOf, timeOf } from './week';

interface Props {
  readonly siteId: string;
  readonly timeZone: string;
  /** The day that stands in the form at first. */
  readonly first: string;
  /** What is changed; null plans another one. */
  readonly shift: Shift | null;
  readonly onDone: () => void;
}

/** Plans a shift, or changes one: who, when, and a word for them. */
export function ShiftForm({ siteId, timeZone, first, shift, onDone }: Props) {
  const { t } = useTranslation('manage');
  const base = useTenantPath();
  const members = useEntries<Member>('/members?status=active');
  const [person, setPerson] = useState<string | null>(shift?.user_id ?? null);
  const [date, setDate] = useState(first);
  const [usual] = useState(() => (shift === null ? { from: '09:00', to: '17:00' } : { from: timeOf(Date.parse(shift.starts_at), timeZone), to: timeOf(Date.parse(shift.ends_at), timeZone) }));
  const [from, setFrom] = useState(usual.from);
  const [to, setTo] = useState(usual.to);
  const [note, setNote] = useState(shift?.note ?? '');
  const deed = useDeed();
  const faults = useFieldFaults(deed.error);
  const people = (members.data ?? []).map((m) => ({ value: m.user_id, label: m.user.name }));
  // Whoever has left since keeps their name on their shift.
  const gone = shift !== null && !people.some(({ value }) => value === shift.user_id) ? [{ value: shift.user_id, label: shift.user_name }] : [];
  const submit = (e: FormEvent) => {
    e.preventDefault();
    const span = spanOf(date, from, to, timeZone);
    if (span === null) return;
    const times = { starts_at: new Date(span.begin).toISOString(), ends_at: new Date(span.end).toISOString() };
    const moved = date !== first || from !== usual.from || to !== usual.to;
    // What was not changed stays as it is, to the second.
    const body = { note: note.trim(), ...(shift === null || moved ? times : {}), ...(person === shift?.user_id ? {} : { user_id: person }), ...(shift === null && { site_id: siteId }) };
    deed.run(
      () => (shift === null ? api.post(`${base}/shifts`, body) : api.put(`${base}/shifts/${shift.id}`, body, { headers: { 'if-match': `"${shift.version}"` } })),
      () => {
        setNote('');
        onDone();
      },
    );
  };
  return (
    <form onSubmit={submit} noValidate data-testid={shift === null ? 'roster-form' : 'roster-change-form'}>
      <Stack gap="xs">
        <Refusal error={deed.error} label={(field) => t(`roster.${field}`, { defaultValue: field })} />
        <Group align="end" gap="xs">
          <Select label={t('roster.user_id')} searchable data={[...people, ...gone]} value={person} onChange={setPerson} error={faults['user_id']} data-field="user_id" data-testid="roster-person" />
          <TextInput type="date" label={t('roster.date')} value={date} onChange={(e) => setDate(e.currentTarget.value)} data-testid="roster-date" />
          <TextInput type="time" label={t('roster.starts_at')} value={from} error={faults['starts_at']} data-field="starts_at" onChange={(e) => setFrom(e.currentTarget.value)} data-testid="roster-from" />
          <TextInput type="time" label={t('roster.ends_at')} value={to} error={faults['ends_at']} data-field="ends_at" onChange={(e) => setTo(e.currentTarget.value)} data-testid="roster-to" />
          <TextInput label={t('roster.note')} autoComplete="off" dir="auto" value={note} error={faults['note']} data-field="note" onChange={(e) => setNote(e.currentTarget.value)} data-testid="roster-note" />
          <Button type="submit" loading={deed.busy} disabled={person === null} data-testid={shift === null ? 'roster-add' : 'roster-save'}>
            {t(shift === null ? 'roster.add' : 'roster.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
