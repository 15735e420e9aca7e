import { expect, it } from 'vitest';
import type { Floor, FloorLine } from '~/api/shapes';
import { aged, nextLook, worstFirst } from './aged';

const at = Date.parse('2026-11-20T11:00:00Z');
const minutes = (n: number) => at + n * 60_000;

function line(more: Partial<FloorLine>): FloorLine {
  return {
    queue_id: 'q', name: 'Deposit', waiting: 2, outside_count: 0, silent: 0, longest_minutes: 4, target_minutes: 15, forecast_p50: 8, forecast_p90: 12, basis: 'pace', samples: 40,
    state: 'ok', breach_at: new Date(minutes(11)).toISOString(), breach_chance: null, suggestion: null, last_served_before_close: null, ...more,
  };
}

function floor(...lines: FloorLine[]): Floor {
  const strip = { waiting: 2, longest_minutes: 4, at_risk: 0, counters_open: 1, counters_all: 2 };
  return { lines, strip, late_shifts: [], next_late_at: null, at: new Date(at).toISOString() } as unknown as Floor;
}

it('lets waits grow while nothing happens, and breaks the promise when it is broken', () => {
  const later = aged(floor(line({})), minutes(10));
  expect(later.lines[0]).toMatchObject({ longest_minutes: 14, state: 'ok' });
  expect(later.strip).toMatchObject({ longest_minutes: 14, at_risk: 0 });
  const over = aged(floor(line({})), minutes(12));
  expect(over.lines[0]).toMatchObject({ longest_minutes: 16, state: 'broken' });
  expect(over.strip.at_risk).toBe(1);
});

it('breaks no promise before it is due, however long others without one have waited', () => {
  const mixed = line({ longest_minutes: 40, target_minutes: 15, breach_at: new Date(minutes(8)).toISOString() });
  expect(aged(floor(mixed), minutes(7)).lines[0]).toMatchObject({ longest_minutes: 47, state: 'ok' });
  expect(aged(floor(mixed), minutes(9)).lines[0]).toMatchObject({ state: 'broken' });
});

it('leaves an empty line as it is', () => {
  const empty = aged(floor(line({ waiting: 0, longest_minutes: 0, breach_at: null })), minutes(60));
  expect(empty.lines[0]).toMatchObject({ longest_minutes: 0, state: 'ok' });
});

it('looks again when a promise comes near, and when it breaks', () => {
  const far = floor(line({ breach_at: new Date(minutes(20)).toISOString() }));
  expect(nextLook(far, at)).toBe(minutes(5));
  expect(nextLook(far, minutes(6))).toBe(minutes(20));
  expect(nextLook(far, minutes(21))).toBeNull();
  expect(nextLook(floor(), at)).toBeNull();
});

it('looks again when somebody is late, and forgets them once their shift is over', () => {
  const shift = { id: 's', user_id: 'u', user_name: 'Ana', starts_at: new Date(minutes(-10)).toISOString(), ends_at: new Date(minutes(5)).toISOString() };
  const one = { ...floor(), late_shifts: [shift], next_late_at: new Date(minutes(3)).toISOString() };
  expect(nextLook(one, at)).toBe(minutes(3));
  expect(nextLook(one, minutes(3))).toBeNull();
  expect(aged(one, minutes(4)).late_shifts).toEqual([shift]);
  expect(aged(one, minutes(5)).late_shifts).toEqual([]);
});

it('puts the worst first', () => {
  const lines = [line({ queue_id: 'ok' }), line({ queue_id: 'risk', state: 'at_risk' }), line({ queue_id: 'nobody', state: 'unserved' }), line({ queue_id: 'broken', state: 'broken' }), line({ queue_id: 'worse', state: 'broken', longest_minutes: 40 })];
  expect(worstFirst(lines).map((l) => l.queue_id)).toEqual(['worse', 'broken', 'nobody', 'risk', 'ok']);
});
