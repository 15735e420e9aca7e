import { expect, it } from 'vitest';
import { daysOf, mayChange, momentsOf } from './days';

it('own dates are days once both are there and in order', () => {
  expect(daysOf({ word: 'month', from: '', to: '' })).toEqual({ period: 'month' });
  expect(daysOf({ word: 'own', from: '2026-03-01', to: '2026-03-01' })).toEqual({ from: '2026-03-01', to: '2026-03-01' });
  for (const [from, to] of [['', '2026-03-01'], ['2026-03-01', ''], ['2026-03-02', '2026-03-01'], ['1 March', '2026-03-01']] as const) {
    expect(daysOf({ word: 'own', from, to }), `${from} ${to}`).toBeNull();
  }
});

it('only days that are over for good stand still', () => {
  expect([mayChange({ period: 'today' }, '2026-03-05'), mayChange({ period: 'yesterday' }, '2026-03-05')]).toEqual([true, false]);
  expect([mayChange({ from: '2026-03-01', to: '2026-03-05' }, '2026-03-05'), mayChange({ from: '2026-03-01', to: '2026-03-04' }, '2026-03-05')]).toEqual([true, false]);
});

it('days begin at midnight where the branch is, also when clocks are put forward', () => {
  expect(momentsOf({ from: '2026-03-28', to: '2026-03-29' }, 'Europe/Berlin')).toEqual({ from: '2026-03-27T23:00:00.000Z', to: '2026-03-29T22:00:00.000Z' });
  expect(momentsOf({ from: '2026-12-31', to: '2026-12-31' }, 'UTC')).toEqual({ from: '2026-12-31T00:00:00.000Z', to: '2027-01-01T00:00:00.000Z' });
});
