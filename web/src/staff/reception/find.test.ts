import { expect, it } from 'vitest';
import { isOf, scanned } from './find';

it('takes the secret of a scanned ticket, and nothing that somebody types', () => {
  expect(scanned('https://bank.example/t/ustAbC-0123456789_abcdef\n')).toBe('ustAbC-0123456789_abcdef');
  for (const typed of ['D-042', 'Ana', '0171 234', '/t/short', 'https://bank.example/s/demo/main']) expect(scanned(typed)).toBeNull();
});

it('finds a booking by a piece of the name, the code or the number, and by nothing else', () => {
  const booking = { name: 'Zoë Øster', reference: 'A9A9HE', email: 'zoe@home.example', phone: '+49301234567' };
  for (const text of ['zoe', 'ØST', 'a9a9', 'home.ex', '030 123 45 67', '+49 (30) 1234', '4567']) expect(isOf(booking, text), text).toBe(true);
  for (const text of ['Bo', '99', '030 999', 'A-123', 'x301234']) expect(isOf(booking, text), text).toBe(false);
  expect(isOf({ name: null, reference: 'A9A9HE', email: null, phone: null }, '123')).toBe(false);
});
