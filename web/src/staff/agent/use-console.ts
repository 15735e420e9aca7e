import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { api } from '~/api/client';
import type { Console, Ticket } from '~/api/shapes';
import type { LiveClock } from '~/live/clock';
import { useLive } from '~/live/use-live';
import { useTenantPath, useUser } from '../session';
import { useReadAgain } from '../shared/use-read-again';

/** Somebody else was faster: where the ticket went that the button named, and which one came instead. */
export interface Lost {
  readonly number: string;
  readonly counter: string;
  readonly got: string | null;
}

/** The console's data and everything that can be done with it. */
export interface AgentConsole {
  readonly data: Console | undefined;
  readonly clock: LiveClock;
  /** The first load failed. */
  readonly error: unknown;
  /** An operation is on its way, or the console is not yet read again after it. */
  readonly busy: boolean;
  /** The last operation was refused. */
  readonly refusal: unknown;
  readonly lost: Lost | null;
  readonly dismiss: () => void;
  readonly reload: () => void;
  /** Sends an operation below the tenant's path; whatever happens, the console is read again after it. */
  readonly act: <T>(path: string, body?: object) => Promise<T | undefined>;
  /** Calls the next ticket, alone or after completing one, and notices when it is not the expected one. */
  readonly next: (path: string, body?: object) => Promise<Answer | undefined>;
  /** An operation on one ticket. */
  readonly onTicket: (ticket: Ticket, operation: string, body?: object) => Promise<Ticket | undefined>;
}

/** What operations answer: the ticket itself, or what was completed and what was called. */
export type Answer = Partial<Ticket> & { completed?: Ticket | null; ticket?: Ticket | null };

/** Events come in bursts; one reading serves all of a burst. */
const SETTLE_MS = 120;
/** A reading that takes longer holds the keys up no more. */
const WAIT_MS = 2000;
const KEY = 'console';
const HELD = ['called', 'serving', 'wrap_up', 'paused'];

/** The console with the tickets of an answer in their new places: what was called is seen before it is read again. */
export function withAnswer(console: Console, answer: Answer | undefined): Console {
  if (answer === undefined) return console;
  const whole = answer.id !== undefined && answer.allowed !== undefined ? (answer as Ticket) : null;
  const tickets = [answer.completed, answer.ticket ?? whole].filter((t) => t != null);
  if (tickets.length === 0) return console;
  const ids = new Set(tickets.map((t) => t.id));
  const here = tickets.filter((t) => HELD.includes(t.status) && t.counter_id === console.counter?.id);
  // What the counter holds already keeps its place in the list of hands.
  const now = console.now.flatMap((t) => (ids.has(t.id) ? here.filter((h) => h.id === t.id) : [t]));
  return {
    ...console,
    now: [...now, ...here.filter((h) => !now.some((t) => t.id === h.id))],
    line: console.line.filter((t) => !ids.has(t.id) || tickets.some((n) => n.id === t.id && n.status === 'waiting')),
  };
}

/** Follows the signed-in agent's console: read once, and again whenever the feed says that something changed. */
export function useConsole(): AgentConsole {
  const base = useTenantPath();
  const user = useUser();
  const client = useQueryClient();
  const [refusal, setRefusal] = useState<unknown>(null);
  const [lost, setLost] = useState<Lost | null>(null);
  const [pending, setPending] = useState(0);
  const read = useQuery({
    queryKey: [KEY, base],
    queryFn: ({ signal }) => api.get<Console>(`${base}/agents/me`, { signal }),
    staleTime: Infinity,
  });
  // After an operation reading again cancels a reading that is under way: an older answer never undoes a newer one.
  const load = useCallback(() => client.invalidateQueries({ queryKey: [KEY] }), [client]);

  const reload = useReadAgain(load, SETTLE_MS);

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
      setLost(null);
      try {
        const answer = await api.post<T>(`${base}${path}`, body, { retries: 2 });
        client.setQueryData<Console>([KEY, base], (old) => old && withAnswer(old, answer as Answer));
        return answer;
      } catch (e) {
        setRefusal(e);
        return undefined;
      } finally {
        const given = new Promise((done) => setTimeout(done, WAIT_MS));
        void Promise.race([load(), given]).then(() => setPending((n) => n - 1));
      }
    },
    [base, client, load],
  );
  const next = useCallback(
    async (path: string, body?: object) => {
      const before = client.getQueryData<Console>([KEY, base]);
      const answer = await act<Answer>(path, body);
      const expected = before?.line[0];
      if (answer === undefined || expected === undefined || answer.ticket?.id === expected.id) return answer;
      const went = await api.get<Ticket>(`${base}/tickets/${expected.id}`).catch(() => undefined);
      if (went?.counter_number != null && went.counter_id !== before?.counter?.id) {
        setLost({ number: went.number, counter: went.counter_number, got: answer.ticket?.number ?? null });
      }
      return answer;
    },
    [act, base, client],
  );
  const onTicket = useCallback(
    (ticket: Ticket, operation: string, body?: object) => act<Ticket>(`/tickets/${ticket.id}/${operation}`, body),
    [act],
  );
  const dismiss = useCallback(() => {
    setRefusal(null);
    setLost(null);
  }, []);
  return { data: read.data, clock: live.clock, error: read.error, busy: pending > 0, refusal, lost, dismiss, reload, act, next, onTicket };
}
