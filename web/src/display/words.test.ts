import i18next from 'i18next';
import { beforeEach, expect, it } from 'vitest';
import type { Call } from '~/api/shapes';
import { loadTexts, startTexts } from '~/i18n';
import { sentence } from './use-caller';
import { spokenOf } from './words';

const call = (over: Partial<Call> = {}) => ({ number: 'A-042', label: 'A-042', counter_number: '3', ...over }) as Call;

beforeEach(async () => {
  await startTexts();
  await loadTexts('display');
});

it('says where to go, and on a board of several sites at which', () => {
  expect(sentence(call(), 'en')).toMatch(/^Ticket A.*zero.*four.*two.*Counter 3\.$/);
  expect(sentence(call(), 'en', 'Harbour branch')).toMatch(/^Ticket A.*zero.*four.*two.*Counter 3, Harbour branch\.$/);
  expect(sentence(call({ label: 'Ana' }), 'en')).toBe('Ana. Counter 3.');
  expect(sentence(call({ label: 'Ana' }), 'en', 'Harbour branch')).toBe('Ana. Counter 3, Harbour branch.');
});

it('writes it in the same order', () => {
  const t = i18next.getFixedT('en', 'display');
  expect(spokenOf(t, 'A-042', '3', undefined)).toBe('A-042, counter 3');
  expect(spokenOf(t, 'A-042', '3', 'Harbour branch')).toBe('A-042, counter 3, Harbour branch');
});
