import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { useReadAgain } from './use-read-again';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('reads once for a burst, and what came meanwhile after a slow reading, which is not thrown away', async () => {
  const ends: (() => void)[] = [];
  const read = vi.fn(
    () =>
      new Promise<void>((done) => {
        ends.push(done);
      }),
  );
  const { result } = renderHook(() => useReadAgain(read, 100));
  const pass = (ms: number) =>
    act(async () => {
      await vi.advanceTimersByTimeAsync(ms);
    });
  result.current();
  result.current();
  await pass(100);
  expect(read).toHaveBeenCalledTimes(1);
  for (let n = 0; n < 5; n += 1) {
    result.current();
    await pass(100);
  }
  expect(read).toHaveBeenCalledTimes(1);
  ends[0]?.();
  await pass(0);
  expect(read).toHaveBeenCalledTimes(2);
  ends[1]?.();
  await pass(300);
  expect(read).toHaveBeenCalledTimes(2);
});

it('is not put off for ever by events without an end', async () => {
  const read = vi.fn(() => Promise.resolve());
  const { result } = renderHook(() => useReadAgain(read, 100));
  for (let n = 0; n < 10; n += 1) {
    result.current();
    await act(async () => {
      await vi.advanceTimersByTimeAsync(50);
    });
  }
  expect(read.mock.calls.length).toBeGreaterThan(2);
});
