import { expect, it } from 'vitest';
import { columnsFor, panelOf, textMm, tileGrid } from './shape';

const CAPITAL = 0.727;

it.each([
  [1080, 1920, 21.5, 'tall', true],
  [1920, 1080, 21.5, 'wide', false],
  [1280, 800, 10.1, 'small', false],
  [1366, 768, 15.6, 'wide', false],
] as const)('%d×%d at %d″ is %s', (width, height, diagonal, shape, tooHigh) => {
  expect(panelOf(width, height, diagonal)).toMatchObject({ shape, tooHigh });
});

it.each(['tall', 'wide', 'small'] as const)('capitals on a %s panel are as high as the standards ask', (shape) => {
  expect(textMm(shape, false) * CAPITAL).toBeGreaterThanOrEqual(4.8);
  expect(textMm(shape, true) * CAPITAL).toBeGreaterThanOrEqual(7.3);
});

it('counts the tiles that fit in millimetres', () => {
  expect(tileGrid(251, 200, 'tall', false)).toEqual({ columns: 2, rows: 6 });
  expect(tileGrid(460, 90, 'wide', false)).toEqual({ columns: 5, rows: 3 });
  expect(tileGrid(205, 68, 'small', true)).toEqual({ columns: 2, rows: 2 });
  expect(tileGrid(60, 10, 'small', false)).toEqual({ columns: 1, rows: 1 });
});

it('lays four tiles as two by two', () => {
  expect([1, 3, 4, 6, 8].map((n) => columnsFor(n, 5))).toEqual([1, 2, 2, 3, 4]);
  expect(columnsFor(8, 2)).toBe(2);
});
