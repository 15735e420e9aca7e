import { expect, it } from 'vitest';
import { keptAsSaid, outOf } from './kept';

it('says nothing of too few, tens of some and hundreds of many', () => {
  expect(keptAsSaid(null)).toBeNull();
  expect(keptAsSaid({ estimates: 19, p90_coverage: 1 })).toBeNull();
  expect(keptAsSaid({ estimates: 20, p90_coverage: 0.85 })).toEqual({ kept: 9, of: 10 });
  expect(keptAsSaid({ estimates: 99, p90_coverage: 0.6 })).toEqual({ kept: 6, of: 10 });
  expect(keptAsSaid({ estimates: 100, p90_coverage: 0.93 })).toEqual({ kept: 93, of: 100 });
});

it('says all and none only where it is so', () => {
  expect([outOf(10, 0.99), outOf(10, 1), outOf(100, 0.999), outOf(10, 0.01), outOf(10, 0)]).toEqual([9, 10, 99, 1, 0]);
});
