import { act, renderHook, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { api } from '~/api/client';
import { usePing, useSelf, type Device } from './use-device';

const device: Device = { token: 'd', pair: () => undefined, refused: () => false, ticket: () => Promise.resolve('t') };
let version = 1;
const read = vi.spyOn(api, 'get');

beforeEach(() => {
  version = 1;
  read.mockReset().mockImplementation(() => Promise.resolve({ device: { version } }));
});
afterEach(() => void vi.useRealTimers());

const frame = (type: string, data: unknown, room = 'device:1') => ({ type, data, room });

it('reads its set-up anew once the feed says that it has changed, and only then', async () => {
  const { result } = renderHook(() => useSelf(device));
  await waitFor(() => expect(result.current.data?.device.version).toBe(1));
  const hear = (...frames: ReturnType<typeof frame>[]) => act(async () => frames.forEach(result.current.hear));
  // What it knows already, what another room says, a device that is gone.
  await hear(frame('snapshot', { version: 1 }), frame('board', { version: 7, queues: [] }, 'board:1'), frame('snapshot', null));
  expect(read).toHaveBeenCalledTimes(1);
  version = 3;
  await hear(frame('device.changed', { version: 2 }), frame('device.changed', { version: 3 }));
  await waitFor(() => expect(result.current.data?.device.version).toBe(3));
  await hear(frame('device.changed', { version: 3 }));
  expect(read).toHaveBeenCalledTimes(2);
});

it('hears after a cut that it missed a change', async () => {
  const { result } = renderHook(() => useSelf(device));
  await waitFor(() => expect(result.current.data).toBeDefined());
  version = 2;
  await act(async () => result.current.hear(frame('snapshot', { version: 2 })));
  await waitFor(() => expect(result.current.data?.device.version).toBe(2));
});

it('asks by itself now and then, should no word have come', async () => {
  vi.useFakeTimers();
  const { result } = renderHook(() => useSelf(device));
  await act(() => vi.advanceTimersByTimeAsync(1_000));
  version = 2;
  await act(() => vi.advanceTimersByTimeAsync(5 * 60_000));
  expect(result.current.data?.device.version).toBe(1);
  await act(() => vi.advanceTimersByTimeAsync(5 * 60_000));
  expect(result.current.data?.device.version).toBe(2);
});

it('tells of its sound one report after the other, and leaves out what is no longer so', async () => {
  const answers: (() => void)[] = [];
  const said: unknown[] = [];
  const post = vi.spyOn(api, 'post').mockImplementation((_, body) => {
    said.push(body);
    return new Promise<never>((answered) => answers.push(answered as () => void));
  });
  const reports = ['blocked', 'chime', 'voice'].map((audio) => () => ({ audio }));
  const { rerender, unmount } = renderHook(({ at }) => usePing(device, reports[at] as () => Record<string, unknown>), { initialProps: { at: 0 } });
  await waitFor(() => expect(said).toEqual([{ audio: 'blocked' }]));
  rerender({ at: 1 });
  rerender({ at: 2 });
  await act(async () => Promise.resolve());
  expect(said).toHaveLength(1);
  answers[0]?.();
  await waitFor(() => expect(said).toEqual([{ audio: 'blocked' }, { audio: 'voice' }]));
  unmount();
  post.mockRestore();
});
