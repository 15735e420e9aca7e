/** What the record of estimates means to a person. */
import type { EstimateAccuracy } from '~/api/shapes';
import { ENOUGH, outOf } from '~/shared/kept';

/** So many of a hundred are promised to be called within what is said; five more or fewer are as promised. */
const PROMISED = 90;
const SLACK = 5;
/** Below that people wait as long as said, in minutes. */
const LEAN = 0.5;

export type Verdict = 'few' | 'hopeful' | 'good' | 'careful';

/** Whether the upper end of what was said is kept as often as it is promised. */
export function verdictOf({ estimates, p90_coverage }: EstimateAccuracy): Verdict {
  if (estimates < ENOUGH || p90_coverage === null) return 'few';
  const kept = Math.round(p90_coverage * 100);
  if (kept < PROMISED - SLACK) return 'hopeful';
  return kept > PROMISED + SLACK ? 'careful' : 'good';
}

/** Of ten people, how many were called within what was said. */
export function ofTen(coverage: number): number {
  return outOf(10, coverage);
}

/** Of twenty people, how many are called in time. */
export function ofTwenty(percent: number): number {
  return outOf(20, percent / 100);
}

/** Which way the middle of what was said leans. */
export function leanOf(bias: number | null): 'longer' | 'shorter' | 'none' {
  if (bias === null || Math.abs(bias) < LEAN) return 'none';
  return bias > 0 ? 'longer' : 'shorter';
}
