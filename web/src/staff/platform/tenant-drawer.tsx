import { Button, Drawer, Group, Modal, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Tenant } from '~/api/shapes';
import { LANGUAGES } from '~/i18n/languages';
import { number } from '~/i18n/format';
import { Fault, Loading } from '~/shared/states';
import { ConflictPanel } from '../admin/conflict';
import { Field, useFieldLabel } from '../admin/fields';
import { faultAt, type FieldSpec } from '../admin/nouns';
import { SaveBar } from '../admin/save-bar';
import { ifMatch, useEditing } from '../admin/use-editing';
import type { Dashboard } from '../reports/shapes';
import { switchTo, useUser } from '../session';
import { Refusal } from '../shared/refusal';
import styles from './platform.module.css';
import { TenantState } from './tenants';

const FORM: { fields: readonly FieldSpec[] } = {
  fields: [
    { name: 'name', kind: 'text', required: true },
    { name: 'slug', kind: 'text' },
    { name: 'contact_email', kind: 'email' },
    { name: 'timezone', label: 'zone', kind: 'zone', initial: 'UTC' },
    { name: 'default_locale', kind: 'choice', words: Object.keys(LANGUAGES), initial: 'en', when: 'new' },
    { name: 'currency', kind: 'text', initial: 'EUR' },
    { name: 'listed', kind: 'switch', initial: true },
  ],
};

interface Props {
  readonly tenant: Tenant | null;
  readonly onClose: () => void;
  readonly onDone: (said: string) => void;
}

/** Creates an organisation, or shows one: what it uses, its record, and whether it works. */
export function TenantDrawer({ tenant, onClose, onDone }: Props) {
  const { t } = useTranslation(['platform', 'admin']);
  const labelOf = useFieldLabel(FORM.fields);
  const path = tenant === null ? '/api/v1/tenants' : `/api/v1/tenants/${tenant.id}`;
  const edit = useEditing({ form: FORM, read: tenant, entryOf: (read) => ({ ...read }), again: () => api.get<Tenant>(path), onClose });
  const { known, now, set, changes, leaving } = edit;
  const creating = known === null;
  const save = async () => {
    const saved = known === null ? await api.post<Tenant>(path, { ...changes, listed: now['listed'] === true }) : await api.put<Tenant>(path, changes, ifMatch(known.version));
    onDone(t('admin:form.saved', { name: saved.name }));
    onClose();
  };
  const fields = FORM.fields.filter((field) => field.when !== (creating ? 'old' : 'new'));
  return (
    <Drawer opened onClose={leaving.close} closeOnEscape={!leaving.asking} position="right" size="lg" title={known?.name ?? t('platform:tenants.new')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      {known !== null && (
        <>
          <Usage tenant={known} />
          <Entrance tenant={known} />
          <Working
            tenant={known}
            onChanged={(saved) => {
              edit.setKnown(saved);
              onDone(t(`platform:said.${saved.status}`, { name: saved.name }));
            }}
          />
        </>
      )}
      <form onSubmit={edit.onSubmit(save)} noValidate data-testid="platform-form">
        <Stack>
          <Refusal error={edit.error} label={labelOf} />
          {edit.conflict !== null && <ConflictPanel conflict={edit.conflict} now={now} onPick={set} />}
          {fields.map((field) => (
            <Field key={field.name} field={field} value={now[field.name]} fault={faultAt(edit.faults, field.name)} onChange={(value) => set(field.name, value)} form={now} entry={null} />
          ))}
        </Stack>
        <SaveBar count={creating ? null : Object.keys(changes).length} busy={edit.busy} onDiscard={edit.discard} />
      </form>
      {leaving.question}
    </Drawer>
  );
}

/** What an organisation did in the last thirty days, and what goes on there now. */
function Usage({ tenant }: { tenant: Tenant }) {
  const { t } = useTranslation('platform');
  const usage = useQuery({
    queryKey: ['platform', 'usage', tenant.id],
    queryFn: () => api.get<Dashboard>(`/api/v1/tenants/${tenant.id}/analytics/dashboard?period=month`),
    staleTime: 0,
    // A suspended organisation answers nothing; that is no reason to wait.
    enabled: tenant.status === 'active',
  });
  if (tenant.status !== 'active') return null;
  if (usage.data === undefined) return usage.isError ? <Fault error={usage.error} onRetry={() => void usage.refetch()} /> : <Loading rows={1} />;
  const { figures, now, sites } = usage.data;
  const shown = [
    ['issued', figures.issued],
    ['served', figures.served],
    ['sites', sites.length],
    ['waiting', now?.waiting ?? 0],
  ] as const;
  return (
    <dl className={styles.figures} data-testid="platform-usage">
      {shown.map(([key, value]) => (
        <div key={key}>
          <dt>{t(`usage.${key}`)}</dt>
          <dd className="num">{number(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Takes the operator into an organisation, to work there as its administrator may. */
function Entrance({ tenant }: { tenant: Tenant }) {
  const { t } = useTranslation('platform');
  const user = useUser();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const enter = () => {
    if (busy) return;
    setBusy(true);
    setError(null);
    const there = user.tenant?.id === tenant.id ? Promise.resolve(user) : switchTo(tenant.slug);
    there
      .then(() => navigate({ href: '/admin' }), setError)
      .finally(() => setBusy(false));
  };
  return (
    <div className={styles.working}>
      <p className={styles.quiet}>{t('enter.cost')}</p>
      <Button variant="default" loading={busy} onClick={enter} data-testid="platform-enter">
        {t('enter.open', { name: tenant.name })}
      </Button>
      <Refusal error={error} onClose={() => setError(null)} />
    </div>
  );
}

/** Suspends an organisation after naming the cost, and lets it work again at once. */
function Working({ tenant, onChanged }: { tenant: Tenant; onChanged: (tenant: Tenant) => void }) {
  const { t } = useTranslation(['platform', 'admin']);
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const put = (status: Tenant['status']) => {
    if (busy) return;
    setBusy(true);
    setError(null);
    api
      .put<Tenant>(`/api/v1/tenants/${tenant.id}`, { status }, ifMatch(tenant.version))
      .then((saved) => {
        setAsking(false);
        onChanged(saved);
      }, setError)
      .finally(() => setBusy(false));
  };
  const active = tenant.status === 'active';
  return (
    <div className={styles.working}>
      <TenantState status={tenant.status} />
      {active ? (
        <Button variant="subtle" color="bad" onClick={() => setAsking(true)} data-testid="platform-suspend">
          {t('platform:suspend.open', { name: tenant.name })}
        </Button>
      ) : (
        <Button loading={busy} onClick={() => put('active')} data-testid="platform-activate">
          {t('platform:suspend.end', { name: tenant.name })}
        </Button>
      )}
      {!asking && <Refusal error={error} onClose={() => setError(null)} />}
      <Modal opened={asking} onClose={() => setAsking(false)} title={t('platform:suspend.title', { name: tenant.name })} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
        <Stack>
          <Refusal error={error} />
          <p>{t('platform:suspend.cost')}</p>
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setAsking(false)} data-autofocus>
              {t('common:action.cancel')}
            </Button>
            <Button color="bad" loading={busy} onClick={() => put('suspended')} data-testid="platform-suspend-yes">
              {t('platform:suspend.send', { name: tenant.name })}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </div>
  );
}
