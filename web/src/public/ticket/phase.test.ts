import { expect, it } from 'vitest';
import type { PublicTicket } from '~/api/shapes';
import { isNewCall, phaseOf } from './phase';

const ticket = (over: Partial<PublicTicket>) => ({ status: 'waiting', people_ahead: 3, called_at: null, recalls: 0, cause: null, ...over }) as PublicTicket;

it.each([
  [{}, 'waiting'], [{ people_ahead: 0 }, 'next'], [{ people_ahead: null }, 'waiting'], [{ status: 'called' }, 'called'],
  [{ status: 'paused' }, 'serving'], [{ status: 'wrap_up' }, 'serving'], [{ status: 'parked' }, 'parked'], [{ status: 'no_show' }, 'missed'],
  [{ status: 'served' }, 'done'], [{ status: 'cancelled', cause: 'left' }, 'left'], [{ status: 'cancelled', cause: 'line_closed' }, 'closed'],
  [{ status: 'expired' }, 'expired'],
] as [Partial<PublicTicket>, string][])('%o is %s', (over, phase) => {
  expect(phaseOf(ticket(over))).toBe(phase);
});

it('tells a call from its repetition and from a mere update', () => {
  const called = ticket({ status: 'called', called_at: '2026-11-20T14:00:00Z' });
  expect(isNewCall(ticket({}), called)).toBe('call');
  expect(isNewCall(undefined, called)).toBe('call');
  expect(isNewCall(called, { ...called })).toBe(null);
  expect(isNewCall(called, { ...called, called_at: '2026-11-20T14:01:00Z' })).toBe('recall');
  expect(isNewCall(called, { ...called, recalls: 1 })).toBe('recall');
  expect(isNewCall(called, ticket({ status: 'serving' }))).toBe(null);
});
