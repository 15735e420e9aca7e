import { expect, it } from 'vitest';
import { digitsOf, minorOf, moneyText } from './money';

it('counts in minor units, as many digits as the currency has', () => {
  expect(['EUR', 'JPY', 'KWD'].map(digitsOf)).toEqual([2, 0, 3]);
  expect(minorOf(12.5, 'EUR')).toBe(1250);
  // 0.29 * 100 is 28.999999999999996.
  expect(minorOf(0.29, 'EUR')).toBe(29);
  expect(minorOf('1200', 'JPY')).toBe(1200);
  expect(minorOf(1.234, 'KWD')).toBe(1234);
});

it('takes nothing for no amount', () => {
  expect(['', '  ', 'many'].map((text) => minorOf(text, 'EUR'))).toEqual([null, null, null]);
});

it('writes an amount as the reader does', () => {
  expect(moneyText(1250, 'EUR')).toBe('€12.50');
});
