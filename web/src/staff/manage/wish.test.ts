import { describe, expect, it } from 'vitest';
import { AS_TODAY, asked, changes, countOf, isOpen, spans, turned, withCount } from './wish';

const counter = (number: string, status: 'open' | 'closed', ...queue_ids: string[]) => ({ id: `c${number}`, number, status, queue_ids });
// Counter 10 comes after 2; only 1 serves the loans.
const floor = [counter('10', 'closed', 'cash'), counter('1', 'open', 'loans'), counter('2', 'open', 'cash'), counter('3', 'open', 'cash')];
const open = (wish: typeof AS_TODAY) => floor.filter((one) => isOpen(wish, one)).map((one) => one.number).sort();

describe('counters', () => {
  it('as today is what the floor has', () => {
    expect(countOf(AS_TODAY, floor)).toBe(3);
    expect(changes(AS_TODAY)).toBe(false);
    expect(asked(AS_TODAY, floor)).toEqual({ suggest: false, counters: [], more_counters: 0, arrivals_percent: 100, algorithm: null });
  });
  it('opens those of the site before it invents others', () => {
    const five = withCount(AS_TODAY, floor, 5);
    expect(open(five)).toEqual(['1', '10', '2', '3']);
    expect(five.more).toBe(1);
    expect(asked(five, floor)).toMatchObject({ more_counters: 1, counters: [{ counter_id: 'c10', open: true }] });
  });
  it('closes first what others serve too', () => {
    expect(open(withCount(AS_TODAY, floor, 2))).toEqual(['1', '2']);
    expect(open(withCount(AS_TODAY, floor, 0))).toEqual([]);
  });
  it('finds its way back', () => {
    for (const there of [0, 1, 2, 4, 7]) {
      const back = withCount(withCount(AS_TODAY, floor, there), floor, 3);
      expect(open(back)).toEqual(['1', '2', '3']);
      expect(changes(back)).toBe(false);
    }
  });
  it('a counter turned by hand counts', () => {
    const without = turned(AS_TODAY, floor[1]!, false);
    expect(countOf(without, floor)).toBe(2);
    expect(changes(turned(without, floor[1]!, true))).toBe(false);
  });
  it('does not ask for a counter that has gone', () => {
    expect(asked(withCount(AS_TODAY, floor, 4), floor.slice(1)).counters).toEqual([]);
  });
});

describe('a suggestion', () => {
  const half = (at: string, counters: number, sla_percent: number | null, now = 3) => ({ at, open: now, counters, counter_ids: [], sla_percent });
  it('tells equal half-hours together', () => {
    const told = spans({ goal_percent: 80, half_hours: [half('09:10', 4, 85), half('09:30', 4, 99), half('10:00', 2, null)] }, '10:30');
    expect(told).toEqual([
      { from: '09:10', until: '10:00', open: 3, counters: 4, missed: null },
      { from: '10:00', until: '10:30', open: 3, counters: 2, missed: null },
    ]);
  });
  it('says where all counters are not enough, and how bad it gets', () => {
    const told = spans({ goal_percent: 80, half_hours: [half('09:00', 5, 60), half('09:30', 5, 43), half('10:00', 5, 81)] }, '10:30');
    expect(told.map((one) => [one.from, one.until, one.missed])).toEqual([
      ['09:00', '10:00', 43],
      ['10:00', '10:30', null],
    ]);
  });
  it('is nothing for a day that is over', () => {
    expect(spans({ goal_percent: 80, half_hours: [] }, '18:00')).toEqual([]);
  });
});
