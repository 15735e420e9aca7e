import type { DeviceConfig } from '~/api/shapes';
import { panelSizes } from '~/device/panel-size';
import { boardSizes } from '~/device/size';

/** The set-up without some members. */
export function without(config: DeviceConfig, ...names: (keyof DeviceConfig)[]): DeviceConfig {
  return Object.fromEntries(Object.entries(config).filter(([key]) => !(names as string[]).includes(key))) as DeviceConfig;
}

/** The set-up with a member changed; one that says nothing is left out. */
export function put<K extends keyof DeviceConfig>(config: DeviceConfig, name: K, value: DeviceConfig[K] | null): DeviceConfig {
  const empty = value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
  return empty ? without(config, name) : { ...without(config, name), [name]: value };
}

/** The set-up in another layout: a screen above a counter has one counter, and calls of no other site. */
export function laidOut(config: DeviceConfig, layout: NonNullable<DeviceConfig['layout']>): DeviceConfig {
  if (layout !== 'counter') return put(config, 'layout', layout);
  return put(put(without(config, 'sites'), 'counters', (config.counters ?? []).slice(0, 1)), 'layout', layout);
}

/** How far a screen can be read, when the farthest seat is beyond it; boards and the panels above counters are wide. */
export function tooFar({ diagonal_inches: diagonal, distance_m: distance, layout }: DeviceConfig): number | null {
  if (diagonal === undefined || distance === undefined) return null;
  const sizes = layout === 'counter' ? panelSizes(1920, 1080, diagonal, distance) : boardSizes(1920, 1080, diagonal, distance);
  return sizes.tooFar ? sizes.maxDistance : null;
}

/** What a display is for: all that is called at its sites, some counters' calls in a waiting room, or one counter below it. */
export function placeOf({ layout, counters }: DeviceConfig): 'hall' | 'waiting' | 'counter' {
  if (layout === 'counter') return 'counter';
  return (counters ?? []).length > 0 ? 'waiting' : 'hall';
}
