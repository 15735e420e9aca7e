import { expect, it } from 'vitest';
import { leanOf, ofTen, ofTwenty, verdictOf } from './worth';

const record = (estimates: number, p90_coverage: number | null) => ({ estimates, p90_coverage, mae_minutes: 3, median_error_minutes: 2, bias_minutes: 0 });

it.each([
  [0, null, 'few'],
  [19, 0.9, 'few'],
  [20, 0.846, 'good'],
  [20, 0.84, 'hopeful'],
  [500, 0.9, 'good'],
  [500, 0.95, 'good'],
  [500, 0.97, 'careful'],
] as const)('of %d estimates %s kept is %s', (estimates, kept, verdict) => {
  expect(verdictOf(record(estimates, kept))).toBe(verdict);
});

it('says all and none only where it is so', () => {
  expect([0, 0.01, 0.58, 0.9, 0.99, 1].map(ofTen)).toEqual([0, 1, 6, 9, 9, 10]);
  expect([0, 1, 50, 88.8, 99.6, 100].map(ofTwenty)).toEqual([0, 1, 10, 18, 19, 20]);
});

it('leans when it is half a minute', () => {
  expect([null, 0.4, -0.4, 0.5, -6].map(leanOf)).toEqual(['none', 'none', 'none', 'longer', 'shorter']);
});
