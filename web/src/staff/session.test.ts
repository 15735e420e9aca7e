import { QueryObserver } from '@tanstack/react-query';
import { afterEach, expect, it, vi } from 'vitest';
import type { User } from '~/api/shapes';
import { queries } from './queries';
import { finishSecondStep, homeOf, signOut } from './session';

afterEach(() => vi.unstubAllGlobals());

const AGENT = ['tickets:read', 'tickets:issue', 'tickets:call', 'tickets:serve', 'stats:read'];
const MANAGER = [...AGENT, 'sites:write', 'queues:write', 'tickets:manage'];

it.each([
  ['an administrator', ['*'], '/admin'],
  ['a manager, who may also change queues', MANAGER, '/manage'],
  ['an agent, who may also look at the floor', AGENT, '/agent'],
  ['a receptionist', ['tickets:read', 'tickets:issue'], '/reception'],
  ['somebody who only reads figures', ['stats:read'], '/manage'],
  ['a customer', ['sites:read'], '/'],
])('%s begins at the own work', (_, scopes, home) => {
  expect(homeOf({ scopes } as unknown as User)).toBe(home);
});

it('tells a screen that is watching who came and who went, and forgets what was read', async () => {
  const told: unknown[] = [];
  const watching = new QueryObserver(queries, { queryKey: ['me'], enabled: false, initialData: null });
  const stop = watching.subscribe(({ data }) => told.push(data));
  queries.setQueryData(['tickets'], ['of somebody else']);
  const user = { id: '1', scopes: [] };
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ user })));
  await finishSecondStep('secret', '123456');
  await vi.waitFor(() => expect(told.at(-1)).toEqual(user));
  expect(queries.getQueryData(['tickets'])).toBeUndefined();
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(null, { status: 204 })));
  await signOut();
  await vi.waitFor(() => expect(told.at(-1)).toBeNull());
  stop();
});
