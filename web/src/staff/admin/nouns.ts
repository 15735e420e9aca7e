/** One field of a form. `from` names the list whose entries can be chosen. */
export interface FieldSpec {
  readonly name: string;
  readonly kind: 'text' | 'number' | 'switch' | 'choice' | 'one' | 'many' | 'tags' | 'email' | 'password';
  readonly required?: boolean;
  /** The words that a `choice` may be. */
  readonly words?: readonly string[];
  /** The noun whose entries a `one` or `many` points at. */
  readonly from?: NounName;
  /** Asked only when something is created. */
  readonly once?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly initial?: unknown;
}

export type NounName = 'sites' | 'services' | 'queues' | 'counters' | 'members' | 'roles';

/** One kind of thing that an administrator keeps: where it lives, what its list shows, what its form asks. */
export interface Noun {
  readonly name: NounName;
  /** Below the tenant's path. */
  readonly path: string;
  readonly scope: string;
  readonly testId: string;
  readonly columns: readonly string[];
  readonly fields: readonly FieldSpec[];
}

export const NOUNS: readonly Noun[] = [
  {
    name: 'sites',
    path: '/sites',
    scope: 'sites:write',
    testId: 'site',
    columns: ['name', 'slug', 'kind', 'timezone', 'status'],
    fields: [
      { name: 'name', kind: 'text', required: true },
      { name: 'slug', kind: 'text' },
      { name: 'kind', kind: 'choice', words: ['branch', 'shop', 'factory'], initial: 'branch' },
      { name: 'address', kind: 'text' },
      { name: 'timezone', kind: 'text', initial: Intl.DateTimeFormat().resolvedOptions().timeZone },
    ],
  },
  {
    name: 'services',
    path: '/queues/services',
    scope: 'services:write',
    testId: 'service',
    columns: ['name', 'code', 'default_minutes', 'target_minutes', 'active'],
    fields: [
      { name: 'name', kind: 'text', required: true },
      { name: 'code', kind: 'text', required: true },
      { name: 'description', kind: 'text' },
      { name: 'prefix', kind: 'text' },
      { name: 'default_minutes', kind: 'number', min: 1, max: 480, initial: 5 },
      { name: 'target_minutes', kind: 'number', min: 1, max: 480 },
      { name: 'required_skills', kind: 'tags' },
      { name: 'active', kind: 'switch', initial: true },
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
      { name: 'site_id', kind: 'one', from: 'sites', required: true, once: true },
      { name: 'service_ids', kind: 'many', from: 'services', required: true },
      { name: 'prefix', kind: 'text', required: true },
      { name: 'algorithm', kind: 'choice', words: ['fifo', 'priority', 'sla'], initial: 'fifo' },
      { name: 'status', kind: 'choice', words: ['active', 'paused', 'inactive'], initial: 'active' },
      { name: 'max_active_tickets', kind: 'number', min: 1 },
      { name: 'no_show_minutes', kind: 'number', min: 1, initial: 3 },
      { name: 'recall_limit', kind: 'number', min: 0, initial: 3 },
      { name: 'wrap_up', kind: 'switch', initial: false },
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
      { name: 'number', kind: 'text', required: true },
      { name: 'site_id', kind: 'one', from: 'sites', required: true, once: true },
      { name: 'queue_ids', kind: 'many', from: 'queues', required: true },
      { name: 'capacity', kind: 'number', min: 1, max: 20, initial: 1 },
    ],
  },
  {
    name: 'members',
    path: '/members',
    scope: 'staff:write',
    testId: 'member',
    columns: ['user.name', 'user.email', 'roles', 'status'],
    fields: [
      { name: 'email', kind: 'email', required: true, once: true },
      { name: 'name', kind: 'text', required: true, once: true },
      { name: 'password', kind: 'password', once: true },
      { name: 'roles', kind: 'many', from: 'roles', required: true },
      { name: 'sites', kind: 'many', from: 'sites' },
      { name: 'skills', kind: 'tags' },
    ],
  },
];

/** One entry of any noun, as the API answers it. */
export type Entry = Record<string, unknown> & { id: string };

/** The value at `user.email`. */
export function valueAt(entry: Entry, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined), entry);
}

/** What a person reads for a value: lists joined, absent values as a dash. */
export function shown(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.map(shown).join(', ');
  if (typeof value === 'object') return shown((value as Record<string, unknown>)['name'] ?? (value as Record<string, unknown>)['id']);
  return String(value);
}

/** What a form starts with: the entry's values, else each field's own. */
export function startOf(noun: Noun, entry: Entry | null): Record<string, unknown> {
  return Object.fromEntries(
    noun.fields.map((f) => {
      const empty = f.kind === 'many' || f.kind === 'tags' ? [] : f.kind === 'switch' ? false : f.kind === 'number' ? null : '';
      const value = entry === null ? f.initial : entry[f.name];
      return [f.name, value ?? empty];
    }),
  );
}

/** The fields that changed, as the API takes them; empty texts become absent. */
export function changesOf(noun: Noun, start: Record<string, unknown>, now: Record<string, unknown>, creating: boolean): Record<string, unknown> {
  const fields = noun.fields.filter((f) => creating || f.once !== true);
  const pairs = fields.flatMap((f) => {
    const value = now[f.name];
    const same = JSON.stringify(value) === JSON.stringify(start[f.name]);
    const empty = value === '' || value === null || (Array.isArray(value) && value.length === 0);
    if (creating ? empty : same) return [];
    return [[f.name, value === '' ? null : value]];
  });
  return Object.fromEntries(pairs) as Record<string, unknown>;
}
