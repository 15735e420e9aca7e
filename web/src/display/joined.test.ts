import { expect, it } from 'vitest';
import type { SiteBoard } from '~/api/shapes';
import { joined } from './board';

const board = (id: string, ...at: string[]) =>
  ({ site: { id, name: id }, queues: [{ id: `line of ${id}` }], now_serving: [], last_called: at.map((called_at) => ({ called_at, number: `${id} ${called_at}` })) }) as unknown as SiteBoard;
const map = (...boards: SiteBoard[]) => new Map(boards.map((b) => [b.site.id, b]));

it('shows a site alone as it is, and nothing before its own board is there', () => {
  const main = board('main', '2026-11-20T09:00:00Z');
  expect(joined('main', map(main))).toBe(main);
  expect(joined('main', map(board('annex')))).toBeUndefined();
});

it('brings the calls of several sites together, the newest first', () => {
  const both = joined('main', map(board('annex', '2026-11-20T09:01:00Z'), board('main', '2026-11-20T09:02:00Z', '2026-11-20T09:00:00Z')));
  expect(both?.site.name).toBe('main');
  expect(both?.queues.map((q) => q.id)).toEqual(['line of main', 'line of annex']);
  expect(both?.last_called.map((c) => c.number)).toEqual(['main 2026-11-20T09:02:00Z', 'annex 2026-11-20T09:01:00Z', 'main 2026-11-20T09:00:00Z']);
});
