import type { Service } from '~/api/shapes';

/** The class of everybody without one. */
export const NORMAL = 'normal';

type Ruled = Pick<Service, 'priority_rules'>;

/** The priority classes of services, `normal` first and the one that overtakes most last. */
export function classesOf(services: readonly Ruled[]): string[] {
  // A strict class comes before all that are not, whatever their head start.
  const ahead = new Map<string, number>();
  for (const { priority_rules: rules } of services) {
    for (const [name, one] of Object.entries(rules.classes)) ahead.set(name, Math.max(ahead.get(name) ?? 0, one.strict ? Infinity : one.head_start_minutes));
  }
  const byHeadStart = [...ahead].sort(([a, x], [b, y]) => (x === y ? a.localeCompare(b) : x - y));
  return [NORMAL, ...byHeadStart.map(([name]) => name)];
}

/** Whether a service knows a class; everybody knows the one without a name. */
export function hasClass(service: Ruled | undefined, name: string): boolean {
  return name === NORMAL || service === undefined || Object.hasOwn(service.priority_rules.classes, name);
}

/** Whether any of the services wants a reason for a class. */
export function wantsReason(services: readonly Ruled[], name: string): boolean {
  return services.some(({ priority_rules: { classes } }) => classes[name]?.reason_required === true);
}
