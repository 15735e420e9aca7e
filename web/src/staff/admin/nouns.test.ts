import { expect, it } from 'vitest';
import { changesOf, NOUNS, shown, startOf } from './nouns';

const services = NOUNS.find((n) => n.name === 'services');
if (services === undefined) throw new Error('no services');

it('sends only what changed, and clears with null', () => {
  const start = startOf(services, { id: '1', name: 'Deposit', code: 'DEP', description: 'x', default_minutes: 5, active: true });
  expect(changesOf(services, start, { ...start, default_minutes: 7, description: '' }, false)).toEqual({ default_minutes: 7, description: null });
  expect(changesOf(services, start, start, false)).toEqual({});
});

it('leaves empty fields out of a new entry', () => {
  const start = startOf(services, null);
  expect(changesOf(services, start, { ...start, name: 'Loan', code: 'LOAN' }, true)).toEqual({
    name: 'Loan',
    code: 'LOAN',
    default_minutes: 5,
    active: true,
  });
});

it('shows any value in words', () => {
  expect([null, [], ['a', 'b'], { name: 'Main' }, 7].map(shown)).toEqual(['–', '–', 'a, b', 'Main', '7']);
});
