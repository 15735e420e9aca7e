import { Alert, Button, Checkbox, CopyButton, Drawer, Group, MultiSelect, Stack, Table, TextInput } from '@mantine/core';
import { IconCopy, IconKey, IconPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { ApiKey } from '~/api/shapes';
import { fullDayAndClock } from '~/i18n/format';
import { Fault, Loading, Message } from '~/shared/states';
import { useTenantPath, useUser } from '../session';
import { AskButton } from '../shared/ask-button';
import { Refusal, useFieldFaults } from '../shared/refusal';
import { useEntries } from '../shared/use-entries';
import styles from './admin.module.css';
import { ListPart, ListTable, MORE } from './list-parts';
import { useLeaving } from './leaving';
import { grouped } from './roles';
import { SaveBar } from './save-bar';

/** The keys with which programs of the tenant sign in: made, shown once, and revoked. */
export function KeyList({ search, onDone }: { readonly search: string; readonly onDone: (said: string) => void }) {
  const { t } = useTranslation('admin');
  const base = useTenantPath();
  const client = useQueryClient();
  const keys = useEntries<ApiKey>('/api-keys');
  const [making, setMaking] = useState(false);
  const [fresh, setFresh] = useState<ApiKey | null>(null);
  const [error, setError] = useState<unknown>(null);
  const searching = search !== '';
  const found = (keys.data ?? []).filter((key) => key.name.toLowerCase().includes(search.toLowerCase()));
  if (searching && keys.data !== undefined && found.length === 0) return null;
  const revoke = (key: ApiKey) => {
    setError(null);
    api.delete(`${base}/api-keys/${key.id}`).then(() => {
      void client.invalidateQueries({ queryKey: ['entries'] });
      onDone(t('keys.revoked', { name: key.name }));
    }, setError);
  };
  const day = (at: string | null, never: string) => (at === null ? never : fullDayAndClock(at));
  let body;
  if (keys.data === undefined) body = keys.isError ? <Fault error={keys.error} onRetry={() => void keys.refetch()} /> : <Loading rows={3} />;
  else if (keys.data.length === 0) body = <Message title={t('list.never', { noun: t('noun.keys') })} text={t('keys.begin')} />;
  else {
    body = (
      <ListTable columns={[{ name: t('field.name') }, ...(['permits', 'used', 'ends'] as const).map((column) => ({ name: t(`keys.${column}`), className: MORE }))]}>
        {found.map((key) => (
          <Table.Tr key={key.id}>
            <Table.Td>
              <bdi>{key.name}</bdi>
              <div className={styles.about}>
                <code dir="ltr">{key.hint}…</code>
              </div>
            </Table.Td>
            <Table.Td className={MORE}>{t('roles.count', { count: key.scopes.length })}</Table.Td>
            <Table.Td className={MORE}>{day(key.last_used_at, t('keys.unused'))}</Table.Td>
            <Table.Td className={MORE}>{day(key.expires_at, t('keys.endless'))}</Table.Td>
            <Table.Td ta="end">
              <AskButton label={t('keys.revokeOf', { name: key.name })} yes={t('keys.revokeYes', { name: key.name })} onYes={() => revoke(key)} testId="key-revoke">
                {t('keys.revoke')}
              </AskButton>
            </Table.Td>
          </Table.Tr>
        ))}
      </ListTable>
    );
  }
  return (
    <ListPart
      name={t('noun.keys')}
      action={
        !searching && (
          <Button leftSection={<IconPlus size={20} />} onClick={() => setMaking(true)} data-testid="admin-new-key">
            {t('keys.new')}
          </Button>
        )
      }
    >
      <Refusal error={error} />
      {fresh?.key != null && (
        <Alert icon={<IconKey size={20} />} title={t('keys.fresh', { name: fresh.name })} withCloseButton closeButtonLabel={t('common:action.close')} onClose={() => setFresh(null)} data-testid="key-fresh">
          <p>{t('keys.once')}</p>
          <Group>
            <code dir="ltr" className={styles.key}>
              {fresh.key}
            </code>
            <CopyButton value={fresh.key}>
              {({ copied, copy }) => (
                <Button variant="default" leftSection={<IconCopy size={20} />} onClick={copy}>
                  {t(copied ? 'keys.copied' : 'keys.copy')}
                </Button>
              )}
            </CopyButton>
          </Group>
        </Alert>
      )}
      {body}
      {making && (
        <KeyForm
          onClose={() => setMaking(false)}
          onMade={(key) => {
            setMaking(false);
            setFresh(key);
            void client.invalidateQueries({ queryKey: ['entries'] });
          }}
        />
      )}
    </ListPart>
  );
}

/** Makes a key. Only what its maker may do can be given. */
function KeyForm({ onClose, onMade }: { readonly onClose: () => void; readonly onMade: (key: ApiKey) => void }) {
  const { t } = useTranslation('admin');
  const base = useTenantPath();
  const user = useUser();
  const sites = useEntries<{ id: string; name: string }>('/sites', user.scopes.includes('sites:read'));
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<string[]>([]);
  const [at, setAt] = useState<string[]>([]);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const faults = useFieldFaults(error);
  const leaving = useLeaving((name !== '' || scopes.length > 0) && !busy, onClose);
  const save = (e: FormEvent) => {
    e.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    api
      .post<ApiKey>(`${base}/api-keys`, { name: name.trim(), scopes, sites: at })
      .then(onMade, setError)
      .finally(() => setBusy(false));
  };
  return (
    <Drawer opened onClose={leaving.close} closeOnEscape={!leaving.asking} position="right" size="lg" title={t('keys.new')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <form onSubmit={save} noValidate data-testid="key-form">
        <Stack>
          <Refusal error={error} label={(field) => t(`field.${field.split('.')[0] ?? field}`, { defaultValue: field })} />
          <TextInput label={t('field.name')} description={t('keys.nameHint')} required autoComplete="off" error={faults['name']} data-field="name" value={name} onChange={(e) => setName(e.currentTarget.value)} />
          <MultiSelect label={t('field.sites')} description={t('hint.sites')} data={(sites.data ?? []).map((site) => ({ value: site.id, label: site.name }))} value={at} error={faults['sites']} data-field="sites" onChange={setAt} />
          {grouped(user.scopes.filter((scope) => scope !== 'platform:admin')).map(([about, all]) => (
            <Checkbox.Group key={about} label={t(`scope.${about}`, { defaultValue: about })} value={scopes.filter((s) => all.includes(s))} onChange={(picked) => setScopes([...scopes.filter((s) => !all.includes(s)), ...picked].sort())}>
              <Group gap="md" mt={4}>
                {all.map((scope) => (
                  <Checkbox key={scope} value={scope} label={<code dir="ltr">{scope.slice(about.length + 1)}</code>} data-testid={`scope-${scope}`} />
                ))}
              </Group>
            </Checkbox.Group>
          ))}
          {faults['scopes'] !== undefined && <p className="field-fault">{faults['scopes']}</p>}
        </Stack>
        <SaveBar count={null} busy={busy} onDiscard={onClose} />
      </form>
      {leaving.question}
    </Drawer>
  );
}
