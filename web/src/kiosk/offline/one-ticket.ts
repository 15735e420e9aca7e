/** So long a person waits for the server's answer before the kiosk gives a number of its own store. */
export const PATIENCE_MS = 700;

/** The ways to one ticket. */
export interface Ways<T> {
  /** The request to the server, under way. */
  readonly asked: Promise<T>;
  /** A ticket of the store, with a note that the server may have made one, too; null when the store has none. */
  readonly stored: () => Promise<T | null>;
  /** Whether a failure is the server's own word: then there is no ticket, and none of the store's either. */
  readonly refuses: (failure: unknown) => boolean;
  /** What became of the request after all, once a ticket of the store was given out in its place. */
  readonly late: (outcome: PromiseSettledResult<T>) => void;
}

/**
 * One ticket, within a second: the server's when it answers in time, else one of the store. Whichever comes second is
 * taken back, so the person never has two: an answer that still comes is handed to `late`, and the note that `stored`
 * made outlasts a kiosk that loses its power in between.
 */
export async function oneTicket<T>({ asked, stored, refuses, late }: Ways<T>, patience = PATIENCE_MS): Promise<T> {
  const outcome: Promise<PromiseSettledResult<T>> = asked.then(
    (value) => ({ status: 'fulfilled', value }) as const,
    (reason: unknown) => ({ status: 'rejected', reason }) as const,
  );
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<null>((done) => (timer = setTimeout(() => done(null), patience)));
  const first = await Promise.race([outcome, silence]);
  clearTimeout(timer);
  if (first?.status === 'fulfilled') return first.value;
  if (first?.status === 'rejected' && refuses(first.reason)) throw first.reason;
  // A browser that forbids storage has no numbers: then the server is waited for.
  const own = await stored().catch(() => null);
  if (own !== null) {
    void outcome.then(late);
    return own;
  }
  const last = await outcome;
  if (last.status === 'rejected') throw last.reason;
  return last.value;
}
