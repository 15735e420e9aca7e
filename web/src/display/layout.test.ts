import { expect, it } from 'vitest';
import { arrange } from './layout';

const HD = { width: 1880, height: 860, newest: 227, earlier: 155, gap: 17 };

it('stands the earlier calls beside the newest where both fit', () => {
  expect(arrange({ ...HD, rows: [4.5, 4.5, 4.5, 4.5, 4.5] })).toMatchObject({ place: 'beside', inLarge: 3, inRest: 4 });
});
it('goes below before it would cut off a number', () => {
  const wide = arrange({ ...HD, newest: 250, rows: [5.4, 5.4, 4.5, 4.5, 4.5] });
  expect(wide).toMatchObject({ place: 'below', inLarge: 1, columns: 2, newest: 250 });
  expect(wide.rest * wide.columns + HD.gap).toBeLessThanOrEqual(HD.width);
  expect(wide.inRest).toBeGreaterThanOrEqual(4);
});
it('keeps the size of the newest call unless a name is wider than the screen', () => {
  expect(arrange({ ...HD, rows: [6.5, 6.5, 6.5, 6.5, 6.5] }).newest).toBe(227);
  const name = arrange({ ...HD, rows: [10, 4] });
  expect(name.newest * 10).toBeLessThanOrEqual(HD.width);
});
it('serves an upright screen', () => {
  const upright = arrange({ width: 1046, height: 1500, newest: 190, earlier: 120, gap: 30, rows: [5, 5, 5, 5, 5, 5, 5] });
  expect(upright).toMatchObject({ place: 'below', columns: 1 });
  expect(upright.inRest).toBeGreaterThanOrEqual(5);
});
it('leaves room for the line that says where a call is', () => {
  const rows = [4.5, 4.5, 4.5, 4.5, 4.5, 4.5, 4.5, 4.5];
  const [plain, named] = [arrange({ ...HD, rows }), arrange({ ...HD, under: 60, rows })];
  // As many as fit with their lines: none is pushed out of sight.
  expect((HD.earlier * 1.26 + 60 + HD.gap) * named.inRest - HD.gap).toBeLessThanOrEqual(HD.height);
  expect(named.inRest).toBeLessThan(plain.inRest);
  expect(HD.newest * 1.26 + 60 + (HD.earlier * 1.26 + 60 + HD.gap) * (named.inLarge - 1)).toBeLessThanOrEqual(HD.height);
});
