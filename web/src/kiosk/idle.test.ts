import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { IDLE_MS, useIdle, WARN_MS } from './idle';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const after = (ms: number) => act(() => void vi.advanceTimersByTime(ms));
const touch = () => act(() => void window.dispatchEvent(new Event('pointerdown')));

it('asks after forty seconds and wipes after sixty', () => {
  const wipe = vi.fn();
  const { result } = renderHook(() => useIdle(true, wipe));
  after(IDLE_MS - 500);
  expect(result.current.left).toBe(null);
  after(1000);
  expect(result.current.left).toBe(20);
  after(WARN_MS);
  expect(wipe).toHaveBeenCalledTimes(1);
  expect(result.current.left).toBe(null);
});

it('lets a touch extend, also the eleventh time', () => {
  const wipe = vi.fn();
  const { result } = renderHook(() => useIdle(true, wipe));
  for (let n = 0; n < 11; n++) {
    after(IDLE_MS + WARN_MS - 2000);
    expect(result.current.left, `warning ${n + 1}`).not.toBe(null);
    touch();
    // Still there when the finger comes up: the tap must not land on what lies below.
    expect(result.current.left).not.toBe(null);
    after(1000);
    expect(result.current.left).toBe(null);
  }
  expect(wipe).not.toHaveBeenCalled();
});

it('sleeps while nobody has touched the kiosk', () => {
  const wipe = vi.fn();
  renderHook(() => useIdle(false, wipe));
  after(600_000);
  expect(wipe).not.toHaveBeenCalled();
});
