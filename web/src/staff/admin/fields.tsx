import { MultiSelect, NumberInput, PasswordInput, Select, Switch, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { currentLanguage } from '~/i18n';
import { LANGUAGES } from '~/i18n/languages';
import { useTenantPath } from '../session';
import { useEntries, useSiteNames } from '../shared/use-entries';
import { HolidaysField } from './holidays';
import { HoursField } from './hours';
import { MomentField } from './moment';
import { prefixDoubts } from './look-alike';
import { RulesField, TiersField } from './programme-fields';
import { ClassesField, OutcomesField, TextsField, WeightsField } from './service-fields';
import { idOf, labelKey, nameOf, nounOf, shown, type Entry, type FieldSpec, type Values } from './nouns';

interface Props {
  readonly field: FieldSpec;
  readonly value: unknown;
  readonly fault: string | undefined;
  readonly onChange: (value: unknown) => void;
  /** The whole form, for fields that depend on another. */
  readonly form: Values;
  /** The entry that is changed; absent for a new one. */
  readonly entry: Entry | null;
}

/** What a form calls a field that the server names; the server's name where it has no word for it. */
export function useFieldLabel(fields: readonly FieldSpec[] = []): (field: string) => string {
  const { t } = useTranslation('admin');
  return (field) => {
    const name = field.replace(/^branding\./, '').split(/[.[]/)[0] ?? field;
    const spec = fields.find((one) => one.name === name);
    return t(`field.${spec === undefined ? name : labelKey(spec)}`, { defaultValue: field });
  };
}

/** One field of a form, with the server's refusal at it. */
export function Field({ field, value, fault, onChange, form, entry }: Props) {
  const { t } = useTranslation('admin');
  const label = t(`field.${labelKey(field)}`);
  const hint = t(`hint.${labelKey(field)}`, { defaultValue: '' });
  const common = {
    label,
    error: fault,
    required: field.required ?? false,
    name: field.name,
    'data-field': field.name,
    'data-testid': `admin-field-${field.name}`,
    ...(hint === '' ? {} : { description: hint }),
  };
  const text = typeof value === 'string' ? value : '';
  const structured = { name: field.name, label, hint, value, fault, onChange };
  switch (field.kind) {
    case 'switch':
      return <Switch label={label} error={fault} description={hint === '' ? undefined : hint} checked={value === true} data-field={field.name} onChange={(e) => onChange(e.currentTarget.checked)} />;
    case 'number':
      return (
        <NumberInput {...common} min={field.min ?? 0} {...(field.max === undefined ? {} : { max: field.max })} value={typeof value === 'number' ? value : ''} onChange={(v) => onChange(typeof v === 'number' ? v : null)} />
      );
    case 'choice':
      return (
        <Select
          {...common}
          allowDeselect={false}
          data={[...new Set([...(field.words ?? []), ...(text === '' ? [] : [text])])].map((word) => ({ value: word, label: t(`word.${word}`, { defaultValue: word }) }))}
          value={text}
          onChange={(v) => onChange(v ?? '')}
        />
      );
    case 'zone':
      return <ZoneField common={common} value={text} onChange={onChange} />;
    case 'currency':
      return <Select {...common} searchable allowDeselect={false} limit={40} data={currencies(text)} value={text === '' ? null : text} nothingFoundMessage={t('list.nothing')} onChange={(v) => onChange(v ?? '')} />;
    case 'languages':
      return <MultiSelect {...common} data={languages(value)} value={Array.isArray(value) ? value.map(String) : []} onChange={onChange} />;
    case 'texts':
      return <TextsField {...structured} />;
    case 'outcomes':
      return <OutcomesField {...structured} />;
    case 'classes':
      return <ClassesField {...structured} />;
    case 'weights':
      return <WeightsField {...structured} form={form} />;
    case 'numbers':
      return <NumbersField common={common} value={value} onChange={onChange} />;
    case 'moment':
      return <MomentField common={common} value={value} onChange={onChange} />;
    case 'rules':
      return <RulesField label={label} value={value} fault={fault} onChange={onChange} />;
    case 'tiers':
      return <TiersField label={label} value={value} fault={fault} onChange={onChange} />;
    case 'long':
      return <Textarea {...common} autosize minRows={2} maxRows={8} dir="auto" autoComplete="off" value={text} onChange={(e) => onChange(e.currentTarget.value)} />;
    case 'tags':
      return <TagsInput {...common} value={Array.isArray(value) ? value.map(String) : []} onChange={onChange} />;
    case 'one':
    case 'many':
      return <Chooser field={field} value={value} common={common} onChange={onChange} form={form} />;
    case 'password':
      return <PasswordInput {...common} aria-invalid={fault !== undefined} autoComplete="new-password" value={text} visibilityToggleButtonProps={{ 'aria-label': t('form.show') }} onChange={(e) => onChange(e.currentTarget.value)} />;
    case 'hours':
      return <HoursField name={field.name} label={label} value={value} fault={fault} onChange={onChange} />;
    case 'holidays':
      return <HolidaysField name={field.name} label={label} value={value} fault={fault} onChange={onChange} />;
    case 'prefix':
      return <PrefixField common={common} value={text} onChange={onChange} site={shown(entry?.['site_id'] ?? form['site_id'])} own={entry?.id} />;
    case 'email':
    case 'text':
      return <TextInput {...common} type={field.kind} autoComplete="off" value={text} onChange={(e) => onChange(e.currentTarget.value)} />;
  }
}

function zones(current: string): string[] {
  const known = Intl.supportedValuesOf('timeZone');
  return [...new Set([...(current === '' ? [] : [current]), 'UTC', ...known])];
}

/** Every currency by its code and its name in the reader's language. */
function currencies(current: string): { value: string; label: string }[] {
  const names = new Intl.DisplayNames(currentLanguage(), { type: 'currency' });
  return [...new Set([...(current === '' ? [] : [current]), ...Intl.supportedValuesOf('currency')])].map((code) => ({ value: code, label: `${code} · ${names.of(code) ?? code}` }));
}

/** The languages of the screens by their own names, and those that a program chose. */
function languages(current: unknown): { value: string; label: string }[] {
  const chosen = Array.isArray(current) ? current.map(String) : [];
  const known = Object.entries(LANGUAGES).map(([code, { name }]) => ({ value: code, label: name }));
  return [...known, ...chosen.filter((tag) => !Object.hasOwn(LANGUAGES, tag)).map((tag) => ({ value: tag, label: tag }))];
}

/** A time zone; a new entry has its organisation's unless another is chosen. */
function ZoneField({ common, value, onChange }: { common: Common; value: string; onChange: (value: unknown) => void }) {
  const { t } = useTranslation('admin');
  const base = useTenantPath();
  const tenant = useQuery({ queryKey: ['tenant', base], queryFn: () => api.get<{ timezone: string }>(base), enabled: value === '' });
  return (
    <Select
      {...common}
      searchable
      allowDeselect={false}
      limit={40}
      data={zones(value)}
      value={value === '' ? null : value}
      placeholder={value === '' ? tenant.data?.timezone : undefined}
      nothingFoundMessage={t('list.nothing')}
      onChange={(v) => onChange(v ?? '')}
    />
  );
}

/** What every input of a form has. */
export type Common = { label: string; error: string | undefined; required: boolean };

/** A list of whole numbers, each typed and confirmed like a tag. */
function NumbersField({ common, value, onChange }: { common: Common; value: unknown; onChange: (value: unknown) => void }) {
  const list = Array.isArray(value) ? value.map(String) : [];
  return <TagsInput {...common} dir="ltr" inputMode="numeric" splitChars={[',', ' ', ';']} value={list} onChange={(texts) => onChange(texts.filter((one) => /^\d{1,9}$/.test(one)).map(Number))} />;
}

/** Entries of another noun, chosen by name. Roles are named by their key. */
function Chooser({ field, value, common, onChange, form }: { field: FieldSpec; value: unknown; common: Common; onChange: (value: unknown) => void; form: Values }) {
  const { t } = useTranslation('admin');
  const roles = field.from === 'roles';
  const path = field.from === undefined || field.from === 'roles' ? '/roles' : nounOf(field.from).path;
  const entries = useEntries(path);
  // Lines of two sites may bear one name.
  const siteOf = useSiteNames(field.from === 'queues');
  const wanted = (entries.data ?? []).filter((e) => field.ofSite !== true || form['site_id'] === '' || e['site_id'] === form['site_id']);
  const data = wanted.map((e) => {
    const name = shown(e['name']);
    if (roles) return { value: name, label: t(`role.${name}`, { defaultValue: name }) };
    if (field.from === undefined) return { value: e.id, label: name };
    const called = nameOf(nounOf(field.from), e);
    return { value: idOf(field.from, e), label: field.from === 'queues' ? `${called} · ${siteOf(e)}` : called };
  });
  const props = { ...common, data, searchable: true, nothingFoundMessage: entries.isError ? t('list.unread') : t('list.nothing') };
  if (field.kind === 'one') return <Select {...props} clearable={field.required !== true} clearButtonProps={{ 'aria-label': t('form.clear') }} value={typeof value === 'string' && value !== '' ? value : null} onChange={(v) => onChange(v ?? '')} />;
  const list = Array.isArray(value) ? value.map((v) => (typeof v === 'object' && v !== null ? shown((v as Entry).id) : String(v))) : [];
  return <MultiSelect {...props} value={list} onChange={onChange} />;
}

/** The letter before the numbers; says when it is easily misread or misheard. */
function PrefixField({ common, value, onChange, site, own }: { common: Common; value: string; onChange: (value: unknown) => void; site: string; own: string | undefined }) {
  const { t } = useTranslation('admin');
  const queues = useEntries<{ id: string; site_id: string; prefix: string; name: string }>('/queues');
  const others = (queues.data ?? []).filter((q) => q.site_id === site && q.id !== own);
  const doubts = prefixDoubts(value, others);
  return (
    <div>
      <TextInput {...common} dir="ltr" maxLength={4} autoComplete="off" value={value} onChange={(e) => onChange(e.currentTarget.value.toUpperCase())} />
      <div role="status" data-testid="admin-prefix-doubts">
        {doubts.map((doubt) => (
          <p key={doubt.kind + doubt.letter + (doubt.kind === 'sounds' ? doubt.queue : '')} className="staff-doubt">
            {doubt.kind === 'looks' ? t('prefix.looks', { letter: doubt.letter, digit: doubt.digit }) : t('prefix.sounds', { letter: doubt.letter, other: doubt.other, queue: doubt.queue })}
          </p>
        ))}
      </div>
    </div>
  );
}
