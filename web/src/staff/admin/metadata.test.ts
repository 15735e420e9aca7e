import { expect, it } from 'vitest';
import { metadataChanges, textOf, valueOf } from './metadata';

it('sends what changed by name, and null for what is taken away', () => {
  const before = { contract: 'A 7', visits: 3, tags: ['x'] };
  expect(metadataChanges(before, before)).toEqual({});
  expect(metadataChanges(before, { contract: 'A 8', visits: 3, room: '12' })).toEqual({ contract: 'A 8', room: '12', tags: null });
});

it('keeps a number a number while it can be read as one', () => {
  expect(textOf(3)).toBe('3');
  expect(textOf('3')).toBe('3');
  expect(textOf({ a: 1 })).toBe('{"a":1}');
  expect(valueOf('4', 3)).toBe(4);
  expect(valueOf('4a', 3)).toBe('4a');
  expect(valueOf('false', true)).toBe(false);
  expect(valueOf('4', '3')).toBe('4');
  expect(valueOf('4', undefined)).toBe('4');
});
