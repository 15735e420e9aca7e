import { expect, it } from 'vitest';
import { fullness } from './crowd';

it('warns before a site is full, and says when it is', () => {
  expect(fullness({ people: 35, capacity: 40 })).toBe('room');
  expect(fullness({ people: 36, capacity: 40 })).toBe('near');
  expect(fullness({ people: 40, capacity: 40 })).toBe('full');
  expect(fullness({ people: 55, capacity: 40 })).toBe('full');
  expect(fullness({ people: 1, capacity: 1 })).toBe('full');
  expect(fullness({ people: 500, capacity: null })).toBe('room');
});
