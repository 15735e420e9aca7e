import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { Frame } from '~/api/shapes';
import { freshness, LiveClock, type Freshness } from './clock';
import { LiveStream } from './stream';

/** A live value and the clock of its feed. */
export interface Live<T> {
  readonly data: T | undefined;
  readonly clock: LiveClock;
  /** Replaces the value at once by the answer to a request of one's own: a sign of life like any other. */
  readonly put: (data: T) => void;
}

/**
 * Follows the feed at `url` (nothing while it is null). `reduce` makes the next value of the last one and a
 * frame; frames of type `snapshot` carry the whole state. Pings are not handed in. `initial` is what was known
 * before, and since when.
 */
export function useLive<T>(
  url: string | null,
  reduce: (previous: T | undefined, frame: Frame) => T | undefined,
  options: { initial?: { data: T; at: string } | undefined; ticket?: (() => Promise<string>) | undefined } = {},
): Live<T> {
  const [data, setData] = useState<T | undefined>(options.initial?.data);
  const [clock] = useState(() => {
    const made = new LiveClock();
    // What was kept from before is as old as it says.
    if (options.initial !== undefined) made.hear(undefined, Date.parse(options.initial.at));
    return made;
  });
  const latest = useRef({ reduce, ticket: options.ticket });
  useEffect(() => {
    latest.current = { reduce, ticket: options.ticket };
  });
  const needsTicket = options.ticket !== undefined;
  useEffect(() => {
    if (url === null) return undefined;
    const stream = new LiveStream({
      url,
      clock,
      onFrame: (frame) => setData((previous) => latest.current.reduce(previous, frame)),
      ticket: needsTicket ? () => latest.current.ticket?.() ?? Promise.reject(new Error('no ticket')) : undefined,
    });
    stream.start();
    return () => stream.stop();
  }, [url, needsTicket, clock]);
  const put = useCallback(
    (answer: T) => {
      clock.hear();
      setData(answer);
    },
    [clock],
  );
  return { data, clock, put };
}

/** The time, re-rendering every `ms`. All users of one interval share a timer and re-render together. */
export function useNow(ms = 1000): number {
  const store = useMemo(() => ticker(ms), [ms]);
  return useSyncExternalStore(store.subscribe, store.now);
}

const tickers = new Map<number, { subscribe: (f: () => void) => () => void; now: () => number }>();

function ticker(ms: number) {
  const known = tickers.get(ms);
  if (known !== undefined) return known;
  const listeners = new Set<() => void>();
  let now = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  const made = {
    now: () => now,
    subscribe: (f: () => void) => {
      if (listeners.size === 0) {
        now = Date.now();
        timer = setInterval(() => {
          now = Date.now();
          for (const listener of listeners) listener();
        }, ms);
      }
      listeners.add(f);
      return () => {
        listeners.delete(f);
        if (listeners.size === 0) clearInterval(timer);
      };
    },
  };
  tickers.set(ms, made);
  return made;
}

/** How fresh the feed behind `clock` is now, checked every second. */
export function useFreshness(clock: LiveClock): { age: number | null; freshness: Freshness; now: number } {
  const now = useNow();
  // The shared timer can be a little behind the last sign of life; age() never goes below zero.
  const age = clock.age(now);
  return { age, freshness: freshness(age), now: clock.serverNow(now) };
}
