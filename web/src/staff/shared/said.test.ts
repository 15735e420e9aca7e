import { expect, it } from 'vitest';
import { consentsOf, preferencesOf, wishesOf } from './said';

const known = { marketing: { granted: true, at: '2026-11-01T09:00:00Z', source: 'kiosk' } };

it('sends only what was said anew, and how', () => {
  expect(consentsOf(known, {}, '')).toEqual({});
  expect(consentsOf(known, { marketing: true }, 'form 7b')).toEqual({});
  expect(consentsOf(known, { marketing: false, research: true }, ' form 7b ')).toEqual({ marketing: { granted: false, source: 'form 7b' }, research: { granted: true, source: 'form 7b' } });
  expect(consentsOf({}, { marketing: false }, ' ')).toEqual({ marketing: { granted: false } });
});

it('says only of the ways that were changed whether somebody wants to be reached on them', () => {
  expect(wishesOf({ preferences: { email: true, sms: false, in_app: true } })).toEqual(['email']);
  expect(preferencesOf(['email'], ['email', 'sms'])).toEqual({ sms: true });
  expect(preferencesOf(['email', 'push'], ['push'])).toEqual({ email: false });
});
