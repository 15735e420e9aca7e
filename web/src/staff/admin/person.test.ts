import { expect, it } from 'vitest';
import { calledBy } from './people';
import { preferencesOf, wishesOf } from './person-form';
import { calledIn } from './trail';

it('calls a person by name, else by number or address', () => {
  expect(calledBy({ name: 'Ana', phone: '+49301234567', email: null })).toBe('Ana');
  expect(calledBy({ name: '', phone: null, email: 'ana@home.example' })).toBe('ana@home.example');
  expect(calledBy({ name: '', phone: null, email: null })).toBe('–');
});

it('says only of the ways that were changed whether somebody wants to be reached on them', () => {
  expect(wishesOf({ preferences: { email: true, sms: false, in_app: true } })).toEqual(['email']);
  expect(preferencesOf(['email'], ['email', 'sms'])).toEqual({ sms: true });
  expect(preferencesOf(['email', 'push'], ['push'])).toEqual({ email: false });
});

it('names what an entry of the trail is about', () => {
  expect(calledIn({ number: 'A-042', name: 'x' })).toBe('A-042');
  expect(calledIn({ before: null, after: { name: 'Deposit' } })).toBe('Deposit');
  expect(calledIn({ id: 'x' })).toBe('');
  expect(calledIn(null)).toBe('');
});
