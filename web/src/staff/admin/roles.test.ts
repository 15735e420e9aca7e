import { expect, it } from 'vitest';
import { grouped } from './roles';

it('puts scopes together by what they are about', () => {
  expect(grouped(['tickets:serve', 'queues:read', 'tickets:call'])).toEqual([
    ['queues', ['queues:read']],
    ['tickets', ['tickets:call', 'tickets:serve']],
  ]);
  expect(grouped([])).toEqual([]);
});
