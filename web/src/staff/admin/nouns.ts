import type { Entry } from '../shared/use-entries';

/** How a field is asked. */
export type FieldKind = 'text' | 'long' | 'number' | 'numbers' | 'switch' | 'choice' | 'one' | 'many' | 'tags' | 'email' | 'password' | 'zone' | 'moment' | 'hours' | 'holidays' | 'prefix' | 'rules' | 'tiers' | 'currency' | 'languages' | 'texts' | 'outcomes' | 'classes' | 'weights';

/** One field of a form. `from` names the list whose entries can be chosen. */
export interface FieldSpec {
  readonly name: string;
  readonly kind: FieldKind;
  readonly required?: boolean;
  /** The words that a `choice` may be. */
  readonly words?: readonly string[];
  /** The noun whose entries a `one` or `many` points at; members are pointed at by their person. */
  readonly from?: NounName | 'roles';
  /** Only entries of the site that the form names can be chosen. */
  readonly ofSite?: boolean;
  /** Asked only when something is created, or only when it is changed. */
  readonly when?: 'new' | 'old';
  readonly min?: number;
  readonly max?: number;
  readonly initial?: unknown;
  /** Its key among the labels, where the plain name means something else in another form. */
  readonly label?: string;
  /** Under which heading of a long form. */
  readonly group?: string;
}

export type NounName = 'sites' | 'services' | 'queues' | 'counters' | 'routing' | 'availabilities' | 'members' | 'rewards';

/** One kind of thing that an administrator keeps: where it lives, what its list shows, what its form asks. */
export interface Noun {
  readonly name: NounName;
  /** Below the tenant's path. */
  readonly path: string;
  readonly scope: string;
  readonly testId: string;
  readonly columns: readonly string[];
  readonly fields: readonly FieldSpec[];
  /** What whoever is limited to some sites leaves alone: all of it, what stands at no site, or that there are more. */
  readonly whole?: 'all' | 'siteless' | 'new';
}

/** The priority classes of a new service, as the server gives them to one of which nothing is said. */
const USUAL_CLASSES = Object.fromEntries([['priority', 10], ['vip', 20]].map(([name, minutes]) => [name, { head_start_minutes: minutes, strict: false, reason_required: false, confirm: false }]));

export const NOUNS: readonly Noun[] = [
  {
    name: 'sites',
    path: '/sites',
    scope: 'sites:write',
    testId: 'site',
    whole: 'new',
    columns: ['name', 'slug', 'kind', 'timezone', 'status'],
    fields: [
      { name: 'name', kind: 'text', required: true },
      { name: 'slug', kind: 'text' },
      { name: 'kind', kind: 'choice', words: ['branch', 'shop', 'factory'], initial: 'branch' },
      { name: 'address', kind: 'text' },
      { name: 'manager_id', label: 'site_manager', kind: 'one', from: 'members' },
      { name: 'capacity', label: 'site_capacity', kind: 'number', min: 1, max: 1_000_000 },
      { name: 'is_default', kind: 'switch', when: 'old' },
      { name: 'latitude', kind: 'number', min: -90, max: 90 },
      { name: 'longitude', kind: 'number', min: -180, max: 180 },
      { name: 'timezone', kind: 'zone' },
      { name: 'hours', kind: 'hours', initial: null },
      { name: 'holidays', kind: 'holidays' },
      { name: 'notice', kind: 'text' },
      { name: 'status', kind: 'choice', words: ['active', 'inactive', 'closed'], when: 'old' },
    ],
  },
  {
    name: 'services',
    path: '/queues/services',
    scope: 'services:write',
    testId: 'service',
    whole: 'all',
    columns: ['name', 'code', 'default_minutes', 'target_minutes', 'active'],
    fields: [
      { name: 'name', kind: 'text', required: true },
      { name: 'code', kind: 'text' },
      { name: 'description', kind: 'text' },
      { name: 'default_minutes', kind: 'number', min: 1, max: 480, initial: 5 },
      { name: 'target_minutes', kind: 'number', min: 1, max: 480 },
      { name: 'prefix', label: 'service_prefix', kind: 'text' },
      { name: 'required_skills', kind: 'tags' },
      { name: 'active', kind: 'switch', initial: true },
      { name: 'names', kind: 'texts', group: 'languages' },
      { name: 'descriptions', kind: 'texts', group: 'languages' },
      { name: 'outcomes', kind: 'outcomes', group: 'ending' },
      { name: 'outcome_required', kind: 'switch', initial: false, group: 'ending' },
      { name: 'priority_rules.classes', label: 'priority_rules', kind: 'classes', initial: USUAL_CLASSES, group: 'order' },
    ],
  },
  {
    name: 'queues',
    path: '/queues',
    scope: 'queues:write',
    testId: 'queue',
    columns: ['name', 'site_id', 'prefix', 'algorithm', 'status', 'current_length'],
    fields: [
      { name: 'name', kind: 'text', required: true },
      { name: 'site_id', kind: 'one', from: 'sites', required: true, when: 'new' },
      { name: 'service_ids', kind: 'many', from: 'services', required: true },
      { name: 'prefix', kind: 'prefix' },
      { name: 'algorithm', kind: 'choice', words: ['fifo', 'priority', 'sla'], initial: 'fifo' },
      { name: 'status', kind: 'choice', words: ['active', 'paused', 'inactive'], initial: 'active' },
      { name: 'description', kind: 'text' },
      { name: 'max_active_tickets', kind: 'number', min: 1, group: 'limits' },
      { name: 'max_per_customer_per_day', kind: 'number', min: 1, group: 'limits' },
      { name: 'no_show_minutes', kind: 'number', min: 1, initial: 3, group: 'calling' },
      { name: 'recall_limit', kind: 'number', min: 0, initial: 3, group: 'calling' },
      { name: 'call_ahead', kind: 'number', min: 0, max: 50, initial: 3, group: 'calling' },
      { name: 'reinstate_minutes', kind: 'number', min: 0, max: 1440, initial: 60, group: 'calling' },
      { name: 'reinstate', kind: 'choice', words: ['old_place', 'end'], initial: 'old_place', group: 'calling' },
      { name: 'park_limit_minutes', kind: 'number', min: 1, max: 480, initial: 60, group: 'calling' },
      { name: 'wrap_up', kind: 'switch', initial: false, group: 'calling' },
      { name: 'first_number', kind: 'number', min: 0, initial: 1, group: 'numbers' },
      { name: 'last_number', kind: 'number', min: 1, initial: 999, group: 'numbers' },
      { name: 'padding', kind: 'number', min: 1, max: 6, initial: 3, group: 'numbers' },
      { name: 'reset', kind: 'choice', words: ['midnight', 'closing'], initial: 'midnight', group: 'numbers' },
      { name: 'transfer_keeps_number', kind: 'switch', initial: true, group: 'numbers' },
      { name: 'join_within_meters', kind: 'number', min: 50, max: 50_000, group: 'joining' },
      { name: 'join_code_seconds', kind: 'number', min: 15, max: 3600, group: 'joining' },
      { name: 'ask_at_place', kind: 'number', min: 1, max: 20, initial: 3, group: 'joining' },
      { name: 'silent_minutes', kind: 'number', min: 1, max: 60, initial: 3, group: 'joining' },
    ],
  },
  {
    name: 'counters',
    path: '/counters',
    scope: 'counters:write',
    testId: 'counter',
    columns: ['number', 'name', 'site_id', 'status', 'capacity'],
    fields: [
      { name: 'name', kind: 'text', required: true },
      { name: 'number', kind: 'text' },
      { name: 'site_id', kind: 'one', from: 'sites', required: true, when: 'new' },
      { name: 'queue_ids', kind: 'many', from: 'queues', ofSite: true, required: true },
      { name: 'staff_id', label: 'counter_staff', kind: 'one', from: 'members' },
      { name: 'capacity', kind: 'number', min: 1, max: 50, initial: 1 },
      { name: 'weights', kind: 'weights', initial: null },
    ],
  },
  {
    name: 'routing',
    path: '/routing-rules',
    scope: 'queues:write',
    testId: 'rule',
    whole: 'siteless',
    columns: ['name', 'event', 'site_id', 'condition', 'active'],
    fields: [
      { name: 'name', kind: 'text', required: true },
      { name: 'site_id', kind: 'one', from: 'sites' },
      { name: 'event', kind: 'choice', words: ['any', 'issue', 'transfer'], initial: 'any' },
      { name: 'condition', kind: 'long', required: true },
      { name: 'then.queue_id', label: 'rule_queue', kind: 'one', from: 'queues' },
      { name: 'then.class', label: 'rule_class', kind: 'text' },
      { name: 'then.tag', label: 'rule_tag', kind: 'text' },
      { name: 'then.refuse', label: 'rule_refuse', kind: 'text' },
      { name: 'position', label: 'rule_position', kind: 'number', min: 0, max: 10_000, initial: 100 },
      { name: 'active', label: 'rule_active', kind: 'switch', initial: true },
    ],
  },
  {
    name: 'availabilities',
    path: '/availabilities',
    scope: 'availabilities:write',
    testId: 'availability',
    columns: ['name', 'service_id', 'site_id', 'duration_minutes', 'online', 'active'],
    fields: [
      { name: 'name', kind: 'text' },
      { name: 'site_id', kind: 'one', from: 'sites', required: true, when: 'new' },
      { name: 'service_id', kind: 'one', from: 'services', required: true, when: 'new' },
      { name: 'staff_id', kind: 'one', from: 'members' },
      { name: 'online', kind: 'switch', initial: true },
      { name: 'active', kind: 'switch', initial: true },
      { name: 'instructions', kind: 'long' },
      { name: 'weekly', kind: 'hours', initial: null, group: 'times' },
      { name: 'exceptions', kind: 'holidays', group: 'times' },
      { name: 'duration_minutes', kind: 'number', min: 5, max: 1440, initial: 30, group: 'slots' },
      { name: 'step_minutes', kind: 'number', min: 5, max: 1440, group: 'slots' },
      { name: 'buffer_before_minutes', kind: 'number', max: 240, initial: 0, group: 'slots' },
      { name: 'buffer_after_minutes', kind: 'number', max: 240, initial: 0, group: 'slots' },
      { name: 'capacity', label: 'places', kind: 'number', min: 1, max: 500, initial: 1, group: 'slots' },
      { name: 'counts_people', kind: 'switch', initial: false, group: 'slots' },
      { name: 'max_party', kind: 'number', min: 1, max: 100, initial: 100, group: 'booking' },
      { name: 'lead_minutes', kind: 'number', max: 525_600, initial: 60, group: 'booking' },
      { name: 'horizon_days', kind: 'number', min: 1, max: 730, initial: 60, group: 'booking' },
      { name: 'max_per_person', kind: 'number', min: 1, max: 100, group: 'booking' },
      { name: 'hold_minutes', kind: 'number', min: 1, max: 60, initial: 5, group: 'booking' },
      { name: 'cancel_cutoff_minutes', kind: 'number', max: 525_600, initial: 120, group: 'booking' },
      { name: 'offer_minutes', kind: 'number', min: 1, max: 1440, initial: 30, group: 'booking' },
      { name: 'reminder_minutes', kind: 'numbers', min: 1, max: 43_200, initial: [1440, 120], group: 'booking' },
      { name: 'early_minutes', kind: 'number', max: 1440, initial: 30, group: 'arriving' },
      { name: 'early_rule', kind: 'choice', words: ['slot', 'arrival'], initial: 'slot', group: 'arriving' },
      { name: 'grace_minutes', kind: 'number', max: 1440, initial: 5, group: 'arriving' },
      { name: 'late_minutes', kind: 'number', max: 1440, initial: 15, group: 'arriving' },
      { name: 'late_rule', kind: 'choice', words: ['slot', 'arrival'], initial: 'arrival', group: 'arriving' },
    ],
  },
  {
    name: 'members',
    path: '/members',
    scope: 'staff:write',
    testId: 'member',
    columns: ['user.name', 'user.email', 'roles', 'status'],
    fields: [
      { name: 'email', kind: 'email', required: true, when: 'new' },
      { name: 'name', kind: 'text', required: true, when: 'new' },
      { name: 'password', kind: 'password', when: 'new' },
      { name: 'roles', kind: 'many', from: 'roles', required: true },
      { name: 'sites', kind: 'many', from: 'sites' },
      { name: 'skills', kind: 'tags' },
      { name: 'status', kind: 'choice', words: ['active', 'inactive'], when: 'old' },
    ],
  },
  {
    name: 'rewards',
    path: '/rewards',
    scope: 'rewards:write',
    testId: 'reward',
    whole: 'all',
    columns: ['name', 'points_required', 'stock', 'available'],
    fields: [
      { name: 'name', kind: 'text', required: true },
      { name: 'description', kind: 'long' },
      { name: 'type', kind: 'text', initial: 'reward' },
      { name: 'points_required', kind: 'number', required: true, min: 1 },
      { name: 'stock', kind: 'number' },
      { name: 'per_customer', kind: 'number', min: 1 },
      { name: 'valid_from', kind: 'moment' },
      { name: 'valid_until', kind: 'moment' },
      { name: 'active', kind: 'switch', initial: true },
    ],
  },
];

/** Whether somebody who is limited to some sites leaves an entry alone, or adding one where there is none. */
export function ofEverySite(noun: Pick<Noun, 'whole'>, entry: Entry | null): boolean {
  if (noun.whole === 'all') return true;
  if (entry === null) return noun.whole === 'new';
  return noun.whole === 'siteless' && (entry['site_id'] ?? null) === null;
}

/** What a form needs of a noun. */
type Fields = Pick<Noun, 'fields'>;

/** The noun of a name. */
export function nounOf(name: NounName): Noun {
  const found = NOUNS.find((noun) => noun.name === name);
  if (found === undefined) throw new Error(`no noun ${name}`);
  return found;
}

export type { Entry };
export type Values = Record<string, unknown>;

/** The value at `user.email`. */
export function valueAt(entry: Entry, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? (at as Values)[key] : undefined), entry);
}

/** What a person reads for a value: lists joined, absent values as a dash. */
export function shown(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.map(shown).join(', ');
  if (typeof value === 'object') return shown((value as Values)['name'] ?? (value as Values)['id']);
  return String(value);
}

/** What an entry is called in lists, titles and questions. */
export function nameOf(noun: Noun, entry: Entry): string {
  return shown(noun.name === 'members' ? valueAt(entry, 'user.name') : entry['name']);
}

/** The key of what a form calls a field. */
export const labelKey = (field: FieldSpec): string => field.label ?? field.name;

/** The fields that a form asks. */
export function fieldsOf(noun: Fields, creating: boolean): FieldSpec[] {
  return noun.fields.filter((f) => f.when !== (creating ? 'old' : 'new'));
}

/** Kinds whose value is a list. */
const LISTS: ReadonlySet<FieldKind> = new Set(['many', 'tags', 'numbers', 'holidays', 'rules', 'tiers', 'languages', 'outcomes']);

/** Kinds whose value is texts or figures by a key. */
const MAPS: ReadonlySet<FieldKind> = new Set(['texts', 'classes']);

/** Kinds without a value where nothing is said. */
const NULLS: ReadonlySet<FieldKind> = new Set(['number', 'hours', 'weights']);

/** What a form starts with: the entry's values, else each field's own. */
export function startOf(noun: Fields, entry: Entry | null): Values {
  return Object.fromEntries(
    noun.fields.map((f) => {
      const empty = LISTS.has(f.kind) ? [] : MAPS.has(f.kind) ? {} : f.kind === 'switch' ? false : NULLS.has(f.kind) ? null : '';
      const value = entry === null ? f.initial : valueAt(entry, f.name);
      return [f.name, value ?? empty];
    }),
  );
}

/** The id by which fields point at an entry. */
export function idOf(from: NounName, entry: Entry): string {
  return from === 'members' ? shown(entry['user_id']) : entry.id;
}

/** What was refused at a field, or at a part of it such as `holidays[1].date`. */
export function faultAt(faults: Readonly<Record<string, string>>, name: string): string | undefined {
  return faults[name] ?? Object.entries(faults).find(([at]) => at.startsWith(`${name}.`) || at.startsWith(`${name}[`))?.[1];
}

/** Whether two values of a field are the same. */
export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Whether nothing stands in a field of a new entry, and the server's own choice holds. */
const isEmpty = (f: FieldSpec, value: unknown) => value === '' || value === null || (Array.isArray(value) && value.length === 0) || (f.kind === 'texts' && same(value, {}));

/** The fields that changed, as the API takes them; empty texts become absent, unless they are needed: the server says so. */
export function changesOf(noun: Fields, start: Values, now: Values, creating: boolean): Values {
  const pairs = fieldsOf(noun, creating).flatMap((f) => {
    const value = now[f.name];
    if (creating ? isEmpty(f, value) : same(value, start[f.name])) return [];
    return [[f.name, value === '' && f.required !== true ? null : value]];
  });
  return nested(noun, Object.fromEntries(pairs) as Values, now);
}

/** Changes of `then.queue_id` as the API takes them: the whole of `then`, with what of it stays. */
function nested(noun: Fields, changes: Values, now: Values): Values {
  const parents = new Set(Object.keys(changes).flatMap((name) => (name.includes('.') ? [name.slice(0, name.indexOf('.'))] : [])));
  const flat = Object.entries(changes).filter(([name]) => !name.includes('.'));
  const whole = [...parents].map((parent) => {
    const parts = noun.fields.filter((f) => f.name.startsWith(`${parent}.`)).map((f) => [f.name.slice(parent.length + 1), now[f.name] === '' ? null : now[f.name]]);
    return [parent, Object.fromEntries(parts)];
  });
  return Object.fromEntries([...flat, ...whole]) as Values;
}

/** What an invitation takes of a new member's form: name and password are the person's own. */
export function invitationOf(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name !== 'name' && name !== 'password'));
}

/** A field that two people changed at the same time. */
export interface Clash {
  readonly field: FieldSpec;
  readonly mine: unknown;
  readonly theirs: unknown;
}

/**
 * Brings together what was edited here (`start` → `mine`) and what somebody else saved meanwhile (`theirs`):
 * what only one of them changed is in `values`; what both changed keeps the own version there and is listed.
 */
export function merged(noun: Fields, start: Values, mine: Values, theirs: Values): { values: Values; clashes: Clash[]; taken: FieldSpec[] } {
  const fields = fieldsOf(noun, false);
  const here = (f: FieldSpec) => !same(mine[f.name], start[f.name]);
  const there = (f: FieldSpec) => !same(theirs[f.name], start[f.name]);
  const clashes = fields
    .filter((f) => here(f) && there(f) && !same(mine[f.name], theirs[f.name]))
    .map((field) => ({ field, mine: mine[field.name], theirs: theirs[field.name] }));
  const values = Object.fromEntries(Object.keys(mine).map((name) => [name, same(mine[name], start[name]) ? theirs[name] : mine[name]]));
  return { values, clashes, taken: fields.filter((f) => there(f) && !here(f)) };
}
