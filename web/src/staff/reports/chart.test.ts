import { expect, it } from 'vitest';
import { change, heatStep, scale } from './chart';

it.each([
  [0, [0]],
  [1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  [7, [0, 2, 4, 6, 8]],
  [99, [0, 20, 40, 60, 80, 100]],
  [1234, [0, 500, 1000, 1500]],
])('a scale up to %s has round marks and holds it', (most, marks) => {
  const made = scale(most);
  expect(made.marks).toEqual(marks);
  expect(made.top).toBeGreaterThanOrEqual(most);
});

it('nonsense is an empty scale', () => {
  expect(scale(Number.NaN)).toEqual({ top: 1, marks: [0] });
  expect(scale(-3)).toEqual({ top: 1, marks: [0] });
});

it('heat goes from nothing to the most', () => {
  expect([0, 1, 50, 100].map((v) => heatStep(v, 100))).toEqual([0, 1, 3, 5]);
  expect(heatStep(5, 0)).toBe(0);
});

it('a change has a direction, and no per cent of nothing', () => {
  expect(change(12, 10)).toEqual({ percent: 20, direction: 'up' });
  expect(change(8, 10)).toEqual({ percent: 20, direction: 'down' });
  expect(change(10, 10)).toEqual({ percent: 0, direction: 'same' });
  expect(change(3, 0)).toEqual({ percent: null, direction: 'up' });
  expect(change(null, 3)).toBeNull();
});
