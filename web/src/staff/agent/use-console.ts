import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { api } from '~/api/client';
import type { Console, Ticket } from '~/api/shapes';
import type { LiveClock } from '~/live/clock';
import { useLive } from '~/live/use-live';
import { useTenantPath, useUser } from '../session';

/** The console's data and everything that can be done with it. */
export interface AgentConsole {
  readonly data: Console | undefined;
  readonly clock: LiveClock;
  /** The first load failed. */
  readonly error: unknown;
  /** An operation is on its way. */
  readonly busy: boolean;
  /** The last operation was refused. */
  readonly refusal: unknown;
  readonly dismiss: () => void;
  readonly reload: () => void;
  /** Sends an operation below the tenant's path; whatever happens, the console is read again after it. */
  readonly act: <T>(path: string, body?: object) => Promise<T | undefined>;
  /** An operation on one ticket. */
  readonly onTicket: (ticket: Ticket, operation: string, body?: object) => Promise<Ticket | undefined>;
}

/** Events come in bursts; one reading serves all of a burst. */
const SETTLE_MS = 120;
const KEY = 'console';

/** Follows the signed-in agent's console: read once, and again whenever the feed says that something changed. */
export function useConsole(): AgentConsole {
  const base = useTenantPath();
  const user = useUser();
  const client = useQueryClient();
  const [refusal, setRefusal] = useState<unknown>(null);
  const [pending, setPending] = useState(0);
  const read = useQuery({
    queryKey: [KEY, base],
    queryFn: ({ signal }) => api.get<Console>(`${base}/agents/me`, { signal }),
    staleTime: Infinity,
  });
  // Reading again cancels a reading that is under way: an older answer never undoes a newer one.
  const load = useCallback(() => client.invalidateQueries({ queryKey: [KEY] }), [client]);

  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const reload = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void load(), SETTLE_MS);
  }, [load]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const counter = read.data?.counter ?? null;
  const rooms = [`agent:${user.id}`, ...(counter === null ? [] : [`counter:${counter.id}`, ...counter.queue_ids.map((q) => `queue:${q}`)])];
  const live = useLive<null>(`${base}/events?rooms=${rooms.join(',')}`, () => {
    reload();
    return null;
  });

  const act = useCallback(
    async <T,>(path: string, body: object = {}): Promise<T | undefined> => {
      setPending((n) => n + 1);
      setRefusal(null);
      try {
        return await api.post<T>(`${base}${path}`, body, { retries: 2 });
      } catch (e) {
        setRefusal(e);
        return undefined;
      } finally {
        setPending((n) => n - 1);
        void load();
      }
    },
    [base, load],
  );
  const onTicket = useCallback(
    (ticket: Ticket, operation: string, body?: object) => act<Ticket>(`/tickets/${ticket.id}/${operation}`, body),
    [act],
  );
  const dismiss = useCallback(() => setRefusal(null), []);
  return { data: read.data, clock: live.clock, error: read.error, busy: pending > 0, refusal, dismiss, reload, act, onTicket };
}
