import { ActionIcon, Button, Group, Input, MultiSelect, NumberInput, Select, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Programme } from '~/api/shapes';
import { useEntries } from '../shared/use-entries';
import styles from './admin.module.css';

type Rule = Programme['rules'][number];
type Tier = Programme['tiers'][number];

const TRIGGERS = ['joined', 'served', 'waited', 'purchase', 'feedback'] as const satisfies readonly Rule['on'][];
const NEW_RULE: Rule = { on: 'served', points: 10 };

interface Props {
  readonly label: string;
  readonly value: unknown;
  readonly fault: string | undefined;
  readonly onChange: (value: unknown) => void;
}

/** `rule` with another value; what is empty is left out, as the API takes it. */
function changed(rule: Rule, part: Partial<Record<keyof Rule, unknown>>): Rule {
  return Object.fromEntries(Object.entries({ ...rule, ...part }).filter(([, value]) => value !== '' && value !== null && value !== undefined)) as Rule;
}

/** What a rule does when its trigger changes: what belongs to another trigger goes. */
export function withTrigger(rule: Rule, on: Rule['on']): Rule {
  return changed(rule, { on, over_minutes: on === 'waited' ? (rule.over_minutes ?? 30) : null, per_amount: on === 'purchase' ? (rule.per_amount ?? 100) : null });
}

/** Says rules and levels in a line, for two versions to be compared. */
export function useRulesText(): (kind: 'rules' | 'tiers', value: unknown) => string {
  const { t } = useTranslation('admin');
  return (kind, value) => {
    if (!Array.isArray(value) || value.length === 0) return '–';
    if (kind === 'tiers') return (value as Tier[]).map((tier) => t('programme.tierText', { name: tier.name, count: tier.from_points })).join(', ');
    return (value as Rule[]).map((rule) => t('programme.ruleText', { on: t(`trigger.${rule.on}`), count: rule.points })).join(', ');
  };
}

/** What points are given for, one row a rule. */
export function RulesField({ label, value, fault, onChange }: Props) {
  const { t } = useTranslation('admin');
  const services = useEntries<{ id: string; name: string }>('/services');
  const rules = Array.isArray(value) ? (value as Rule[]) : [];
  const set = (n: number, rule: Rule) => onChange(rules.map((one, at) => (at === n ? rule : one)));
  const count = (n: number, key: 'points' | 'over_minutes' | 'per_amount' | 'times_per_day', least = 1) => (
    <NumberInput className={styles.ruleNumber ?? ''} label={t(`programme.${key}`)} min={least} value={rules[n]?.[key] ?? ''} data-field={`rules.${n}.${key}`} onChange={(v) => rules[n] !== undefined && set(n, changed(rules[n], { [key]: typeof v === 'number' ? v : null }))} />
  );
  return (
    <Rows
      label={label}
      name="rules"
      fault={fault}
      empty={t('programme.noRules')}
      add={t('programme.addRule')}
      onAdd={() => onChange([...rules, NEW_RULE])}
      rows={rules.map((rule, n) => ({
        called: t('programme.ruleText', { on: t(`trigger.${rule.on}`), count: rule.points }),
        onRemove: () => onChange(rules.filter((_, at) => at !== n)),
        body: (
          <>
            <Select className={styles.ruleWhat ?? ''} label={t('programme.on')} allowDeselect={false} data={TRIGGERS.map((one) => ({ value: one, label: t(`trigger.${one}`) }))} value={rule.on} data-field={`rules.${n}.on`} onChange={(on) => set(n, withTrigger(rule, (on ?? 'served') as Rule['on']))} />
            {count(n, 'points')}
            {rule.on === 'purchase' && count(n, 'per_amount')}
            {rule.on === 'waited' && count(n, 'over_minutes')}
            {count(n, 'times_per_day')}
            <MultiSelect
              className={styles.ruleWhat ?? ''}
              label={t('programme.service_ids')}
              placeholder={(rule.service_ids ?? []).length === 0 ? t('programme.allServices') : ''}
              data={(services.data ?? []).map((one) => ({ value: one.id, label: one.name }))}
              value={rule.service_ids ?? []}
              data-field={`rules.${n}.service_ids`}
              onChange={(ids) => set(n, changed(rule, { service_ids: ids.length === 0 ? null : ids }))}
            />
          </>
        ),
      }))}
    />
  );
}

/** The levels that people reach, the lowest first. */
export function TiersField({ label, value, fault, onChange }: Props) {
  const { t } = useTranslation('admin');
  const tiers = Array.isArray(value) ? (value as Tier[]) : [];
  const set = (n: number, part: Partial<Tier>) => onChange(tiers.map((one, at) => (at === n ? { ...one, ...part } : one)));
  return (
    <Rows
      label={label}
      name="tiers"
      fault={fault}
      empty={t('programme.noTiers')}
      add={t('programme.addTier')}
      onAdd={() => onChange([...tiers, { name: '', from_points: (tiers.at(-1)?.from_points ?? 0) + 100, multiplier_percent: 100 }])}
      rows={tiers.map((tier, n) => ({
        called: tier.name === '' ? t('programme.nthTier', { n: n + 1 }) : tier.name,
        onRemove: () => onChange(tiers.filter((_, at) => at !== n)),
        body: (
          <>
            <TextInput className={styles.ruleWhat ?? ''} label={t('field.name')} maxLength={80} dir="auto" autoComplete="off" value={tier.name} data-field={`tiers.${n}.name`} onChange={(e) => set(n, { name: e.currentTarget.value })} />
            <NumberInput className={styles.ruleNumber ?? ''} label={t('programme.from_points')} min={0} value={tier.from_points} data-field={`tiers.${n}.from_points`} onChange={(v) => set(n, { from_points: Number(v) || 0 })} />
            <NumberInput className={styles.ruleNumber ?? ''} label={t('programme.multiplier_percent')} min={100} max={1000} suffix=" %" value={tier.multiplier_percent} data-field={`tiers.${n}.multiplier_percent`} onChange={(v) => set(n, { multiplier_percent: Number(v) || 100 })} />
          </>
        ),
      }))}
    />
  );
}

export interface Row {
  readonly called: string;
  readonly body: ReactNode;
  readonly onRemove: () => void;
}

/** A list within a form: rows with a button that removes each, and one that adds another. */
export function Rows({ label, name, fault, empty, add, rows, onAdd }: { label: string; name: string; fault: string | undefined; empty: string; add?: string; rows: readonly Row[]; onAdd?: () => void }) {
  const { t } = useTranslation('admin');
  return (
    <Input.Wrapper label={label} error={fault} labelElement="div">
      <Stack gap="xs" mt="xs" data-field={name} tabIndex={-1}>
        {rows.length === 0 && <span className="muted">{empty}</span>}
        {rows.map((row, n) => (
          <div key={n} role="group" aria-label={row.called} className={styles.rule} data-testid={`admin-${name}-${n}`}>
            <Group gap="sm" align="flex-end" className="grow">
              {row.body}
            </Group>
            <ActionIcon variant="subtle" color="gray" size={44} aria-label={t('programme.remove', { what: row.called })} onClick={row.onRemove}>
              <IconTrash size={20} />
            </ActionIcon>
          </div>
        ))}
        {onAdd !== undefined && (
          <Button variant="default" style={{ alignSelf: 'flex-start' }} leftSection={<IconPlus size={20} />} onClick={onAdd} data-testid={`admin-${name}-add`}>
            {add}
          </Button>
        )}
      </Stack>
    </Input.Wrapper>
  );
}
