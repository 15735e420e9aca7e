import type { Customer } from '~/api/shapes';

/** The ways on which an organisation reaches people outside of its own screens. */
export const CHANNELS = ['email', 'sms', 'whatsapp', 'push'] as const;

/** The ways on which somebody said that they want to be reached. */
export const wishesOf = (person: Pick<Customer, 'preferences'> | null): string[] => CHANNELS.filter((channel) => person?.preferences[channel] === true);

/** What a changed choice says to the API: only of the ways that were changed. */
export function preferencesOf(before: readonly string[], after: readonly string[]): Record<string, boolean> {
  const changed = CHANNELS.filter((channel) => before.includes(channel) !== after.includes(channel));
  return Object.fromEntries(changed.map((channel) => [channel, after.includes(channel)]));
}

/** What was chosen for purposes, where it differs from what is known, as the API takes it. */
export function consentsOf(known: Customer['consents'], chosen: Readonly<Record<string, boolean>>, source: string): Record<string, { granted: boolean; source?: string }> {
  const changed = Object.entries(chosen).filter(([purpose, granted]) => known[purpose]?.granted !== granted);
  return Object.fromEntries(changed.map(([purpose, granted]) => [purpose, { granted, ...(source.trim() === '' ? {} : { source: source.trim() }) }]));
}
