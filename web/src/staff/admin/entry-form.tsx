import { Alert, Button, Drawer, Group, Modal, MultiSelect, NumberInput, PasswordInput, Select, Stack, Switch, TagsInput, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { ApiFault } from '~/api/fault';
import { useFaultText } from '~/shared/states';
import { useTenantPath } from '../session';
import { useEntries, useSiteNames } from './entry-list';
import { changesOf, NOUNS, shown, startOf, valueAt, type Entry, type FieldSpec, type Noun } from './nouns';

interface Props {
  noun: Noun;
  entry: Entry | null;
  onClose: () => void;
  onDone: () => void;
}

/** Creates or changes one entry. Leaving with changes asks; a change that somebody else made first is not overwritten. */
export function EntryForm({ noun, entry, onClose, onDone }: Props) {
  const { t } = useTranslation('admin');
  const words = useFaultText();
  const base = useTenantPath();
  const creating = entry === null;
  const [start] = useState(() => startOf(noun, entry));
  const [now, setNow] = useState(start);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const changes = changesOf(noun, start, now, creating);
  const dirty = JSON.stringify(start) !== JSON.stringify(now);
  const count = Object.keys(changes).length;

  const run = async (work: () => Promise<unknown>) => {
    setBusy(true);
    setError(null);
    try {
      await work();
      onDone();
      onClose();
    } catch (e) {
      setError(e);
      setDeleting(false);
    } finally {
      setBusy(false);
    }
  };
  const version = entry?.['version'];
  const headers: Record<string, string> = typeof version === 'number' ? { 'if-match': `"${version}"` } : {};
  const path = `${base}${noun.path}${creating ? '' : `/${entry.id}`}`;
  const save = (e: FormEvent) => {
    e.preventDefault();
    if (!busy) void run(() => (creating ? api.post(path, changes) : api.put(path, changes, { headers })));
  };
  const faults = error instanceof ApiFault ? error.byField() : {};
  const close = () => (dirty && !busy ? setLeaving(true) : onClose());
  const title = creating ? t('list.new', { noun: t(`one.${noun.name}`) }) : shown(valueAt(entry, noun.columns[0] ?? 'id'));

  return (
    <Drawer opened onClose={close} position="right" size="md" title={title} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <form onSubmit={save} noValidate>
        <Stack>
          {error !== null && (
            <Alert color="bad" role="alert" title={error instanceof ApiFault && error.status === 412 ? t('form.stale') : words(error).title}>
              {error instanceof ApiFault ? error.message : words(error).text}
            </Alert>
          )}
          {noun.fields
            .filter((f) => creating || f.once !== true)
            .map((field) => (
              <Field key={field.name} field={field} value={now[field.name]} fault={faults[field.name]} onChange={(value) => setNow((all) => ({ ...all, [field.name]: value }))} />
            ))}
          <Group justify="space-between">
            {!creating && (
              <Button variant="subtle" color="bad" onClick={() => setDeleting(true)}>
                {t('form.delete')}
              </Button>
            )}
            <Button type="submit" loading={busy} disabled={!dirty && !creating} data-testid="admin-save">
              {creating ? t('form.create') : t('form.save', { count })}
            </Button>
          </Group>
        </Stack>
      </form>
      <Modal opened={leaving} onClose={() => setLeaving(false)} title={t('form.leaveTitle')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('form.discard')}
          </Button>
          <Button onClick={() => setLeaving(false)} data-autofocus>
            {t('form.stay')}
          </Button>
        </Group>
      </Modal>
      <Modal opened={deleting} onClose={() => setDeleting(false)} title={t('form.deleteTitle', { name: title })} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
        <Stack>
          <p>{t('form.deleteCost')}</p>
          <Button color="bad" loading={busy} onClick={() => void run(() => api.delete(path, { headers }))}>
            {t('form.deleteName', { name: title })}
          </Button>
        </Stack>
      </Modal>
    </Drawer>
  );
}

function Field({ field, value, fault, onChange }: { field: FieldSpec; value: unknown; fault: string | undefined; onChange: (value: unknown) => void }) {
  const { t } = useTranslation('admin');
  const label = t(`field.${field.name}`);
  const common = { label, error: fault, required: field.required ?? false, name: field.name, 'data-testid': `admin-field-${field.name}` };
  const text = typeof value === 'string' ? value : '';
  switch (field.kind) {
    case 'switch':
      return <Switch label={label} error={fault} checked={value === true} onChange={(e) => onChange(e.currentTarget.checked)} />;
    case 'number':
      return (
        <NumberInput {...common} min={field.min ?? 0} {...(field.max === undefined ? {} : { max: field.max })} value={typeof value === 'number' ? value : ''} onChange={(v) => onChange(typeof v === 'number' ? v : null)} />
      );
    case 'choice':
      return (
        <Select
          {...common}
          allowDeselect={false}
          data={(field.words ?? []).map((word) => ({ value: word, label: t(`word.${word}`, { defaultValue: word }) }))}
          value={text}
          onChange={(v) => onChange(v ?? '')}
        />
      );
    case 'tags':
      return <TagsInput {...common} value={Array.isArray(value) ? value.map(String) : []} onChange={onChange} />;
    case 'one':
    case 'many':
      return <Chooser field={field} value={value} fault={fault} label={label} onChange={onChange} />;
    case 'password':
      return <PasswordInput {...common} autoComplete="new-password" value={text} onChange={(e) => onChange(e.currentTarget.value)} />;
    default:
      return <TextInput {...common} type={field.kind} value={text} onChange={(e) => onChange(e.currentTarget.value)} />;
  }
}

/** Entries of another noun, chosen by name. Roles are named by their key. */
function Chooser({ field, value, fault, label, onChange }: { field: FieldSpec; value: unknown; fault: string | undefined; label: string; onChange: (value: unknown) => void }) {
  const { t } = useTranslation('admin');
  const path = field.from === 'roles' ? '/roles' : (NOUNS.find((n) => n.name === field.from)?.path ?? '');
  const entries = useEntries(path);
  // Lines of two sites may bear one name.
  const siteOf = useSiteNames(field.from === 'queues');
  const data = (entries.data?.items ?? []).map((e) => {
    const key = field.from === 'roles' ? shown(e['name']) : e.id;
    return { value: key, label: field.from === 'roles' ? t(`role.${key}`, { defaultValue: key }) : field.from === 'queues' ? `${shown(e['name'])} · ${siteOf(e)}` : shown(e['name']) };
  });
  const common = { label, error: fault, required: field.required ?? false, data, searchable: true, 'data-testid': `admin-field-${field.name}` };
  if (field.kind === 'one') return <Select {...common} value={typeof value === 'string' && value !== '' ? value : null} onChange={(v) => onChange(v ?? '')} />;
  const list = Array.isArray(value) ? value.map((v) => (typeof v === 'object' && v !== null ? shown((v as Entry).id) : String(v))) : [];
  return <MultiSelect {...common} value={list} onChange={onChange} />;
}
