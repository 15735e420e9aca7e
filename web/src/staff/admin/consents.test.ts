import { expect, it } from 'vitest';
import { consentsOf } from './consents';

const known = { marketing: { granted: true, at: '2026-11-01T09:00:00Z', source: 'kiosk' } };

it('sends only what was said anew, and how', () => {
  expect(consentsOf(known, {}, '')).toEqual({});
  expect(consentsOf(known, { marketing: true }, 'form 7b')).toEqual({});
  expect(consentsOf(known, { marketing: false, research: true }, ' form 7b ')).toEqual({ marketing: { granted: false, source: 'form 7b' }, research: { granted: true, source: 'form 7b' } });
  expect(consentsOf({}, { marketing: false }, ' ')).toEqual({ marketing: { granted: false } });
});
