import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { api } from '~/api/client';
import type { LiveClock } from '~/live/clock';
import { useLive } from '~/live/use-live';

/** Events come in bursts; one reading serves all of a burst. */
const SETTLE_MS = 150;

/** What `path` answers, read again whenever the feed at `feed` says that something changed. Nothing polls. */
export function useRefreshed<T>(path: string | null, feed: string | null): { query: UseQueryResult<T>; clock: LiveClock; reload: () => void } {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ['refreshed', path],
    queryFn: ({ signal }) => api.get<T>(path ?? '', { signal }),
    enabled: path !== null,
    staleTime: Infinity,
    placeholderData: (previous) => previous,
  });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const reload = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void client.invalidateQueries({ queryKey: ['refreshed', path] }), SETTLE_MS);
  }, [client, path]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const live = useLive<null>(feed, () => {
    reload();
    return null;
  });
  return { query, clock: live.clock, reload };
}
