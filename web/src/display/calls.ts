import type { Call, SiteBoard } from '~/api/shapes';

/** A call stays in large type at least this long, and the newest stays yellow. */
export const IN_SIGHT_MS = 3 * 60_000;
/** How long a part of the calls is shown when there are more than fit. */
const TURN_MS = 7000;
/** Rows that a board keeps; more than any screen shows. */
const KEEP = 24;

/** A call as the board shows it. */
export interface Row extends Call {
  /** When this screen took it up, in local milliseconds; 0 for calls that were there before it. */
  readonly since: number;
}

/** Whether a board that is for some counters shows this call; one that names none is for all. */
export function isShown(call: Pick<Call, 'counter_id'>, counters: readonly string[] | undefined): boolean {
  return counters === undefined || counters.length === 0 || counters.includes(call.counter_id);
}

/** The board of a screen that is for some counters, such as the one above a counter. */
export function ofCounters(board: SiteBoard, counters: readonly string[] | undefined): SiteBoard {
  const shown = (calls: readonly Call[]) => calls.filter((call) => isShown(call, counters));
  return counters === undefined || counters.length === 0 ? board : { ...board, now_serving: shown(board.now_serving), last_called: shown(board.last_called) };
}

/** The newest row first; each ticket once, by its latest call. */
function ordered(rows: Iterable<Row>): Row[] {
  const latest = new Map<string, Row>();
  for (const row of rows) {
    const known = latest.get(row.ticket_id);
    if (known === undefined || later(row, known)) latest.set(row.ticket_id, row);
  }
  return [...latest.values()].sort((a, b) => (later(a, b) ? -1 : 1)).slice(0, KEEP);
}

function later(a: Row, b: Row): boolean {
  if (a.since !== b.since) return a.since > b.since;
  return Date.parse(a.called_at) >= Date.parse(b.called_at);
}

/**
 * The rows after the board's latest state: what is being served or was called lately, plus what this screen
 * itself announced and must stay in sight; nothing that still waits for its announcement.
 */
export function withBoard(rows: readonly Row[], board: SiteBoard, pending: ReadonlySet<string>, now: number): Row[] {
  const own = new Map(rows.map((r) => [r.announcement_id, r]));
  const known = [...board.now_serving, ...board.last_called]
    .filter((c) => !pending.has(c.announcement_id))
    .map((c) => own.get(c.announcement_id) ?? { ...c, since: 0 });
  const kept = rows.filter((r) => now - r.since < IN_SIGHT_MS);
  return ordered([...known, ...kept]);
}

/** The rows when `call` is announced: it comes to the top. */
export function withCall(rows: readonly Row[], call: Call, now: number): Row[] {
  return ordered([{ ...call, since: now }, ...rows.filter((r) => r.ticket_id !== call.ticket_id)]);
}

/**
 * The rows that are shown where `room` fit. Whoever is still expected or served must stay in sight: when those alone
 * are too many they take turns; else older calls fill what is left.
 */
export function inTurn(rows: readonly Row[], room: number, board: SiteBoard | undefined, now: number): Row[] {
  if (rows.length <= room) return [...rows];
  const served = new Set(board?.now_serving.map((c) => c.ticket_id));
  const needed = rows.filter((r) => served.has(r.ticket_id) || now - r.since < IN_SIGHT_MS);
  if (needed.length <= room) {
    const spare = room - needed.length;
    const others = new Set(rows.filter((r) => !needed.includes(r)).slice(0, spare));
    return rows.filter((r) => needed.includes(r) || others.has(r));
  }
  const page = Math.floor(now / TURN_MS) % Math.ceil(needed.length / room);
  return needed.slice(page * room, (page + 1) * room);
}

/** Whether a row is yellow: it was announced here and people may still be on their way. */
export function isFresh(row: Row, index: number, now: number): boolean {
  const age = now - row.since;
  return row.since > 0 && (age < 10_000 || (index === 0 && age < IN_SIGHT_MS));
}

/** Whether the local time lies in the quiet hours, which may span midnight. */
export function isQuiet(from: string | undefined, to: string | undefined, clock: string): boolean {
  if (from === undefined || to === undefined || from === to) return false;
  return from < to ? clock >= from && clock < to : clock >= from || clock < to;
}
