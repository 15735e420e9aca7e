import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useCallback } from 'react';
import { api } from '~/api/client';
import type { Frame } from '~/api/shapes';
import type { LiveClock } from '~/live/clock';
import { useLive } from '~/live/use-live';
import { useReadAgain } from './use-read-again';

/** Events come in bursts; one reading serves all of a burst. */
const SETTLE_MS = 150;

/**
 * What `path` answers, read again whenever the feed at `feed` says that something changed. Nothing polls. `onFrame` hears
 * what the feed says, for what else a screen shows of it.
 */
export function useRefreshed<T>(path: string | null, feed: string | null, onFrame?: (frame: Frame) => void): { query: UseQueryResult<T>; clock: LiveClock; reload: () => void } {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ['refreshed', path],
    queryFn: ({ signal }) => api.get<T>(path ?? '', { signal }),
    enabled: path !== null,
    staleTime: Infinity,
    placeholderData: (previous) => previous,
  });
  const reload = useReadAgain(
    useCallback(() => client.invalidateQueries({ queryKey: ['refreshed', path] }), [client, path]),
    SETTLE_MS,
  );
  const live = useLive<null>(feed, (_, frame) => {
    reload();
    // Outside of this function, which React may run twice.
    if (onFrame !== undefined) queueMicrotask(() => onFrame(frame));
    return null;
  });
  return { query, clock: live.clock, reload };
}
