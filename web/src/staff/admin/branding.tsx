import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Branding } from '~/api/shapes';
import { nearestPassing, textOn } from '~/design/contrast';
import { light } from '~/design/tokens';
import { branded } from '~/device/preview-parts';
import { Fault, Loading } from '~/shared/states';
import { useTenantPath } from '../session';
import { Refusal } from '../shared/refusal';
import type { Entry } from '../shared/use-entries';
import styles from './admin.module.css';
import { ConflictPanel } from './conflict';
import { Effect } from './effect';
import { useFieldLabel } from './fields';
import type { FieldSpec } from './nouns';
import { SaveBar } from './save-bar';
import { ScreenPreviews, useBoardOf } from './screen-preview';
import { ifMatch, useEditing } from './use-editing';

const FIELDS: { fields: readonly FieldSpec[] } = {
  fields: (['primary_color', 'accent_color', 'logo_url', 'logo_dark_url', 'tagline'] as const).map((name) => ({ name, kind: 'text' })),
};

interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly branding: Branding;
}

/** Screens as they are before anybody sets them up. */
const NO_CONFIG = {};

const entryOf = (tenant: Tenant): Entry => ({ ...tenant.branding, id: tenant.id });

/** The tenant's colours and logo. */
export function BrandingSection({ onDone }: { onDone: (said: string) => void }) {
  const { t } = useTranslation('admin');
  const base = useTenantPath();
  const tenant = useQuery({ queryKey: ['tenant', base], queryFn: () => api.get<Tenant>(base), staleTime: 0 });
  return (
    <section aria-label={t('noun.branding')} className={styles.list}>
      <div className={styles.listHead}>
        <h2>{t('noun.branding')}</h2>
      </div>
      {tenant.data === undefined ? (
        tenant.isError ? (
          <Fault error={tenant.error} onRetry={() => void tenant.refetch()} />
        ) : (
          <Loading rows={3} />
        )
      ) : (
        <BrandingForm key={tenant.data.version} read={tenant.data} onDone={onDone} />
      )}
    </section>
  );
}

function BrandingForm({ read, onDone }: { read: Tenant; onDone: (said: string) => void }) {
  const { t } = useTranslation('admin');
  const base = useTenantPath();
  const client = useQueryClient();
  const labelOf = useFieldLabel();
  const edit = useEditing({ form: FIELDS, read, entryOf, again: () => api.get<Tenant>(base) });
  const { now, set } = edit;
  const text = (name: string) => (typeof now[name] === 'string' ? now[name] : '');
  const unreadable = ['primary_color', 'accent_color'].filter((name) => isColour(text(name)) && !textOn(text(name)).passes);
  const board = useBoardOf(undefined);
  // A colour that is half typed, or that nothing can be read on, is worn by no screen.
  const worn = useMemo(() => {
    const said = (name: string) => (typeof now[name] === 'string' && now[name] !== '' ? now[name] : null);
    const colour = (name: string) => (isColour(said(name) ?? '') ? said(name) : null);
    const address = (name: string) => (/^(https?:\/\/|\/(?!\/))/.test(said(name) ?? '') ? said(name) : null);
    const branding = { primary_color: colour('primary_color'), accent_color: colour('accent_color'), logo_url: address('logo_url'), logo_dark_url: address('logo_dark_url'), tagline: said('tagline') };
    return board === undefined ? undefined : branded(board, branding);
  }, [board, now]);
  const save = async () => {
    // What cannot be read is refused here as by the server; the way out stands at the field.
    if (unreadable.length > 0) return;
    const branding = Object.fromEntries(Object.entries(now).map(([name, value]) => [name, value === '' ? null : value]));
    const saved = await api.put<Tenant>(base, { branding }, ifMatch(edit.known?.version));
    client.setQueryData(['tenant', base], saved);
    onDone(t('form.saved', { name: t('noun.branding') }));
  };
  const field = (name: string) => ({ label: t(`field.${name}`), value: text(name), error: edit.faults[`branding.${name}`], 'data-field': `branding.${name}`, 'data-testid': `admin-field-${name}` });
  return (
    <form onSubmit={edit.onSubmit(save)} noValidate data-testid="admin-form">
      <div className={styles.brandColumns}>
        <Stack>
          <Refusal error={edit.error} label={labelOf} />
          {edit.conflict !== null && <ConflictPanel conflict={edit.conflict} now={now} onPick={set} />}
          {['primary_color', 'accent_color'].map((name) => (
            <div key={name}>
              <TextInput
                {...field(name)}
                placeholder={light.accent}
                dir="ltr"
                onChange={(e) => set(name, e.currentTarget.value)}
                error={unreadable.includes(name) ? t('brand.unreadable') : field(name).error}
                rightSection={<input type="color" className={styles.picker} aria-label={t('brand.pick', { field: t(`field.${name}`) })} value={/^#[0-9a-f]{6}$/i.test(text(name)) ? text(name) : light.accent} onChange={(e) => set(name, e.currentTarget.value)} data-testid={`admin-pick-${name}`} />}
                rightSectionWidth={48}
              />
              {unreadable.includes(name) && (
                <Group mt="xs">
                  <Button
                    variant="default"
                    leftSection={<span className={styles.swatch} style={{ background: nearestPassing(text(name)) }} />}
                    onClick={() => set(name, nearestPassing(text(name)))}
                    data-testid={`admin-nearest-${name}`}
                  >
                    {t('brand.nearest', { colour: nearestPassing(text(name)) })}
                  </Button>
                </Group>
              )}
            </div>
          ))}
          <TextInput {...field('logo_url')} type="url" dir="ltr" onChange={(e) => set('logo_url', e.currentTarget.value)} />
          <TextInput {...field('logo_dark_url')} type="url" dir="ltr" onChange={(e) => set('logo_dark_url', e.currentTarget.value)} />
          <TextInput {...field('tagline')} maxLength={120} onChange={(e) => set('tagline', e.currentTarget.value)} />
        </Stack>
        {board !== undefined && <ScreenPreviews board={worn ?? board} config={NO_CONFIG} />}
      </div>
      <SaveBar count={Object.keys(edit.changes).length} busy={edit.busy} effect={<Effect of="branding" />} onDiscard={edit.discard} />
      {edit.leaving.question}
    </form>
  );
}

function isColour(text: string): boolean {
  return /^#[0-9a-f]{6}$/i.test(text);
}
