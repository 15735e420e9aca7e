import { describe, expect, it } from 'vitest';
import type { Call, SiteBoard } from '~/api/shapes';
import { withBoard, withCall, type Row } from './calls';
import { heldAt, stateOf } from './counter-state';

const NOW = Date.parse('2026-03-04T10:00:00Z');
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();
const call = (n: number, over: Partial<Call> = {}): Call => ({
  announcement_id: `a${n}`, ticket_id: `t${n}`, number: `A-00${n}`, label: `A-00${n}`, counter_id: 'three', counter_number: '3', counter_name: 'Counter 3',
  queue_id: 'q', site_id: 's', called_at: ago(n), recall: false, acknowledged: false, serving: false, ...over,
});
const board = (state: string, serving: Call[] = [], last: Call[] = serving) =>
  ({ counters: [{ id: 'three', number: '3', name: 'Counter 3', state }, { id: 'four', number: '4', name: 'Counter 4', state: 'idle' }], now_serving: serving, last_called: last, site: { open: true }, at: ago(0) }) as unknown as SiteBoard;
const seen = (one: SiteBoard | undefined, rows: readonly Row[] = one === undefined ? [] : withBoard([], one, new Set(), NOW), more = {}) => ({ board: one, counter: 'three', rows, stale: false, now: NOW, server: NOW, ...more });

describe('the screen above a counter', () => {
  it.each([['idle', 'free'], ['paused', 'paused'], ['closed', 'closed'], ['busy', 'moment']])('of a counter that is %s and serves nobody: %s', (state, shown) => {
    expect(stateOf(seen(board(state)))).toBe(shown);
  });

  it('calls until the person has come, and not for ever', () => {
    expect(stateOf(seen(board('busy', [call(5)])))).toBe('called');
    expect(stateOf(seen(board('busy', [call(5, { serving: true })])))).toBe('serving');
    // Not everybody says that the person has come: then it is no call any more after three minutes.
    expect(stateOf(seen(board('busy', [call(181)])))).toBe('serving');
    const announced = withCall([], call(400), NOW - 1000);
    expect(stateOf(seen(board('busy', [call(400)]), announced)), 'a call that was just repeated').toBe('called');
  });

  it('shows the calls of its own counter alone', () => {
    const both = board('idle', [call(1, { counter_id: 'four' })]);
    expect(stateOf(seen(both))).toBe('free');
    expect(heldAt(seen(both))).toEqual([]);
  });

  it('lets go of whoever has left at once, and shows a call that is newer than the board', () => {
    const rows = withCall([], call(20), NOW - 20_000);
    expect(stateOf(seen(board('idle', []), withBoard(rows, board('idle', []), new Set(), NOW)))).toBe('free');
    const early = withCall([], call(-1), NOW);
    expect(heldAt(seen(board('idle'), early)).map((held) => [held.row.number, held.called])).toEqual([['A-00-1', true]]);
  });

  it('names everybody whom it holds, the last one first', () => {
    const several = board('busy', [call(2), call(9, { serving: true })]);
    expect(heldAt(seen(several)).map((held) => [held.row.ticket_id, held.called])).toEqual([['t2', true], ['t9', false]]);
  });

  it('says nothing of the counter that may be old by now, but keeps the number', () => {
    expect(stateOf(seen(board('idle'), [], { stale: true }))).toBe('unknown');
    expect(stateOf(seen(board('busy', [call(5, { serving: true })]), undefined, { stale: true }))).toBe('serving');
  });

  it('knows that its counter is not there, and that it knows nothing yet', () => {
    expect(stateOf({ ...seen(board('idle')), counter: 'gone' })).toBe('gone');
    expect(stateOf({ ...seen(board('idle')), counter: undefined })).toBe('gone');
    expect(stateOf(seen(undefined))).toBe('starting');
  });
});
