import { describe, expect, it } from 'vitest';
import type { Call, SiteBoard } from '~/api/shapes';
import { inTurn, isFresh, isQuiet, isShown, ofCounters, withBoard, withCall, type Row } from './calls';

const call = (n: number, over: Partial<Call> = {}): Call => ({
  announcement_id: `a${n}`, ticket_id: `t${n}`, number: `A-00${n}`, label: `A-00${n}`, counter_id: 'c', counter_number: '1', counter_name: 'Counter 1',
  queue_id: 'q', site_id: 's', called_at: new Date(n * 1000).toISOString(), recall: false, acknowledged: false, serving: false, ...over,
});
const board = (serving: Call[], last: Call[] = []) => ({ now_serving: serving, last_called: last }) as SiteBoard;
const numbers = (rows: Row[]) => rows.map((r) => r.ticket_id);

describe('the rows of a board', () => {
  it('are the latest calls first, each ticket once', () => {
    const rows = withBoard([], board([call(2), call(1)], [call(3), call(2)]), new Set(), 0);
    expect(numbers(rows)).toEqual(['t3', 't2', 't1']);
  });
  it('show a call when it is announced, not before', () => {
    const waiting = new Set(['a9']);
    expect(numbers(withBoard([], board([call(9), call(1)]), waiting, 0))).toEqual(['t1']);
    expect(numbers(withCall([], call(9), 5))).toEqual(['t9']);
  });
  it('keep an announced call in sight after it was served', () => {
    const rows = withCall([], call(4), 1000);
    expect(numbers(withBoard(rows, board([]), new Set(), 60_000))).toEqual(['t4']);
    expect(numbers(withBoard(rows, board([]), new Set(), 200_000))).toEqual([]);
  });
  it('bring a recalled ticket to the top once', () => {
    let rows = withCall([], call(1), 1000);
    rows = withCall(rows, call(2), 2000);
    rows = withCall(rows, call(1, { announcement_id: 'a1-again', recall: true }), 3000);
    expect(numbers(rows)).toEqual(['t1', 't2']);
    expect(numbers(withBoard(rows, board([call(1), call(2)]), new Set(), 4000))).toEqual(['t1', 't2']);
  });
  it('lose none of nine calls', () => {
    let rows: Row[] = [];
    for (let n = 1; n <= 9; n++) rows = withCall(rows, call(n), n * 1000);
    expect(rows).toHaveLength(9);
    expect(numbers(rows)[0]).toBe('t9');
  });
  it('take turns when more people are expected than fit', () => {
    const rows = withBoard([], board([1, 2, 3, 4, 5].map((n) => call(n))), new Set(), 0);
    const seen = new Set([0, 7000, 14_000].flatMap((now) => numbers(inTurn(rows, 2, board([1, 2, 3, 4, 5].map((n) => call(n))), now))));
    expect(seen.size).toBe(5);
  });
  it('let those go first who were served long ago', () => {
    const both = board([call(1)], [call(4), call(3), call(2)]);
    const rows = withBoard([], both, new Set(), 0);
    expect(numbers(inTurn(rows, 2, both, 400_000))).toEqual(['t4', 't1']);
  });
  it('are yellow for ten seconds, the newest for three minutes', () => {
    const [row] = withCall([], call(1), 1000) as [Row];
    expect([isFresh(row, 2, 9000), isFresh(row, 2, 12_000), isFresh(row, 0, 120_000), isFresh(row, 0, 190_000)]).toEqual([true, false, true, false]);
  });
});

it.each([['20:00', '07:00', '23:10', true], ['20:00', '07:00', '06:59', true], ['20:00', '07:00', '12:00', false], ['12:00', '14:00', '13:00', true], [undefined, '07:00', '03:00', false]])(
  'quiet from %s to %s at %s: %s',
  (from, to, at, quiet) => expect(isQuiet(from, to, at)).toBe(quiet),
);

describe('a board for some counters', () => {
  const at = (counter_id: string) => ({ counter_id, ticket_id: counter_id }) as Call;
  const both = { now_serving: [at('1'), at('2')], last_called: [at('3'), at('1')] } as SiteBoard;
  it('shows their calls alone', () => {
    const only = ofCounters(both, ['1', '3']);
    expect([only.now_serving, only.last_called].map((calls) => calls.map((c) => c.counter_id))).toEqual([['1'], ['3', '1']]);
  });
  it('is any board when it names none', () => {
    expect(ofCounters(both, [])).toBe(both);
    expect(isShown(at('9'), undefined)).toBe(true);
  });
});
