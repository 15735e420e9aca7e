import { Button, Drawer, Stack } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { ApiFault } from '~/api/fault';
import { useTenantPath } from '../session';
import { Refusal, useFieldFaults } from '../shared/refusal';
import { useDevices, type Entry } from '../shared/use-entries';
import { ConflictPanel, type Conflict } from './conflict';
import { DeleteDialog } from './delete-dialog';
import { Field, useFieldLabel } from './fields';
import { useLeaving } from './leaving';
import { changesOf, faultAt, fieldsOf, invitationOf, merged, nameOf, same, startOf, type Noun } from './nouns';
import { FieldGroups } from './field-groups';
import { SaveBar } from './save-bar';

interface Props {
  readonly noun: Noun;
  readonly entry: Entry | null;
  readonly onClose: () => void;
  /** Something was saved or deleted; the sentence says what. */
  readonly onDone: (said: string) => void;
}

/** Creates or changes one entry. Leaving with changes asks; a change that somebody else made first is not overwritten. */
export function EntryForm({ noun, entry, onClose, onDone }: Props) {
  const { t } = useTranslation('admin');
  const base = useTenantPath();
  const client = useQueryClient();
  const labelOf = useFieldLabel(noun.fields);
  const creating = entry === null;
  // What the form was begun with: the entry as it was read, or as somebody else has saved it since.
  const [known, setKnown] = useState(entry);
  const start = startOf(noun, known);
  const [now, setNow] = useState(start);
  const [error, setError] = useState<unknown>(null);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const [busy, setBusy] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const changes = changesOf(noun, start, now, creating);
  const dirty = !same(start, now) && !busy;
  const leaving = useLeaving(dirty, onClose);
  const faults = useFieldFaults(error);
  const path = `${base}${noun.path}${known === null ? '' : `/${known.id}`}`;
  const version = known?.['version'];
  const headers: Record<string, string> = typeof version === 'number' ? { 'if-match': `"${version}"` } : {};
  const name = known === null ? t(`new.${noun.name}`) : nameOf(noun, known);

  /** Somebody else was first: reads what they saved, and shows both. */
  const meet = async () => {
    const theirs = await api.get<Entry>(path);
    const there = startOf(noun, theirs);
    const { values, clashes, taken } = merged(noun, start, now, there);
    setKnown(theirs);
    setNow(values);
    setConflict({ clashes, taken, theirs: there });
  };
  /** Creates the entry. Whoever has an account elsewhere is asked by mail whether they want to belong here. */
  const create = async () => {
    try {
      await api.post(path, changes);
      return null;
    } catch (e) {
      if (!(e instanceof ApiFault && e.code === 'invite_first')) throw e;
      await api.post(`${base}/invitations`, invitationOf(changes));
      return t('invited.sent', { name: String(changes['email']) });
    }
  };
  const run = async (work: () => Promise<unknown>, said: string) => {
    setBusy(true);
    setError(null);
    setConflict(null);
    try {
      const other = await work();
      await client.invalidateQueries({ queryKey: ['entries'] });
      onDone(typeof other === 'string' ? other : said);
      onClose();
    } catch (e) {
      try {
        if (e instanceof ApiFault && e.status === 412) await meet();
        else setError(e);
      } catch (again) {
        setError(again);
      }
    } finally {
      setBusy(false);
    }
  };
  const save = (e: FormEvent) => {
    e.preventDefault();
    if (busy) return;
    const called = typeof now['name'] === 'string' && now['name'] !== '' ? now['name'] : name;
    void run(() => (creating ? create() : api.put(path, changes, { headers })), t('form.saved', { name: called }));
  };
  const set = (field: string, value: unknown) => setNow((all) => ({ ...all, [field]: value }));
  return (
    <Drawer opened onClose={leaving.close} closeOnEscape={!leaving.asking && !deleting} position="right" size="lg" title={name} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <form onSubmit={save} noValidate data-testid="admin-form">
        <Stack>
          {!deleting && <Refusal error={error} label={labelOf} />}
          {conflict !== null && <ConflictPanel conflict={conflict} now={now} onPick={set} />}
          <FieldGroups fields={fieldsOf(noun, creating)}>
            {(field) => <Field key={field.name} field={field} value={now[field.name]} fault={faultAt(faults, field.name)} onChange={(value) => set(field.name, value)} form={now} entry={known} />}
          </FieldGroups>
          {known !== null && (
            <Button variant="subtle" color="bad" style={{ alignSelf: 'flex-start' }} onClick={() => setDeleting(true)} data-testid="admin-delete">
              {t('form.delete', { name })}
            </Button>
          )}
        </Stack>
        <SaveBar count={creating ? null : Object.keys(changes).length} busy={busy} effect={<Effect noun={noun} entry={known} />} onDiscard={() => setNow(start)} />
      </form>
      {leaving.question}
      {known !== null && (
        <DeleteDialog
          noun={noun}
          entry={known}
          opened={deleting}
          busy={busy}
          error={error}
          onClose={() => {
            setDeleting(false);
            setError(null);
          }}
          onDelete={() => void run(() => api.delete(path, { headers }), t('form.deleted', { name }))}
        />
      )}
    </Drawer>
  );
}

/** What paired screens show. */
const ON_SCREENS: ReadonlySet<string> = new Set(['sites', 'services', 'queues', 'counters']);

/** On how many paired screens a change is seen at once. */
function Effect({ noun, entry }: { noun: Noun; entry: Entry | null }) {
  const { t } = useTranslation('admin');
  const seen = ON_SCREENS.has(noun.name);
  const devices = useDevices(seen);
  if (!seen || entry === null) return null;
  const site = noun.name === 'sites' ? entry.id : entry['site_id'];
  const count = (devices.data ?? []).filter((d) => ['kiosk', 'display'].includes(d.type) && (site === undefined || d.site_id === site)).length;
  return count === 0 ? null : <>{t('form.effect', { count })}</>;
}
