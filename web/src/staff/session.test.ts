import { QueryObserver } from '@tanstack/react-query';
import { afterEach, expect, it, vi } from 'vitest';
import { api } from '~/api/client';
import type { User } from '~/api/shapes';
import { queries } from './queries';
import { areasOf, finishSecondStep, homeOf, loginFor, signOut, switchTo, wayOf } from './session';

afterEach(() => vi.unstubAllGlobals());

const AGENT = ['tickets:read', 'tickets:issue', 'tickets:call', 'tickets:serve', 'stats:read'];
const MANAGER = [...AGENT, 'sites:write', 'queues:write', 'tickets:manage'];

it.each([
  ['an administrator', ['*'], '/admin'],
  ['a manager, who may also change queues', MANAGER, '/manage'],
  ['an agent, who may also look at the floor', AGENT, '/agent'],
  ['a receptionist', ['tickets:read', 'tickets:issue'], '/reception'],
  ['somebody who only reads figures', ['stats:read'], '/manage'],
  ['a customer', ['sites:read'], '/wallet'],
  ['who runs the installation', ['platform:admin'], '/platform'],
])('%s begins at the own work', (_, scopes, home) => {
  expect(homeOf({ scopes, tenant: { slug: 'bank' } } as unknown as User)).toBe(home);
});

it('leads whoever belongs to no organisation to the account', () => {
  expect(homeOf({ scopes: [], tenant: null } as unknown as User)).toBe('/account');
});

it('asks whoever belongs to several organisations in which one they go on, and nobody else', () => {
  const user = (scopes: string[], tenants: number) => ({ scopes, tenant: { slug: 'bank' }, tenants: Array.from({ length: tenants }, () => ({})) }) as unknown as User;
  expect(wayOf(user(['*'], 1), null)).toBe('/admin');
  expect(wayOf(user(['*'], 1), '/manage?site=1')).toBe('/manage?site=1');
  expect(wayOf(user(['*'], 2), null)).toBe('/organisation');
  expect(wayOf(user(['*'], 2), '/manage?site=1')).toBe('/organisation?next=%2Fmanage%3Fsite%3D1');
  expect(wayOf(user(['platform:admin'], 2), null)).toBe('/platform');
});

it('goes on in another organisation, and has its other tabs follow', async () => {
  const asked: unknown[] = [];
  const answer = (slug: string) => ({ id: '1', scopes: [], tenants: [], tenant: { slug } });
  vi.stubGlobal('fetch', (path: string, { body }: RequestInit) => {
    asked.push([path, body]);
    return Promise.resolve(Response.json(path === '/api/v1/auth/me' ? answer('bank') : { user: answer('shop') }));
  });
  queries.setQueryData(['tickets'], ['of the organisation before']);
  await switchTo('shop');
  expect(asked).toEqual([['/api/v1/auth/switch', '{"tenant":"shop"}']]);
  expect(queries.getQueryData(['me'])).toEqual(answer('shop'));
  expect(queries.getQueryData(['tickets'])).toBeUndefined();
  // Another tab switched.
  window.dispatchEvent(new StorageEvent('storage', { key: 'usher.organisation' }));
  await vi.waitFor(() => expect(queries.getQueryData(['me'])).toEqual(answer('bank')));
  await switchTo(null);
  expect(asked.at(-1)).toEqual(['/api/v1/auth/switch', '{}']);
});

it('shows a customer the wallet, staff their work, and an operator the installation', () => {
  const names = (scopes: string[], tenant: object | null = { slug: 'bank' }) => areasOf({ scopes, tenant } as unknown as User).map((area) => area.name);
  expect(names(['sites:read'])).toEqual(['wallet', 'ownAppointments']);
  expect(names(['tickets:issue'])).toEqual(['reception']);
  expect(names(['platform:admin'], null)).toEqual(['platform']);
  expect(names(['*'])).toEqual(['agent', 'reception', 'appointments', 'manage', 'reports', 'admin']);
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

it('keeps who came in when an answer to nobody arrives late', async () => {
  const user = { id: '2', scopes: [] };
  const late: ((answer: Response) => void)[] = [];
  vi.stubGlobal('fetch', (path: string) => {
    if (path === '/api/v1/auth/refresh') return new Promise<Response>((done) => late.push(done));
    return Promise.resolve(path === '/api/v1/auth/second-step' ? Response.json({ user }) : Response.json({}, { status: 401 }));
  });
  // Asked before anybody was here; the refresh that follows takes its time.
  const asked = api.get('/api/v1/auth/me').catch((error: unknown) => error);
  await vi.waitFor(() => expect(late).toHaveLength(1));
  await finishSecondStep('secret', '123456');
  late[0]?.(Response.json({}, { status: 401 }));
  await asked;
  expect(queries.getQueryData(['me'])).toEqual(user);
});

it('leads from the log-in on to the page that was wanted, as it stood', () => {
  expect(loginFor('/reception')).toBe('/login?next=%2Freception');
  expect(loginFor('/admin?site=1#queues')).toBe('/login?next=%2Fadmin%3Fsite%3D1%23queues');
  expect(loginFor('/logins')).toBe('/login?next=%2Flogins');
});

it('does not ask for the log-in on the way to it', () => {
  for (const there of ['/login', '/login/', '/login?next=%2Freception', '/login#reset=usm_x']) expect(loginFor(there), there).toBeNull();
});
