import { Button, Group, Input, NumberInput, Stack, Switch, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Service } from '~/api/shapes';
import { LANGUAGES } from '~/i18n/languages';
import { useEntries } from '../shared/use-entries';
import styles from './admin.module.css';
import type { FieldKind, Values } from './nouns';
import { Rows } from './programme-fields';

type Outcome = Service['outcomes'][number];
type Classes = Service['priority_rules']['classes'];
type Texts = Readonly<Record<string, string>>;
type Weights = Readonly<Record<string, number>>;

interface Props {
  /** Its name in the API. */
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly value: unknown;
  readonly fault: string | undefined;
  readonly onChange: (value: unknown) => void;
}

const NEW_CLASS: Classes[string] = { head_start_minutes: 10, strict: false, reason_required: false, confirm: false };
/** How a class is treated, beside its head start. */
const TRAITS = ['strict', 'reason_required', 'confirm'] as const;

/** `map` with another value at `key`, in the order of the keys; without one the key goes. */
export function withKey<T>(map: Readonly<Record<string, T>>, key: string, value: T | undefined): Record<string, T> {
  const rest = Object.entries(map).filter(([other]) => other !== key);
  const all = value === undefined ? rest : [...rest, [key, value] as const];
  return Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A short code that is made of what people read: "Paid out" becomes `paid_out`. */
export function codeOf(label: string): string {
  return label
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/[\s-]+/g, '_')
    .slice(0, 40);
}

/** The same text in the other languages; where one is missing, people read the organisation's own. */
export function TextsField({ name, label, hint, value, fault, onChange }: Props) {
  const texts = (value ?? {}) as Texts;
  // A tag such as "de-CH" that a program wrote is kept and can be changed, too.
  const tags = [...new Set([...Object.keys(LANGUAGES), ...Object.keys(texts)])];
  const nameOf = (tag: string) => (Object.hasOwn(LANGUAGES, tag) ? LANGUAGES[tag as keyof typeof LANGUAGES].name : tag);
  return (
    <Input.Wrapper label={label} description={hint} error={fault} labelElement="div">
      <div role="group" aria-label={label} className={styles.texts} data-field={name} tabIndex={-1}>
        {tags.map((tag) => (
          <TextInput
            key={tag}
            label={<span lang={tag}>{nameOf(tag)}</span>}
            aria-label={`${label}: ${nameOf(tag)}`}
            lang={tag}
            dir="auto"
            autoComplete="off"
            value={texts[tag] ?? ''}
            data-field={`${name}.${tag}`}
            onChange={(e) => onChange(withKey(texts, tag, e.currentTarget.value === '' ? undefined : e.currentTarget.value))}
          />
        ))}
      </div>
    </Input.Wrapper>
  );
}

/** How a service can end, one row an outcome: what agents read, and the code that reports and programs see. */
export function OutcomesField({ name, label, value, fault, onChange }: Props) {
  const { t } = useTranslation('admin');
  const outcomes = Array.isArray(value) ? (value as Outcome[]) : [];
  const set = (n: number, part: Partial<Outcome>) => onChange(outcomes.map((one, at) => (at === n ? { ...one, ...part } : one)));
  return (
    <Rows
      label={label}
      name={name}
      fault={fault}
      empty={t('outcomes.none')}
      add={t('outcomes.add')}
      onAdd={() => onChange([...outcomes, { code: '', label: '' }])}
      rows={outcomes.map((outcome, n) => ({
        called: outcome.label === '' ? t('outcomes.nth', { n: n + 1 }) : outcome.label,
        onRemove: () => onChange(outcomes.filter((_, at) => at !== n)),
        body: (
          <>
            <TextInput className={styles.ruleWhat ?? ''} label={t('outcomes.label')} maxLength={120} dir="auto" autoComplete="off" value={outcome.label} data-field={`outcomes[${n}].label`} onChange={(e) => set(n, { label: e.currentTarget.value })} onBlur={() => outcome.code === '' && set(n, { code: codeOf(outcome.label) })} />
            <TextInput className={styles.ruleNumber ?? ''} label={t('field.code')} maxLength={120} dir="ltr" autoComplete="off" value={outcome.code} data-field={`outcomes[${n}].code`} onChange={(e) => set(n, { code: e.currentTarget.value })} />
          </>
        ),
      }))}
    />
  );
}

/** Who comes before whom: the classes beside "normal", each with how far it may overtake. */
export function ClassesField({ name, label, value, fault, onChange }: Props) {
  const { t } = useTranslation(['admin', 'agent', 'fault']);
  const classes = (value ?? {}) as Classes;
  const [fresh, setFresh] = useState('');
  const wanted = fresh.trim();
  const there = Object.hasOwn(classes, wanted);
  const add = () => {
    if (wanted === '' || there) return;
    onChange({ ...classes, [wanted]: NEW_CLASS });
    setFresh('');
  };
  const set = (key: string, part: Partial<Classes[string]>) => onChange({ ...classes, [key]: { ...NEW_CLASS, ...classes[key], ...part } });
  return (
    <Stack gap="xs">
      <Rows
        label={label}
        name={name}
        fault={fault}
        empty={t('admin:classes.none')}
        rows={Object.entries(classes).map(([key, one]) => {
          const called = t(`agent:class.${key}`, { defaultValue: key });
          return {
            called,
            onRemove: () => onChange(Object.fromEntries(Object.entries(classes).filter(([other]) => other !== key))),
            body: (
              <>
                <NumberInput className={styles.ruleWhat ?? ''} label={<bdi>{called}</bdi>} description={t('admin:classes.headStart')} min={0} max={1440} value={one.head_start_minutes} data-field={`${name}.${key}.head_start_minutes`} onChange={(v) => set(key, { head_start_minutes: Number(v) || 0 })} />
                <Stack gap={4}>
                  {TRAITS.map((trait) => (
                    <Switch key={trait} label={t(`admin:classes.${trait}`)} checked={one[trait]} data-field={`${name}.${key}.${trait}`} onChange={(e) => set(key, { [trait]: e.currentTarget.checked })} />
                  ))}
                </Stack>
              </>
            ),
          };
        })}
      />
      <Group gap="sm" align="flex-end">
        <TextInput
          className={styles.ruleWhat ?? ''}
          label={t('admin:classes.name')}
          maxLength={40}
          dir="auto"
          autoComplete="off"
          value={fresh}
          error={there ? t('fault:field.twice') : undefined}
          data-testid="admin-class-name"
          onChange={(e) => setFresh(e.currentTarget.value)}
          onKeyDown={(e) => {
            if (e.key !== 'Enter') return;
            // The form is not sent by it.
            e.preventDefault();
            add();
          }}
        />
        <Button variant="default" leftSection={<IconPlus size={20} />} disabled={wanted === '' || there} onClick={add} data-testid="admin-class-add">
          {t('admin:classes.add')}
        </Button>
      </Group>
    </Stack>
  );
}

/** Shares of a counter's lines: a minute of waiting counts as often as its line weighs. Without them the order decides. */
export function WeightsField({ name, label, hint, value, fault, onChange, form }: Props & { readonly form: Values }) {
  const { t } = useTranslation('admin');
  const queues = useEntries<{ id: string; name: string }>('/queues');
  const weights = value as Weights | null;
  const served = Array.isArray(form['queue_ids']) ? form['queue_ids'].map(String) : [];
  // Only lines that the counter serves can weigh anything.
  const foreign = Object.keys(weights ?? {}).some((id) => !served.includes(id));
  useEffect(() => {
    if (weights !== null && foreign) onChange(Object.fromEntries(Object.entries(weights).filter(([id]) => served.includes(id))));
  });
  return (
    <Input.Wrapper error={fault} labelElement="div">
      <Stack gap="xs" data-field={name} tabIndex={-1}>
        <Switch label={label} description={hint} checked={weights !== null} data-testid="admin-weights" onChange={(e) => onChange(e.currentTarget.checked ? Object.fromEntries(served.map((id) => [id, 1])) : null)} />
        {weights !== null && (
          <div className={styles.groupFields}>
            {served.map((id) => (
              <div key={id} data-kind="number">
                <NumberInput label={<bdi>{queues.data?.find((one) => one.id === id)?.name ?? '–'}</bdi>} min={1} max={100} value={weights[id] ?? 1} data-field={`${name}.${id}`} onChange={(v) => onChange(withKey(weights, id, Number(v) || 1))} />
              </div>
            ))}
          </div>
        )}
        {weights !== null && served.length === 0 && <span className="muted">{t('weights.none')}</span>}
      </Stack>
    </Input.Wrapper>
  );
}

/** Says such a value in a line, for two versions to be compared. */
export function useStructText(): (kind: FieldKind, value: unknown) => string | null {
  const { t } = useTranslation(['admin', 'agent']);
  const queues = useEntries<{ id: string; name: string }>('/queues');
  return (kind, value) => {
    const pairs = Object.entries((value ?? {}) as Record<string, unknown>);
    const said = (parts: readonly string[]) => parts.join(', ') || '–';
    switch (kind) {
      case 'texts':
        return said(pairs.map(([tag, text]) => `${tag}: ${String(text)}`));
      case 'outcomes':
        return said((value as Outcome[]).map((one) => one.label));
      case 'classes':
        return said(Object.entries((value ?? {}) as Classes).map(([key, one]) => `${t(`agent:class.${key}`, { defaultValue: key })} ${t('admin:classes.minutes', { minutes: one.head_start_minutes })}`));
      case 'weights':
        return value === null ? t('admin:weights.off') : said(pairs.map(([id, weight]) => `${queues.data?.find((one) => one.id === id)?.name ?? '–'} × ${String(weight)}`));
      default:
        return null;
    }
  };
}
