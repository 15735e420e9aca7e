/** The arithmetic of the charts, apart from their drawing. */

/** A scale from zero with round marks: its top and its marks. */
export function scale(most: number): { top: number; marks: number[] } {
  if (!(most > 0) || !Number.isFinite(most)) return { top: 1, marks: [0] };
  const power = 10 ** Math.floor(Math.log10(most / 4));
  const step = [1, 2, 5, 10].map((n) => n * power).find((s) => most / s <= 5) ?? power * 10;
  const count = Math.ceil(most / step - 1e-9);
  return { top: step * count, marks: Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(6))) };
}

/** The step of the heat ramp, 0 to 5, of a value among values up to `most`. */
export function heatStep(value: number, most: number): number {
  if (!(value > 0) || !(most > 0)) return 0;
  return Math.min(5, 1 + Math.floor((value / most) * 4.999));
}

export interface Change {
  /** In per cent of before, whole; null where there was nothing before. */
  readonly percent: number | null;
  readonly direction: 'up' | 'down' | 'same';
}

/** How a figure stands beside the one before; null where either is missing. */
export function change(now: number | null | undefined, before: number | null | undefined): Change | null {
  if (now == null || before == null) return null;
  if (before === 0) return { percent: now === 0 ? 0 : null, direction: now > 0 ? 'up' : 'same' };
  const percent = Math.round(((now - before) / before) * 100);
  return { percent: Math.abs(percent), direction: percent > 0 ? 'up' : percent < 0 ? 'down' : 'same' };
}
