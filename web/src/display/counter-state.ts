/** What the screen above one counter shows. */
import type { Call, SiteBoard } from '~/api/shapes';
import { IN_SIGHT_MS, type Row } from './calls';

/**
 * `called`: go there now. `serving`: somebody has come. `free`: whoever is called next goes there. `moment`: it holds
 * somebody who is not to be seen any more, or whose call is just to come. `unknown`: what it was may be old by now.
 */
export type CounterState = 'starting' | 'gone' | 'called' | 'serving' | 'free' | 'moment' | 'paused' | 'closed' | 'unknown';

/** A person of the counter, and whether they are on their way there. */
export interface Held {
  readonly row: Row;
  readonly called: boolean;
}

/** What is known of the screen's counter at a moment; `now` is the machine's time, `server` the server's. */
export interface Seen {
  readonly board: SiteBoard | undefined;
  readonly counter: string | undefined;
  readonly rows: readonly Row[];
  /** Nothing has been heard for too long. */
  readonly stale: boolean;
  readonly now: number;
  readonly server: number;
}

/** The people of the counter, the one who was called last first. Whose ticket has ended is gone at once. */
export function heldAt({ board, counter, rows, now, server }: Omit<Seen, 'stale'>): Held[] {
  if (board === undefined) return [];
  const here = new Map<string, Call>(board.now_serving.map((call) => [call.ticket_id, call]));
  const at = Date.parse(board.at);
  // A call may be announced before the board that knows it has come.
  const held = rows.filter((row) => row.counter_id === counter && (here.has(row.ticket_id) || Date.parse(row.called_at) > at));
  return held.map((row) => {
    const since = row.since > 0 ? now - row.since : server - Date.parse(row.called_at);
    return { row, called: here.get(row.ticket_id)?.serving !== true && since < IN_SIGHT_MS };
  });
}

/** How the counter stands. */
export function stateOf(seen: Seen): CounterState {
  const { board, counter, stale } = seen;
  if (board === undefined) return 'starting';
  const known = board.counters.find((one) => one.id === counter);
  if (known === undefined) return 'gone';
  const [first] = heldAt(seen);
  if (first !== undefined) return first.called ? 'called' : 'serving';
  if (stale) return 'unknown';
  if (known.state === 'busy') return 'moment';
  if (known.state === 'paused') return 'paused';
  return known.state === 'idle' ? 'free' : 'closed';
}
