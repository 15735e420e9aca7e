import { expect, it } from 'vitest';
import { classesOf, hasClass, NORMAL, wantsReason } from './classes';

const one = (head_start_minutes: number, more: object = {}) => ({ head_start_minutes, strict: false, reason_required: false, confirm: false, ...more });
const loans = { priority_rules: { classes: { vip: one(20), priority: one(10) } } };
const letters = { priority_rules: { classes: { 'with a child': one(15, { reason_required: true }), emergency: one(0, { strict: true }) } } };

it('names the classes of all services, who overtakes most last', () => {
  expect(classesOf([])).toEqual([NORMAL]);
  expect(classesOf([loans])).toEqual([NORMAL, 'priority', 'vip']);
  expect(classesOf([loans, letters])).toEqual([NORMAL, 'priority', 'with a child', 'vip', 'emergency']);
});

it('knows which service has a class, and whether it wants a reason', () => {
  expect(hasClass(loans, 'vip')).toBe(true);
  expect(hasClass(letters, 'vip')).toBe(false);
  expect(hasClass(letters, NORMAL)).toBe(true);
  // Not read yet: the server decides.
  expect(hasClass(undefined, 'vip')).toBe(true);
  expect([wantsReason([loans], 'vip'), wantsReason([loans, letters], 'with a child')]).toEqual([false, true]);
});
