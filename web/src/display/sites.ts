/** A board of several sites: one picture of all of them, in which each call says where it is. */
import type { Call, SiteBoard } from '~/api/shapes';

/** A message for everybody in front of a board. */
export interface Notice {
  /** Whose it is; null where the board is of one site alone. */
  readonly site: string | null;
  readonly text: string;
}

/** What a board shows: one site, or several as one. */
export type Joined = SiteBoard & {
  /** What its sites are called, by their ids; none where it is one site alone, which nobody has to be told. */
  readonly places: ReadonlyMap<string, string>;
  /** The same by the ids of their lines. */
  readonly lineAt: ReadonlyMap<string, string>;
  readonly notices: readonly Notice[];
};

const newest = (calls: readonly Call[]) => [...calls].sort((a, b) => Date.parse(b.called_at) - Date.parse(a.called_at));

/** The earliest of some moments; null where there is none. */
function earliest(moments: readonly (string | null)[]): string | null {
  const known = moments.filter((one) => one !== null);
  return known.sort((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null;
}

/** The boards of several sites as one: the display's own, with the lines and calls of the others; nothing before its own is there. */
export function joined(own: string, boards: ReadonlyMap<string, SiteBoard>): Joined | undefined {
  const main = boards.get(own);
  if (main === undefined) return undefined;
  const all = [main, ...[...boards].filter(([id]) => id !== own).map(([, board]) => board)];
  const several = all.length > 1;
  return {
    ...main,
    // Together they are closed when all of them are, and open again with the first.
    site: { ...main.site, open: all.some((board) => board.site.open), opens_at: earliest(all.map((board) => board.site.opens_at)) },
    queues: all.flatMap((board) => board.queues),
    counters: all.flatMap((board) => board.counters),
    now_serving: newest(all.flatMap((board) => board.now_serving)),
    last_called: newest(all.flatMap((board) => board.last_called)),
    places: new Map(several ? all.map((board) => [board.site.id, board.site.name] as const) : []),
    lineAt: new Map(several ? all.flatMap((board) => board.queues.map((queue) => [queue.id, board.site.name] as const)) : []),
    notices: all.flatMap(({ site }) => (site.notice === null ? [] : [{ site: several ? site.name : null, text: site.notice }])),
  };
}

/** The board of one site alone. */
export function alone(board: SiteBoard): Joined {
  return joined(board.site.id, new Map([[board.site.id, board]])) ?? { ...board, places: new Map(), lineAt: new Map(), notices: [] };
}
