import { expect, it } from 'vitest';
import type { Points } from '~/api/shapes';
import { standsInTheWay, toNext } from './standing';

const points = (part: Partial<Points>): Points => ({ customer_id: null, available: 0, pending: 0, lifetime: 0, expiring: [], tier: null, next_tier: null, ...part });
const silver = { name: 'Silver', from_points: 100 };
const gold = { name: 'Gold', from_points: 500 };

it('counts the way to the next level from the last one', () => {
  expect(toNext(points({ lifetime: 25, next_tier: silver }))).toEqual({ missing: 75, percent: 25 });
  expect(toNext(points({ lifetime: 300, tier: silver, next_tier: gold }))).toEqual({ missing: 200, percent: 50 });
  expect(toNext(points({ lifetime: 900, tier: gold }))).toBeNull();
});

it('stays in its bounds when levels were moved meanwhile', () => {
  expect(toNext(points({ lifetime: 50, tier: silver, next_tier: gold }))).toEqual({ missing: 450, percent: 0 });
  expect(toNext(points({ lifetime: 600, tier: silver, next_tier: gold }))).toEqual({ missing: 0, percent: 100 });
});

it('says why a reward cannot be had', () => {
  const coffee = { available: true, stock: null, points_required: 50 };
  expect([standsInTheWay(coffee, 50), standsInTheWay(coffee, 49)]).toEqual([null, 'points']);
  expect(standsInTheWay({ ...coffee, available: false, stock: 0 }, 99)).toBe('gone');
  expect(standsInTheWay({ ...coffee, available: false }, 99)).toBe('later');
});
