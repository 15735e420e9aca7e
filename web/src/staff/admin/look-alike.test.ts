import { expect, it } from 'vitest';
import { prefixDoubts } from './look-alike';

it.each([['I', '1'], ['O', '0'], ['Q', '0'], ['S', '5'], ['Z', '2'], ['B', '8'], ['G', '6']])('%s looks like %s', (letter, digit) => {
  expect(prefixDoubts(letter, [])).toEqual([{ kind: 'looks', letter, digit }]);
});

it('hears what rhymes at the same site', () => {
  const others = [{ prefix: 'D', name: 'Deposit' }, { prefix: 'W', name: 'Withdrawal' }];
  expect(prefixDoubts('C', others)).toEqual([{ kind: 'sounds', letter: 'C', other: 'D', queue: 'Deposit' }]);
  expect(prefixDoubts('D', others)).toEqual([]);
  expect(prefixDoubts('L', others)).toEqual([]);
  expect(prefixDoubts('', others)).toEqual([]);
});

it('compares longer prefixes letter by letter', () => {
  expect(prefixDoubts('LD', [{ prefix: 'LT', name: 'Loans' }])).toMatchObject([{ kind: 'sounds' }]);
  expect(prefixDoubts('LD', [{ prefix: 'KT', name: 'Cards' }])).toEqual([]);
});
