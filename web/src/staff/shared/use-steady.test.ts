import { expect, it } from 'vitest';
import { inOldOrder } from './use-steady';

const steady = (...names: string[]) => names.map((item) => ({ item, gone: false }));

it('keeps places, greys what left, and puts newcomers behind', () => {
  const kept = inOldOrder(steady('a', 'b', 'c'), ['d', 'c', 'a'], (item) => item);
  expect(kept).toEqual([
    { item: 'a', gone: false },
    { item: 'b', gone: true },
    { item: 'c', gone: false },
    { item: 'd', gone: false },
  ]);
});

it('gives a place back to what returns', () => {
  const away = inOldOrder(steady('a', 'b'), ['b'], (item) => item);
  expect(inOldOrder(away, ['b', 'a'], (item) => item)).toEqual(steady('a', 'b'));
});
