import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { factsOf, kindOf } from './story';

const root = join(import.meta.dirname, '../../../..');

it('has words for everything that can happen to a ticket', () => {
  const kinds = Object.keys(JSON.parse(readFileSync(join(root, 'contracts/events.json'), 'utf8')) as object).filter((kind) => kind.startsWith('ticket.'));
  const { kind: words } = JSON.parse(readFileSync(join(root, 'web/src/i18n/locales/en/story.json'), 'utf8')) as { kind: Record<string, string> };
  expect(kinds.length).toBeGreaterThan(25);
  expect(kinds.map(kindOf).filter((kind) => words[kind] === undefined)).toEqual([]);
});

it('tells what matters of each, and why somebody did it', () => {
  const payload = { queue_id: 'q', counter_id: 'c', class: 'vip', outcome: 'approved', channel: 'kiosk', recalls: 2 };
  const reason = 'Asked for it';
  expect(factsOf({ kind: 'ticket.called', payload, reason })).toEqual({ counter_id: 'c', reason });
  expect(factsOf({ kind: 'ticket.issued', payload, reason: null })).toEqual({ channel: 'kiosk', queue_id: 'q' });
  expect(factsOf({ kind: 'ticket.noted', payload, reason })).toEqual({ reason });
  expect(factsOf({ kind: 'ticket.noted', payload: { ...payload, reason }, reason: null })).toEqual({});
  expect(factsOf({ kind: 'ticket.called', payload: null, reason: null })).toEqual({});
});
