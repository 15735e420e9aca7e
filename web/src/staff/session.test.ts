import { expect, it } from 'vitest';
import type { User } from '~/api/shapes';
import { homeOf, loginFor } from './session';

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

it('leads from the log-in on to the page that was wanted, as it stood', () => {
  expect(loginFor('/reception')).toBe('/login?next=%2Freception');
  expect(loginFor('/admin?site=1#queues')).toBe('/login?next=%2Fadmin%3Fsite%3D1%23queues');
  expect(loginFor('/logins')).toBe('/login?next=%2Flogins');
});

it('does not ask for the log-in on the way to it', () => {
  for (const there of ['/login', '/login/', '/login?next=%2Freception', '/login#reset=usm_x']) expect(loginFor(there), there).toBeNull();
});
