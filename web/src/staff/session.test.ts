import { expect, it } from 'vitest';
import type { User } from '~/api/shapes';
import { homeOf } from './session';

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
