import { expect, it } from 'vitest';
import { calledBy } from '../customer/called-by';
import { calledIn } from './trail';

it('calls a person by name, else by number or address', () => {
  expect(calledBy({ name: 'Ana', phone: '+49301234567', email: null })).toBe('Ana');
  expect(calledBy({ name: '', phone: null, email: 'ana@home.example' })).toBe('ana@home.example');
  expect(calledBy({ name: '', phone: null, email: null })).toBe('–');
});

it('names what an entry of the trail is about', () => {
  expect(calledIn({ number: 'A-042', name: 'x' })).toBe('A-042');
  expect(calledIn({ before: null, after: { name: 'Deposit' } })).toBe('Deposit');
  expect(calledIn({ id: 'x' })).toBe('');
  expect(calledIn(null)).toBe('');
});
