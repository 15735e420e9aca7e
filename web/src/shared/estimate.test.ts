import { describe, expect, it } from 'vitest';
import { beHereBy, calledBy, rangeOf, roundDown, roundUp, say, twentyDots } from './estimate';

describe('rounding', () => {
  it.each([
    [0, 0, 0], [0.4, 0, 1], [4.2, 4, 5], [9.4, 9, 10], [10, 10, 10], [12, 10, 15], [59, 55, 60], [60, 60, 60], [61, 60, 75], [80, 75, 90],
  ])('%d min → %d … %d', (minutes, down, up) => {
    expect(roundDown(minutes)).toBe(down);
    expect(roundUp(minutes)).toBe(up);
  });
  it.each([
    [0, 0, 0, 1], [5.3, 9.1, 5, 10], [12, 18, 10, 20], [10, 10, 10, 15], [70, 100, 60, 105],
  ])('P50 %d, P90 %d → %d–%d', (p50, p90, low, high) => {
    expect(rangeOf(p50, p90)).toEqual({ low, high });
  });
});

describe('hysteresis', () => {
  it('does not flicker around a boundary', () => {
    const first = say(null, 10.1, 19);
    expect(first).toMatchObject({ low: 10, high: 20 });
    expect(say(first, 11.9, 19.9)).toBe(first);
    expect(say(first, 14.9, 17)).toBe(first);
  });
  it('changes when the median leaves the range', () => {
    const first = say(null, 10.1, 19);
    expect(say(first, 9.8, 18.8)).toMatchObject({ low: 9, high: 20 });
  });
  it('changes when a bound moves a step', () => {
    const first = say(null, 12, 19);
    expect(say(first, 12, 24)).toMatchObject({ low: 10, high: 25 });
    expect(say(first, 17, 19.5)).toMatchObject({ low: 15, high: 20 });
  });
});

describe('the upper end', () => {
  it('grows at once, for it is a promise', () => {
    const first = say(null, 12, 19);
    expect(say(first, 12, 20.4)).toMatchObject({ low: 10, high: 25 });
    expect(say(say(null, 5, 8.9), 5, 9.1)).toMatchObject({ low: 5, high: 10 });
    expect(say(say(null, 61, 74), 61, 76)).toMatchObject({ low: 60, high: 90 });
  });
  it('shrinks only by a step, and does not flicker after it grew', () => {
    const grown = say(say(null, 12, 19), 12, 20.4);
    expect(say(grown, 12, 19.6)).toBe(grown);
    expect(say(grown, 12, 15.5)).toBe(grown);
    expect(say(grown, 12, 15)).toMatchObject({ low: 10, high: 15 });
  });
});

describe('clock times', () => {
  const now = Date.parse('2026-11-20T14:00:00Z');
  const at = (minutes: number) => now + minutes * 60_000;
  it('rounds towards safety', () => {
    expect(beHereBy(null, at(7.8), now)).toBe(at(7));
    expect(beHereBy(null, at(33), now)).toBe(at(30));
    expect(calledBy(null, at(7.2), now)).toBe(at(8));
    expect(calledBy(null, at(46), now)).toBe(at(50));
  });
  it('keeps what it said until a step has passed', () => {
    expect(beHereBy(at(30), at(34), now)).toBe(at(30));
    expect(beHereBy(at(30), at(36), now)).toBe(at(35));
    expect(calledBy(at(50), at(47), now)).toBe(at(50));
    expect(calledBy(at(50), at(51), now)).toBe(at(55));
  });
  it('says no time that is past, and another once that is known', () => {
    expect(calledBy(at(5), at(4.6), at(4.9))).toBe(at(5));
    expect(calledBy(at(5), at(4.6), at(5))).toBeNull();
    expect(calledBy(at(5), at(4.6), at(30))).toBeNull();
    expect(calledBy(null, at(4.6), at(6))).toBeNull();
    expect(calledBy(null, at(9.2), at(6))).toBe(at(10));
  });
  it('never promises more time than there is', () => {
    expect(beHereBy(at(30), at(29), now)).toBe(at(25));
  });
});

describe('twenty dots', () => {
  it('spread around the median with its quantiles in place', () => {
    const dots = twentyDots(5, 10, 20);
    expect(dots).toHaveLength(20);
    expect(dots.filter((d) => d < 10)).toHaveLength(10);
    expect(dots.filter((d) => d <= 20)).toHaveLength(18);
    expect(dots.filter((d) => d < 5)).toHaveLength(2);
    expect([...dots].sort((a, b) => a - b)).toEqual(dots);
  });
});
