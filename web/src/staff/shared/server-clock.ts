import { createContext, useCallback, useContext } from 'react';
import type { LiveClock } from '~/live/clock';
import { useNow } from '~/live/use-live';

const PageClock = createContext<LiveClock | null>(null);

/**
 * Gives what is below it the clock of the feed that a page follows: time is the server's there. A machine whose own clock
 * is wrong then counts nobody as late, and shows no other day.
 */
export const ServerClock = PageClock.Provider;

/** The time by the server's clock, re-rendering every `ms`; by this machine's where no page above follows a feed. */
export function useServerNow(ms?: number): number {
  const clock = useContext(PageClock);
  const now = useNow(ms);
  return clock?.serverNow(now) ?? now;
}

/** The same at one moment, for what is asked once. */
export function useServerTime(): () => number {
  const clock = useContext(PageClock);
  return useCallback(() => clock?.serverNow() ?? Date.now(), [clock]);
}
