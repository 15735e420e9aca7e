import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, renderHook } from '@testing-library/react';
import { createElement, type ReactNode } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { api } from '~/api/client';
import type { User } from '~/api/shapes';
import { feedOf, useFigures, useLiveFigures } from './use-figures';

const told = vi.hoisted(() => ({ frame: () => undefined as unknown }));
vi.mock('~/live/use-live', () => ({
  useLive: (_: string | null, reduce: () => null) => {
    told.frame = reduce;
    return { clock: {} };
  },
}));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const user = (scopes: string[], sites: string[] = []) => ({ scopes, sites }) as unknown as User;
const site = (id: string) => ({ id, slug: id, name: id });

it('listens to the site that is shown, else to all that one works at', () => {
  const both = [site('a'), site('b')];
  expect(feedOf('/t', user(['tickets:read']), both, 'a')).toBe('/t/events?rooms=site:a');
  expect(feedOf('/t', user(['tickets:read']), both, null)).toBe('/t/events?rooms=global');
  expect(feedOf('/t', user(['tickets:read'], ['a', 'b']), both, null)).toBe('/t/events?rooms=site:a,site:b');
  expect(feedOf('/t', user(['stats:read']), both, null)).toBe('/t/events?rooms=site:a,site:b');
  expect(feedOf('/t', user(['analytics:read']), both, null)).toBeNull();
  expect(feedOf('/t', user(['analytics:read']), both, 'a')).toBeNull();
});

it('reads anew once what happened was counted, and not with every ticket', async () => {
  let served = 1;
  const get = vi.spyOn(api, 'get').mockImplementation(() => Promise.resolve({ served: served++ }));
  const client = new QueryClient();
  const wrapper = ({ children }: { children: ReactNode }) => createElement(QueryClientProvider, { client }, children);
  const wait = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
  const { result, unmount } = renderHook(
    () => {
      useLiveFigures('/feed');
      return useFigures<{ served: number }>('/figures');
    },
    { wrapper },
  );
  await wait(10);
  expect(result.current.data?.served).toBe(1);
  told.frame();
  await wait(1_000);
  expect(get).toHaveBeenCalledTimes(1);
  await wait(600);
  expect(result.current.data?.served).toBe(2);
  for (let n = 0; n < 10; n++) {
    told.frame();
    await wait(400);
  }
  expect(get).toHaveBeenCalledTimes(2);
  await wait(1_500);
  expect(get).toHaveBeenCalledTimes(3);
  told.frame();
  unmount();
  await wait(10_000);
  expect(get).toHaveBeenCalledTimes(3);
});
