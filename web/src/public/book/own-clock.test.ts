import { expect, it } from 'vitest';
import { byOwnClock } from './own-clock';

it('a hold lasts as long by a clock that is wrong', () => {
  const told = { at: '2026-11-20T10:00:00Z', hold_until: '2026-11-20T10:05:00Z' };
  const at = (text: string) => byOwnClock(told, Date.parse(text)).hold_until;
  expect(at('2026-11-20T10:00:01Z')).toBe('2026-11-20T10:05:00Z');
  expect(at('2026-11-20T10:10:00Z')).toBe('2026-11-20T10:15:00.000Z');
  expect(at('2026-11-20T09:00:00Z')).toBe('2026-11-20T09:05:00.000Z');
  expect(byOwnClock({ ...told, hold_until: null }, 0).hold_until).toBeNull();
});
