import { describe, expect, it } from 'vitest';
import type { BoardQueue, IssuedTicket, ServiceCard, SiteBoard } from '~/api/shapes';
import { HOME, next, pageOf, refusalOf, TicketGate, tilesOf } from './machine';

const service = (id: string): ServiceCard => ({ id, code: id, name: id, names: {} });
const queue = (id: string, p50: number | null, services: string[], status: BoardQueue['status'] = 'open') =>
  ({ id, status, services: services.map(service), estimate: { p50, serving: p50 !== null } }) as BoardQueue;
const ticket = { number: 'A-042' } as IssuedTicket;

describe('the steps', () => {
  it('one tap is one ticket', () => {
    const issuing = next(HOME, { do: 'issue', service: service('deposit') });
    expect(next(issuing, { do: 'issue', service: service('loan') })).toBe(issuing);
    expect(next(issuing, { do: 'issued', ticket })).toEqual({ at: 'done', ticket });
  });
  it('a late answer does not reach the next person', () => {
    const issuing = next(HOME, { do: 'issue', service: service('deposit') });
    const wiped = next(issuing, { do: 'wipe' });
    expect(next(wiped, { do: 'issued', ticket })).toBe(wiped);
  });
  it('help and several services are asked for from the tiles, and lead to one ticket', () => {
    const wishes = next(HOME, { do: 'ask_wishes' });
    expect(wishes).toEqual({ at: 'wishes' });
    expect(next(wishes, { do: 'wipe' })).toBe(HOME);
    expect(next(wishes, { do: 'ask_phone', service: service('loan') })).toMatchObject({ at: 'phone' });
    const issuing = next(wishes, { do: 'issue', service: service('loan') });
    expect(next(issuing, { do: 'ask_wishes' })).toBe(issuing);
  });
  it('keeps what was entered', () => {
    const asked = next(HOME, { do: 'ask_phone', service: service('deposit') });
    const typed = next(asked, { do: 'digits', digits: '+33612' });
    expect(typed).toMatchObject({ at: 'phone', digits: '+33612' });
    expect(next(typed, { do: 'group', id: 'x' })).toBe(typed);
  });
});

describe('tiles', () => {
  it('show a service once, by the line that takes it soonest', () => {
    const board = { queues: [queue('slow', 20, ['deposit', 'loan']), queue('quick', 5, ['deposit']), queue('shut', 1, ['loan'], 'closed')] } as SiteBoard;
    expect(tilesOf(board).map((t) => [t.service.id, t.queue.id])).toEqual([['deposit', 'quick'], ['loan', 'slow']]);
    expect(tilesOf(board, 'slow').map((t) => t.service.id)).toEqual(['deposit', 'loan']);
  });
});

describe('pages of tiles', () => {
  const all = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  it('are one when everything fits', () => {
    expect(pageOf(all.slice(0, 4), 4, 3)).toEqual({ shown: ['a', 'b', 'c', 'd'], more: false });
  });
  it('reach every tile and come round', () => {
    const pages = [0, 1, 2, 3].map((page) => pageOf(all, 4, page));
    expect(pages.map((p) => p.shown.join(''))).toEqual(['abc', 'def', 'g', 'abc']);
    expect(pages.every((p) => p.more)).toBe(true);
  });
});

it('thinks that one hand takes all the tickets when five were taken in half a minute', () => {
  const gate = new TicketGate();
  for (let at = 0; at < 5000; at += 1000) {
    expect(gate.open(at)).toBe(true);
    gate.note(at);
  }
  expect(gate.open(6000)).toBe(false);
  expect(gate.open(30_500)).toBe(true);
});

it.each([
  [429, 'rate_limited', 'limit'], [409, 'customer_limit', 'limit'], [409, 'queue_full', 'full'], [409, 'queue_paused', 'paused'],
  [409, 'outside_hours', 'closed'], [422, 'invalid', 'other'],
])('%d %s → %s', (status, code, why) => {
  expect(refusalOf(status, code)).toBe(why);
});
