import { beforeEach, expect, it, vi } from 'vitest';
import { ApiFault, NetworkFault } from '~/api/fault';
import { oneTicket, PATIENCE_MS } from './one-ticket';

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

const refusal = new ApiFault(409, { code: 'queue_full' });
const refuses = (failure: unknown) => failure instanceof ApiFault && failure.status < 500;
const after = <T>(ms: number, f: () => T) => new Promise<T>((done, failed) => setTimeout(() => {
  try {
    done(f());
  } catch (error) {
    failed(error as Error);
  }
}, ms));

function tap(asked: Promise<string>, own: string | null = 'stored') {
  const stored = vi.fn(() => Promise.resolve(own));
  const late = vi.fn();
  const given = oneTicket({ asked, stored, refuses, late });
  given.catch(() => undefined); // looked at below
  return { given, stored, late };
}

it('gives the server’s ticket when it answers in time, and takes nothing from the store', async () => {
  const { given, stored, late } = tap(after(PATIENCE_MS - 1, () => 'asked'));
  await vi.advanceTimersByTimeAsync(PATIENCE_MS * 2);
  await expect(given).resolves.toBe('asked');
  expect(stored).not.toHaveBeenCalled();
  expect(late).not.toHaveBeenCalled();
});

it('gives a stored one when nothing is heard, and hands on what the server says later', async () => {
  const { given, stored, late } = tap(after(3000, () => 'asked'));
  await vi.advanceTimersByTimeAsync(PATIENCE_MS);
  await expect(given).resolves.toBe('stored');
  expect(late).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(3000);
  expect(late).toHaveBeenCalledExactlyOnceWith({ status: 'fulfilled', value: 'asked' });
  expect(stored).toHaveBeenCalledOnce();
});

it('gives a stored one at once when the server cannot be reached', async () => {
  const { given, late } = tap(Promise.reject(new NetworkFault('down')));
  await vi.advanceTimersByTimeAsync(0);
  await expect(given).resolves.toBe('stored');
  expect(late).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ status: 'rejected' }));
});

it('gives none when the server refuses in time', async () => {
  const { given, stored } = tap(after(100, () => { throw refusal; }));
  await vi.advanceTimersByTimeAsync(PATIENCE_MS);
  await expect(given).rejects.toBe(refusal);
  expect(stored).not.toHaveBeenCalled();
});

it('waits for the server where the store has no number, and where there is no store', async () => {
  const { given, late } = tap(after(3000, () => 'asked'), null);
  await vi.advanceTimersByTimeAsync(3000);
  await expect(given).resolves.toBe('asked');
  expect(late).not.toHaveBeenCalled();

  const without = oneTicket({ asked: after(3000, () => 'asked'), stored: () => Promise.reject(new Error('forbidden')), refuses, late });
  await vi.advanceTimersByTimeAsync(3000);
  await expect(without).resolves.toBe('asked');
});

it('says what went wrong when neither has one', async () => {
  const down = new NetworkFault('down');
  const { given } = tap(after(900, () => { throw down; }), null);
  await vi.advanceTimersByTimeAsync(1000);
  await expect(given).rejects.toBe(down);
});
