import { expect, it } from 'vitest';
import { laidOut, placeOf, put, tooFar } from './device-config';
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

it('refuses a screen above a counter that cannot be read from there, by its own sizes', () => {
  const panel = { diagonal_inches: 24, distance_m: 4.6, layout: 'counter' } as const;
  expect(tooFar(panel)).toBeNull();
  expect(tooFar({ ...panel, layout: 'calls' })).toBeGreaterThan(4);
  expect(tooFar({ ...panel, distance_m: 9 })).toBeGreaterThan(4);
});

it('keeps what says nothing out of the set-up', () => {
  expect(put({ printer: true }, 'counters', [])).toEqual({ printer: true });
  expect(put({ public_url: 'https://q.example' }, 'public_url', '')).toEqual({});
  expect(put({}, 'sound', false)).toEqual({ sound: false });
  expect(put({ sound: false }, 'sound', null)).toEqual({});
});

it('gives a screen above a counter one counter, and no other site', () => {
  expect(laidOut({ counters: ['1', '2'], sites: ['annex'], layout: 'calls' }, 'counter')).toEqual({ counters: ['1'], layout: 'counter' });
  expect(laidOut({ sites: ['annex'] }, 'split')).toEqual({ sites: ['annex'], layout: 'split' });
  expect([placeOf({}), placeOf({ counters: ['1'] }), placeOf({ counters: ['1'], layout: 'counter' })]).toEqual(['hall', 'waiting', 'counter']);
});
