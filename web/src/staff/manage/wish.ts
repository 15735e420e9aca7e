/** What a manager wishes to try, apart from how it is drawn and asked. */
import type { Algorithm, Counter, StaffingSuggestion, Uuid, WhatIf } from '~/api/shapes';

/** So many counters more than the site has can be tried. */
export const MOST_MORE = 5;
/** So often a plan is asked for again while others are being worked out. */
export const BUSY = 3;
/** No fewer and no more people than that, in percent of what is usual. */
export const ARRIVALS = { min: 0, max: 200, step: 10 } as const;
/** Of a hundred, so many can be asked to be called in time. */
export const GOALS = [80, 90, 95] as const;

type CounterOf = Pick<Counter, 'id' | 'number' | 'status' | 'queue_ids'>;

/** What is tried. Counters that are not named stay as they are on the floor. */
export interface Wish {
  readonly open: ReadonlyMap<Uuid, boolean>;
  /** Counters beyond those of the site; they serve every line. */
  readonly more: number;
  /** How many people come, in percent of what is usual. */
  readonly arrivals: number;
  /** Null leaves each line its own order. */
  readonly algorithm: Algorithm | null;
}

/** The day as it is planned. */
export const AS_TODAY: Wish = { open: new Map(), more: 0, arrivals: 100, algorithm: null };

/** Whether a counter is open in a wish. */
export function isOpen(wish: Wish, counter: CounterOf): boolean {
  return wish.open.get(counter.id) ?? counter.status === 'open';
}

/** How many counters are open in a wish. */
export function countOf(wish: Wish, counters: readonly CounterOf[]): number {
  return counters.filter((counter) => isOpen(wish, counter)).length + wish.more;
}

/** The wish with one counter opened or closed; what is as on the floor is not named. */
export function turned(wish: Wish, counter: CounterOf, open: boolean): Wish {
  const turnedOver = new Map(wish.open);
  if (open === (counter.status === 'open')) turnedOver.delete(counter.id);
  else turnedOver.set(counter.id, open);
  return { ...wish, open: turnedOver };
}

/** The counters in their order: by number, as a person counts. */
export function inOrder<C extends CounterOf>(counters: readonly C[]): C[] {
  return [...counters].sort((a, b) => a.number.localeCompare(b.number, undefined, { numeric: true }));
}

/**
 * The wish with as many counters open. More: those that were closed by the wish, then the others in their order, then
 * counters that the site does not have. Fewer: the other way round, and first those whose lines others serve too.
 */
export function withCount(wish: Wish, counters: readonly CounterOf[], count: number): Wish {
  let next = wish;
  for (let now = countOf(next, counters); now < count; now += 1) {
    const closed = inOrder(counters.filter((counter) => !isOpen(next, counter)));
    const counter = closed.find((one) => one.status === 'open') ?? closed[0];
    next = counter === undefined ? { ...next, more: next.more + 1 } : turned(next, counter, true);
  }
  for (let now = countOf(next, counters); now > Math.max(0, count); now -= 1) {
    if (next.more > 0) {
      next = { ...next, more: next.more - 1 };
      continue;
    }
    const open = inOrder(counters.filter((counter) => isOpen(next, counter))).reverse();
    const served = (queue: Uuid, but: CounterOf) => open.some((other) => other.id !== but.id && other.queue_ids.includes(queue));
    const spare = (counter: CounterOf) => counter.queue_ids.every((queue) => served(queue, counter));
    const counter = open.find((one) => one.status !== 'open') ?? open.find(spare) ?? open[0];
    if (counter === undefined) break;
    next = turned(next, counter, false);
  }
  return next;
}

/** Whether the wish changes anything. */
export function changes(wish: Wish): boolean {
  return wish.open.size > 0 || wish.more > 0 || wish.arrivals !== 100 || wish.algorithm !== null;
}

/** The wish as the server reads it. A counter that has gone from the floor meanwhile is not asked for. */
export function asked(wish: Wish, counters: readonly CounterOf[]): Partial<WhatIf> {
  const named = [...wish.open].filter(([id]) => counters.some((counter) => counter.id === id));
  return {
    suggest: false,
    counters: named.map(([counter_id, open]) => ({ counter_id, open, from: null, until: null, queue_ids: null })),
    more_counters: wish.more,
    arrivals_percent: wish.arrivals,
    algorithm: wish.algorithm,
  };
}

/** Half-hours that follow one another and need the same. */
export interface Span {
  readonly from: string;
  readonly until: string;
  readonly open: number;
  readonly counters: number;
  /** Where even all counters are not enough: how many of a hundred are called in time; else null. */
  readonly missed: number | null;
}

/** A suggestion with equal half-hours told together. */
export function spans({ half_hours, goal_percent }: StaffingSuggestion, until: string): Span[] {
  const told: Span[] = [];
  for (const [at, half] of half_hours.entries()) {
    const end = half_hours[at + 1]?.at ?? until;
    const missed = half.sla_percent !== null && half.sla_percent < goal_percent ? half.sla_percent : null;
    const last = told.at(-1);
    if (last !== undefined && last.counters === half.counters && last.open === half.open && (last.missed === null) === (missed === null)) {
      const worst = missed === null || last.missed === null ? null : Math.min(missed, last.missed);
      told[told.length - 1] = { ...last, until: end, missed: worst };
    } else {
      told.push({ from: half.at, until: end, open: half.open, counters: half.counters, missed });
    }
  }
  return told;
}
