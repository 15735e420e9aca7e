import { expect, it } from 'vitest';
import { tooFar } from './device-form';
import { cleanCode } from './devices';

it('takes a pairing code however it was typed', () => {
  expect(cleanCode(' abcd-2345 ')).toBe('ABCD2345');
  expect(cleanCode('abcd 2345 extra')).toBe('ABCD2345');
});

it('refuses a board whose last row cannot read it', () => {
  expect(tooFar({ diagonal_inches: 55, distance_m: 8 })).toBeNull();
  expect(tooFar({ diagonal_inches: 32, distance_m: 8 })).toBeGreaterThan(4);
  expect(tooFar({ distance_m: 8 })).toBeNull();
});
