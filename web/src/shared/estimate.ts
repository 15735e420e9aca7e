/** How a wait is put into words: ranges, coarser the farther away, and not nervous. */

/** What is said of a wait: whole minutes. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** A said range with the figures it was said for. */
export interface Said extends Range {
  readonly p50: number;
  readonly p90: number;
}

/** One minute below 10, five up to 60, then fifteen. */
export function stepAt(minutes: number): number {
  if (minutes < 10) return 1;
  return minutes < 60 ? 5 : 15;
}

/** The largest step at or below. */
export function roundDown(minutes: number): number {
  const step = stepAt(minutes);
  return Math.max(0, Math.floor(minutes / step) * step);
}

/** The smallest step at or above. */
export function roundUp(minutes: number): number {
  const step = stepAt(minutes);
  // 9.4 rounds to 10, which is where the coarser step begins: both agree there, and again at 60.
  return Math.max(0, Math.ceil(minutes / step) * step);
}

/** P50 rounded down to P90 rounded up; never a single minute. */
export function rangeOf(p50: number, p90: number): Range {
  const low = roundDown(p50);
  const high = Math.max(roundUp(Math.max(p50, p90)), low + stepAt(low));
  return { low, high };
}

/**
 * The range to show now. What was said stays as long as the median lies inside it and neither figure has
 * moved a whole step since it was said, so that the text does not flicker around a boundary. But the upper end
 * is a promise: it grows as soon as nine in ten are no longer called within it, and only shrinking waits for a step.
 */
export function say(previous: Said | null, p50: number, p90: number): Said {
  if (
    previous !== null &&
    p50 >= previous.low &&
    p50 <= previous.high &&
    Math.abs(p50 - previous.p50) < stepAt(previous.low) &&
    p90 <= previous.high &&
    previous.p90 - p90 < stepAt(previous.high)
  ) {
    return previous;
  }
  return { ...rangeOf(p50, p90), p50, p90 };
}

const MINUTE = 60_000;

/** Whether a shown clock time has to change: it moved by a whole step of the wait that it is away from now. */
function movedAStep(shown: number, exact: number, now: number): boolean {
  return Math.abs(exact - shown) >= stepAt(Math.abs(exact - now) / MINUTE) * MINUTE;
}

/** "Be here by": cut down to the minute (near) or to five minutes (far), and kept until it has moved a step. */
export function beHereBy(previous: number | null, exact: number, now: number): number {
  if (previous !== null && !movedAStep(previous, exact, now) && previous <= exact) return previous;
  const step = Math.min(stepAt((exact - now) / MINUTE), 5) * MINUTE;
  return Math.floor(exact / step) * step;
}

/**
 * "Very likely called by": rounded up, and kept until it has moved a step. Null once it is past: it was not kept, and
 * the next estimate says another.
 */
export function calledBy(previous: number | null, exact: number, now: number): number | null {
  const kept = previous !== null && !movedAStep(previous, exact, now) && previous >= exact;
  const step = Math.min(stepAt((exact - now) / MINUTE), 5) * MINUTE;
  const shown = kept ? previous : Math.ceil(exact / step) * step;
  return shown > now ? shown : null;
}

/** The normal distribution's P90. */
const Z90 = 1.2816;

/**
 * Twenty equally likely waits for a dot plot: the centres of twenty slices of a distribution through P10, P50
 * and P90, log-normal with its own width on each side of the median (waits lean to the right).
 */
export function twentyDots(p10: number, p50: number, p90: number): number[] {
  const median = Math.log(Math.max(p50, 0.1));
  const left = (median - Math.log(Math.max(Math.min(p10, p50), 0.05))) / Z90;
  const right = (Math.log(Math.max(p90, p50, 0.1)) - median) / Z90;
  return Array.from({ length: 20 }, (_, i) => {
    const z = probit((i + 0.5) / 20);
    return Math.exp(median + z * (z < 0 ? left : right));
  });
}

/** The inverse of the normal distribution (Acklam's approximation, central part and tails). */
function probit(p: number): number {
  const a = [-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239] as const;
  const b = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572] as const;
  const c = [-0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783] as const;
  const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416] as const;
  const tail = (q: number) =>
    (((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5]) /
    ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1);
  if (p < 0.02425) return tail(Math.sqrt(-2 * Math.log(p)));
  if (p > 1 - 0.02425) return -tail(Math.sqrt(-2 * Math.log(1 - p)));
  const q = p - 0.5;
  const r = q * q;
  return (
    ((((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q) /
    (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1)
  );
}
