import { expect, it } from 'vitest';
import { isLate, windowOf, type Rules } from './window';

const SLOT = Date.parse('2026-11-26T10:00:00Z');
const at = (minutes: number) => SLOT + minutes * 60_000;
const booked = { starts_at: '2026-11-26T10:00:00Z', status: 'booked' } as const;
const rules: Rules = { early_minutes: 30, late_minutes: 15, grace_minutes: 5, early_rule: 'slot', late_rule: 'arrival' };
const timing = (minutes: number, more: Partial<Rules> = {}) => windowOf(booked, { ...rules, ...more }, at(minutes)).timing;

it('tells how somebody who comes now counts', () => {
  expect([-31, -30, 0, 5, 6, 15, 16].map((minutes) => timing(minutes))).toEqual(['early', 'slot', 'slot', 'slot', 'arrival', 'arrival', 'over']);
});

it('follows the rules for early and late', () => {
  expect(timing(-10, { early_rule: 'arrival' })).toBe('arrival');
  expect(timing(3, { early_rule: 'arrival' })).toBe('slot');
  expect(timing(10, { late_rule: 'slot' })).toBe('slot');
});

it('names the bounds', () => {
  expect(windowOf(booked, rules, SLOT)).toMatchObject({ opens: at(-30), graceEnds: at(5), closes: at(15) });
});

it('misses only whom it still expects', () => {
  expect([isLate(booked, at(0)), isLate(booked, at(1)), isLate({ ...booked, status: 'checked_in' }, at(1))]).toEqual([false, true, false]);
});
