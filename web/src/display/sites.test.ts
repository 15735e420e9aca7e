import { expect, it } from 'vitest';
import type { SiteBoard } from '~/api/shapes';
import { alone, joined } from './sites';

const board = (id: string, ...at: string[]) =>
  ({
    site: { id, name: `Branch ${id}`, open: true, opens_at: null, notice: null },
    queues: [{ id: `line of ${id}` }],
    counters: [{ id: `counter of ${id}` }],
    now_serving: [],
    last_called: at.map((called_at) => ({ called_at, site_id: id, number: `${id} ${called_at}` })),
  }) as unknown as SiteBoard;
const map = (...boards: SiteBoard[]) => new Map(boards.map((b) => [b.site.id, b]));
const told = (one: SiteBoard, site: Partial<SiteBoard['site']>): SiteBoard => ({ ...one, site: { ...one.site, ...site } });

it('shows a site alone as it is, unnamed, and nothing before its own board is there', () => {
  const main = told(board('main', '2026-11-20T09:00:00Z'), { notice: 'The lift is out of order' });
  expect(joined('main', map(main))).toMatchObject(main);
  expect(alone(main).places.size).toBe(0);
  expect(alone(main).notices).toEqual([{ site: null, text: 'The lift is out of order' }]);
  expect(joined('main', map(board('annex')))).toBeUndefined();
});

it('brings the calls of several sites together, the newest first, and says where each is', () => {
  const both = joined('main', map(board('annex', '2026-11-20T09:01:00Z'), board('main', '2026-11-20T09:02:00Z', '2026-11-20T09:00:00Z')));
  expect(both?.site.name).toBe('Branch main');
  expect(both?.queues.map((q) => q.id)).toEqual(['line of main', 'line of annex']);
  expect(both?.counters.map((c) => c.id)).toEqual(['counter of main', 'counter of annex']);
  expect(both?.last_called.map((c) => c.number)).toEqual(['main 2026-11-20T09:02:00Z', 'annex 2026-11-20T09:01:00Z', 'main 2026-11-20T09:00:00Z']);
  expect(both?.last_called.map((c) => both.places.get(c.site_id))).toEqual(['Branch main', 'Branch annex', 'Branch main']);
  expect(both?.queues.map((q) => both.lineAt.get(q.id))).toEqual(['Branch main', 'Branch annex']);
});

it('is closed when all of its sites are, and open again with the first of them', () => {
  const closed = (id: string, opens_at: string | null) => told(board(id), { open: false, opens_at });
  const main = closed('main', '2026-11-21T09:00:00Z');
  expect(joined('main', map(main, board('annex')))?.site.open).toBe(true);
  const night = joined('main', map(main, closed('annex', '2026-11-21T08:00:00+01:00'), closed('far', null)));
  expect(night?.site).toMatchObject({ open: false, opens_at: '2026-11-21T08:00:00+01:00' });
});

it('says whose message it is where there are several sites', () => {
  const both = joined('main', map(told(board('main'), { notice: 'One' }), told(board('annex'), { notice: 'Two' })));
  expect(both?.notices).toEqual([{ site: 'Branch main', text: 'One' }, { site: 'Branch annex', text: 'Two' }]);
});
