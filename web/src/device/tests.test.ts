import { renderHook } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import type { DeviceTest, Frame, TestOutcome } from '~/api/shapes';
import { testIn, useTests } from './tests';
import type { Device } from './use-device';

const NOW = Date.parse('2026-03-04T10:00:00Z');
const asked = (id: string, what: DeviceTest['what'], at = NOW): Frame => ({ type: 'device.test', data: { test: { id, what, asked_at: new Date(at).toISOString(), outcome: null, answered_at: null } } });

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it('reads a test of its own feed, and leaves one alone that comes too late', () => {
  expect(testIn(asked('1', 'chime'), NOW + 59_000)?.id).toBe('1');
  expect(testIn(asked('1', 'chime'), NOW + 60_000)).toBeNull();
  expect(testIn({ type: 'board', data: {} }, NOW)).toBeNull();
  expect(testIn({ type: 'device.test', data: null }, NOW)).toBeNull();
});

it('reads one that was asked for while it was away, until that is answered', () => {
  const { test } = asked('1', 'chime').data as { test: DeviceTest };
  const known = (over: Partial<DeviceTest>, room = 'device:7'): Frame => ({ type: 'snapshot', room, data: { id: '7', test: { ...test, ...over } } });
  expect(testIn(known({}), NOW)?.id).toBe('1');
  expect(testIn(known({ outcome: 'done' }), NOW)).toBeNull();
  expect(testIn(known({}), NOW + 60_000)).toBeNull();
  expect(testIn(known({}, 'board:7'), NOW)).toBeNull();
  expect(testIn({ type: 'snapshot', room: 'device:7', data: { id: '7', test: null } }, NOW)).toBeNull();
});

it('does each once and says how it went, also where it failed', async () => {
  const sent: [string, unknown][] = [];
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    sent.push([path, JSON.parse(init.body as string)]);
    return Promise.resolve(new Response(null, { status: 204 }));
  });
  const done: string[] = [];
  const device = { token: 'usd_x' } as unknown as Device;
  const { result } = renderHook(() =>
    useTests(device, {
      chime: () => {
        done.push('chime');
        return Promise.resolve<TestOutcome>('blocked');
      },
      voice: () => Promise.reject(new Error('no')),
    }),
  );
  result.current(asked('a', 'chime', Date.now()));
  result.current(asked('a', 'chime', Date.now()));
  await vi.waitFor(() => expect(sent).toEqual([['/api/v1/device/tests/a', { outcome: 'blocked' }]]));
  expect(done).toEqual(['chime']);
  result.current(asked('b', 'voice', Date.now()));
  result.current(asked('c', 'print', Date.now()));
  await vi.waitFor(() => expect(sent.slice(1).map(([path, body]) => [path.slice(-1), body])).toEqual([['b', { outcome: 'failed' }], ['c', { outcome: 'failed' }]]));
});
