import { Badge, Button, Checkbox, Drawer, Group, Stack, Table, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Role } from '~/api/shapes';
import { Fault, Loading } from '~/shared/states';
import { atEverySite, useTenantPath, useUser } from '../session';
import { AskButton } from '../shared/ask-button';
import { Refusal, useFieldFaults } from '../shared/refusal';
import { useEntries } from '../shared/use-entries';
import styles from './admin.module.css';
import { ListPart, ListTable, MORE } from './list-parts';
import { useLeaving } from './leaving';
import { same } from './nouns';
import { SaveBar } from './save-bar';

/** Scopes by what they are about: `tickets:call` and `tickets:serve` stand together. */
export function grouped(scopes: readonly string[]): [string, string[]][] {
  const groups = new Map<string, string[]>();
  for (const scope of [...scopes].sort()) {
    const about = scope.split(':')[0] ?? scope;
    groups.set(about, [...(groups.get(about) ?? []), scope]);
  }
  return [...groups];
}

/** The roles of the tenant: the built-in ones to read, its own to make and change. */
export function RoleList({ search, onDone }: { readonly search: string; readonly onDone: (said: string) => void }) {
  const { t } = useTranslation('admin');
  const everywhere = atEverySite(useUser());
  const roles = useEntries<Role & { id: string }>('/roles');
  const [open, setOpen] = useState<{ role: Role | null } | null>(null);
  const nameOf = (role: Role) => t(`role.${role.name}`, { defaultValue: role.name });
  const searching = search !== '';
  const found = (roles.data ?? []).filter((r) => [nameOf(r), r.description].some((text) => text.toLowerCase().includes(search.toLowerCase())));
  if (searching && roles.data !== undefined && found.length === 0) return null;
  let body;
  if (roles.data === undefined) body = roles.isError ? <Fault error={roles.error} onRetry={() => void roles.refetch()} /> : <Loading rows={4} />;
  else {
    body = (
      <ListTable columns={[{ name: t('field.name') }, { name: t('roles.permits'), className: MORE }]}>
        {found.map((role) => (
          <Table.Tr key={role.name}>
            <Table.Td>
              <bdi>{nameOf(role)}</bdi>
              {role.description !== '' && <div className={styles.about}>{role.description}</div>}
            </Table.Td>
            <Table.Td className={MORE}>{t('roles.count', { count: role.scopes.length })}</Table.Td>
            <Table.Td ta="end">
              {role.built_in ? (
                <Badge color="gray">{t('roles.builtIn')}</Badge>
              ) : everywhere && (
                <Button variant="default" aria-label={t('list.editOf', { name: role.name })} onClick={() => setOpen({ role })}>
                  {t('list.edit')}
                </Button>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </ListTable>
    );
  }
  return (
    <ListPart
      name={t('noun.roles')}
      action={
        !searching && everywhere && (
          <Button leftSection={<IconPlus size={20} />} onClick={() => setOpen({ role: null })} data-testid="admin-new-role">
            {t('new.roles')}
          </Button>
        )
      }
    >
      {!searching && !everywhere && <p className={styles.about} data-testid="admin-whole-role">{t('list.everySite')}</p>}
      {body}
      {open !== null && <RoleForm role={open.role} onClose={() => setOpen(null)} onDone={onDone} />}
    </ListPart>
  );
}

interface FormProps {
  readonly role: Role | null;
  readonly onClose: () => void;
  readonly onDone: (said: string) => void;
}

/** Makes or changes a role. Only what its maker may do can be given. */
function RoleForm({ role, onClose, onDone }: FormProps) {
  const { t } = useTranslation('admin');
  const base = useTenantPath();
  const user = useUser();
  const client = useQueryClient();
  const start = { name: role?.name ?? '', description: role?.description ?? '', scopes: [...(role?.scopes ?? [])].sort() };
  const [now, setNow] = useState(start);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const faults = useFieldFaults(error);
  const dirty = !same(start, now);
  const leaving = useLeaving(dirty && !busy, onClose);
  // What the role has and its editor has not stays in sight, and cannot be given.
  const offered = [...new Set([...user.scopes.filter((s) => s !== 'platform:admin'), ...start.scopes])];
  const path = `${base}/roles${role === null ? '' : `/${encodeURIComponent(role.name)}`}`;
  const headers: Record<string, string> = role === null ? {} : { 'if-match': `"${role.version}"` };
  const run = (work: () => Promise<unknown>, said: string) => {
    if (busy) return;
    setBusy(true);
    setError(null);
    work()
      .then(() => client.invalidateQueries({ queryKey: ['entries'] }))
      .then(() => {
        onDone(said);
        onClose();
      }, setError)
      .finally(() => setBusy(false));
  };
  const save = (e: FormEvent) => {
    e.preventDefault();
    const { name, description, scopes } = now;
    run(() => (role === null ? api.post(path, { name: name.trim(), description, scopes }) : api.put(path, { description, scopes }, { headers })), t('form.saved', { name }));
  };
  const changes = (['name', 'description', 'scopes'] as const).filter((part) => !same(start[part], now[part]));
  return (
    <Drawer opened onClose={leaving.close} closeOnEscape={!leaving.asking} position="right" size="lg" title={role?.name ?? t('new.roles')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <form onSubmit={save} noValidate data-testid="role-form">
        <Stack>
          <Refusal error={error} label={(field) => t(`field.${field.split('.')[0] ?? field}`, { defaultValue: field })} />
          {role === null && (
            <TextInput label={t('field.name')} description={t('roles.nameHint')} required dir="ltr" autoComplete="off" error={faults['name']} data-field="name" data-testid="role-name" value={now.name} onChange={(e) => setNow({ ...now, name: e.currentTarget.value.toLowerCase() })} />
          )}
          <TextInput label={t('field.description')} error={faults['description']} data-field="description" value={now.description} onChange={(e) => setNow({ ...now, description: e.currentTarget.value })} />
          {grouped(offered).map(([about, scopes]) => (
            <Checkbox.Group key={about} label={t(`scope.${about}`, { defaultValue: about })} value={now.scopes.filter((s) => scopes.includes(s))} onChange={(picked) => setNow({ ...now, scopes: [...now.scopes.filter((s) => !scopes.includes(s)), ...picked].sort() })}>
              <Group gap="md" mt={4}>
                {scopes.map((scope) => (
                  <Checkbox key={scope} value={scope} label={<code dir="ltr">{scope.slice(about.length + 1)}</code>} disabled={!user.scopes.includes(scope)} data-testid={`scope-${scope}`} />
                ))}
              </Group>
            </Checkbox.Group>
          ))}
          {faults['scopes'] !== undefined && <p className="field-fault">{faults['scopes']}</p>}
          {role !== null && (
            <div>
              <AskButton variant="subtle" color="bad" yes={t('form.deleteName', { name: role.name })} busy={busy} onYes={() => run(() => api.delete(path), t('form.deleted', { name: role.name }))} testId="role-delete">
                {t('form.delete', { name: role.name })}
              </AskButton>
            </div>
          )}
        </Stack>
        <SaveBar count={role === null ? null : changes.length} busy={busy} onDiscard={() => setNow(start)} />
      </form>
      {leaving.question}
    </Drawer>
  );
}
