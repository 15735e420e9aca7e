import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { api } from '~/api/client';
import type { User } from '~/api/shapes';
import type { LiveClock } from '~/live/clock';
import { useLive } from '~/live/use-live';
import { may } from '../session';
import type { Site } from '../shared/use-site';

/** What all figures are kept under, so that they are read anew together. */
const FIGURES = 'figures';
/** What happens is counted half a second later. */
const SOON_MS = 1_500;
/** A busy branch is never still: its figures are read so often at most. */
const OFTEN_MS = 5_000;
/** A feed follows so many rooms at most. */
const MOST_ROOMS = 20;

/** Figures behind a path; they follow what happens while `useLiveFigures` listens. Nothing is asked while it is null. */
export function useFigures<T>(path: string | null): UseQueryResult<T> {
  return useQuery({ queryKey: [FIGURES, path], queryFn: ({ signal }) => api.get<T>(path ?? '', { signal }), enabled: path !== null, staleTime: 30_000 });
}

/** The feed that tells what changes the figures of a site or, without one, of all that the user works at; null where they may not listen. */
export function feedOf(base: string, user: User, sites: readonly Site[], siteId: string | null): string | null {
  const rooms = (names: readonly string[]) => `${base}/events?rooms=${names.join(',')}`;
  if (siteId !== null) return may(user, 'tickets:read') || may(user, 'stats:read') ? rooms([`site:${siteId}`]) : null;
  if (user.sites.length === 0 && may(user, 'tickets:read')) return rooms(['global']);
  if (sites.length === 0 || !(may(user, 'tickets:read') || may(user, 'stats:read'))) return null;
  return rooms(sites.slice(0, MOST_ROOMS).map((site) => `site:${site.id}`));
}

/** Reads all figures on the screen again when the feed says that something happened. Nothing polls. */
export function useLiveFigures(feed: string | null): LiveClock {
  const client = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const last = useRef(0);
  const read = useCallback(() => {
    if (timer.current !== undefined) return;
    timer.current = setTimeout(
      () => {
        timer.current = undefined;
        last.current = Date.now();
        void client.invalidateQueries({ queryKey: [FIGURES] });
      },
      Math.max(SOON_MS, last.current + OFTEN_MS - Date.now()),
    );
  }, [client]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  const { clock } = useLive<null>(feed, () => {
    // Outside of this function, which React may run twice.
    queueMicrotask(read);
    return null;
  });
  return clock;
}
