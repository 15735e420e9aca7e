import { Button, Drawer, Stack } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { ApiFault } from '~/api/fault';
import { useTenantPath, useUser } from '../session';
import { Refusal } from '../shared/refusal';
import type { Entry } from '../shared/use-entries';
import { ConflictPanel } from './conflict';
import { DeleteDialog } from './delete-dialog';
import { Effect } from './effect';
import { Field, useFieldLabel } from './fields';
import { faultAt, fieldsOf, invitationOf, nameOf, type Noun } from './nouns';
import { FieldGroups } from './field-groups';
import { SaveBar } from './save-bar';
import { SecondStepReset } from './second-step';
import { ifMatch, useEditing } from './use-editing';

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
  const user = useUser();
  const client = useQueryClient();
  const labelOf = useFieldLabel(noun.fields);
  const creating = entry === null;
  const path = `${base}${noun.path}${entry === null ? '' : `/${entry.id}`}`;
  const edit = useEditing({ form: noun, read: entry, entryOf: (read) => read, again: () => api.get<Entry>(path), onClose });
  const { known, now, set, changes, leaving } = edit;
  const [deleting, setDeleting] = useState(false);
  const name = known === null ? t(`new.${noun.name}`) : nameOf(noun, known);

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
  const run = (work: () => Promise<unknown>, said: string) =>
    edit.run(async () => {
      const other = await work();
      await client.invalidateQueries({ queryKey: ['entries'] });
      onDone(typeof other === 'string' ? other : said);
      onClose();
    });
  const save = (e: FormEvent) => {
    e.preventDefault();
    const called = typeof now['name'] === 'string' && now['name'] !== '' ? now['name'] : name;
    void run(() => (known === null ? create() : api.put(path, changes, ifMatch(known['version']))), t('form.saved', { name: called }));
  };
  return (
    <Drawer opened onClose={leaving.close} closeOnEscape={!leaving.asking && !deleting} position="right" size="lg" title={name} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <form onSubmit={save} noValidate data-testid="admin-form">
        <Stack>
          {!deleting && <Refusal error={edit.error} label={labelOf} />}
          {edit.conflict !== null && <ConflictPanel conflict={edit.conflict} now={now} onPick={set} />}
          <FieldGroups fields={fieldsOf(noun, creating)}>
            {(field) => <Field key={field.name} field={field} value={now[field.name]} fault={faultAt(edit.faults, field.name)} onChange={(value) => set(field.name, value)} form={now} entry={known} />}
          </FieldGroups>
          {known !== null && noun.name === 'members' && known['user_id'] !== user.id && <SecondStepReset id={known.id} name={name} />}
          {known !== null && (
            <Button variant="subtle" color="bad" style={{ alignSelf: 'flex-start' }} onClick={() => setDeleting(true)} data-testid="admin-delete">
              {t('form.delete', { name })}
            </Button>
          )}
        </Stack>
        <SaveBar count={creating ? null : Object.keys(changes).length} busy={edit.busy} effect={known !== null && <Effect of={noun.name} site={siteOf(noun, known)} />} onDiscard={edit.discard} />
      </form>
      {leaving.question}
      {known !== null && (
        <DeleteDialog
          noun={noun}
          entry={known}
          opened={deleting}
          busy={edit.busy}
          error={edit.error}
          onClose={() => {
            setDeleting(false);
            edit.setError(null);
          }}
          onDelete={() => void run(() => api.delete(path, ifMatch(known['version'])), t('form.deleted', { name }))}
        />
      )}
    </Drawer>
  );
}

/** The one site that a change is seen at, where there is one. */
function siteOf(noun: Noun, entry: Entry): string | undefined {
  const site = noun.name === 'sites' ? entry.id : entry['site_id'];
  return typeof site === 'string' ? site : undefined;
}
