import { beforeEach, expect, it, vi } from 'vitest';
import { firstInLine } from './first-in-line';

/** A line of 450 people, answered in pages as the server does. */
const LINE = Array.from({ length: 450 }, (_, n) => ({ id: String(n) }));
const asked: string[] = [];

beforeEach(() => {
  asked.length = 0;
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(path);
    const query = new URL(path, 'http://usher').searchParams;
    const [at, limit] = [Number(query.get('cursor') ?? 0), Number(query.get('limit'))];
    const end = Math.min(at + limit, LINE.length);
    return Promise.resolve(Response.json({ items: LINE.slice(at, end), next_cursor: end < LINE.length ? String(end) : null }));
  });
  return () => vi.unstubAllGlobals();
});

it('gives the head of the line, and says that others stand behind', async () => {
  const { tickets, more } = await firstInLine('/api/tickets?status=waiting', 100);
  expect([tickets.length, tickets[0]?.id, tickets.at(-1)?.id, more]).toEqual([100, '0', '99', true]);
  expect(asked).toEqual(['/api/tickets?status=waiting&order=line&limit=100']);
});

it('asks for further pages only when more than one answer holds is wanted', async () => {
  const { tickets, more } = await firstInLine('/api/tickets', 500);
  expect([tickets.length, tickets.at(-1)?.id, more]).toEqual([450, '449', false]);
  expect(asked.map((path) => new URL(path, 'http://usher').searchParams.get('limit'))).toEqual(['200', '200', '100']);
});

it('names nobody twice who was moved between two pages', async () => {
  LINE[250] = LINE[10] as { id: string };
  const { tickets } = await firstInLine('/api/tickets', 400);
  expect(new Set(tickets.map((t) => t.id)).size).toBe(tickets.length);
  LINE[250] = { id: '250' };
});
