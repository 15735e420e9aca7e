/** What the record of estimates means to a person. */
import type { EstimateAccuracy } from '~/api/shapes';

/** With fewer estimates than that nothing can be said of them. */
export const ENOUGH = 20;
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
  const ten = Math.round(coverage * 10);
  // Ten of ten and none of ten are said only where it is so.
  if (ten === 10 && coverage < 1) return 9;
  return ten === 0 && coverage > 0 ? 1 : ten;
}

/** Of twenty people, how many are called in time. */
export function ofTwenty(percent: number): number {
  const twenty = Math.round(percent / 5);
  if (twenty === 20 && percent < 100) return 19;
  return twenty === 0 && percent > 0 ? 1 : twenty;
}

/** Which way the middle of what was said leans. */
export function leanOf(bias: number | null): 'longer' | 'shorter' | 'none' {
  if (bias === null || Math.abs(bias) < LEAN) return 'none';
  return bias > 0 ? 'longer' : 'shorter';
}
