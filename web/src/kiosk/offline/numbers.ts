import { api } from '~/api/client';
import { ApiFault } from '~/api/fault';
import type { IssuedTicket, Lease, TakenIn } from '~/api/shapes';
import type { Shelf } from './shelf';

/** A block of numbers that the server gave out, and how far it is used. */
export interface Block extends Lease {
  readonly next: number;
  /** Until when it is good, in local milliseconds: the server said for how long, whatever this machine's clock says. */
  readonly until: number;
}

/** A ticket that was printed without the server. */
export interface Printed {
  readonly lease: string;
  readonly value: number;
  readonly issued_at: string;
  readonly service_id: string;
  readonly phone?: string;
  readonly locale?: string;
  readonly assistance?: string;
}

/** A request for a ticket whose answer did not come in time: the person has an offline ticket, and must not have two. */
export interface Doubt {
  readonly key: string;
  readonly body: object;
}

/** A number taken from a block, with the path of its page. */
export interface Taken {
  readonly number: string;
  readonly url: string;
  readonly issued_at: string;
}

/** A printed ticket that the server will never take in: its person has to come to the desk. */
export interface Refused {
  readonly number: string;
  readonly code: string;
  readonly reason: string;
  readonly at: string;
}

/** What is asked of the server; the kiosk's own `api` in the product. */
export type Post = <T>(path: string, body: object, key?: string) => Promise<T>;

/** Speaks to the server as this kiosk. */
export function postAs(token: string | null): Post {
  return (path, body, key) => api.post(path, body, { token: token ?? undefined, idempotencyKey: key, retries: 1 });
}

/** The most tickets of one upload. */
const MOST = 50;
/** Under this name refused tickets are kept for staff, so many of them. */
const REFUSED = 'refused';
const KEPT = 20;

/** The numbers of one kiosk: leased while the server is there, printed while it is not, uploaded exactly once. */
export class Numbers {
  private readonly shelf: Promise<Shelf>;
  private syncing: Promise<void> | null = null;

  constructor(shelf: Promise<Shelf>) {
    this.shelf = shelf;
  }

  /** How many numbers each line has left on the business day that runs at `now`. */
  async left(now = Date.now()): Promise<Map<string, number>> {
    const left = new Map<string, number>();
    for (const block of await (await this.shelf).getAll('blocks')) {
      if (!good(block, now)) continue;
      left.set(block.queue_id, (left.get(block.queue_id) ?? 0) + block.numbers.length - block.next);
    }
    return left;
  }

  /**
   * Takes the next number of a line; null when there is none. Number, ticket and the request in whose place it is given
   * are written in one transaction: a kiosk that loses its power neither gives a number twice nor forgets a ticket, and
   * no person keeps two. `at` is the time on the ticket, by the server's clock where it is known.
   */
  async take(queue: string, ticket: Omit<Printed, 'lease' | 'value' | 'issued_at'>, doubt: Doubt | null = null, at = Date.now(), now = Date.now()): Promise<Taken | null> {
    const tx = (await this.shelf).transaction(['blocks', 'printed', 'doubts'], 'readwrite', { durability: 'strict' });
    const blocks = (await tx.objectStore('blocks').getAll()).filter((b) => b.queue_id === queue && good(b, now) && b.next < b.numbers.length);
    const block = blocks.sort((a, b) => a.first - b.first)[0];
    const number = block?.numbers[block.next];
    if (block === undefined || number === undefined) {
      await tx.done;
      return null;
    }
    const issued_at = new Date(at).toISOString();
    await tx.objectStore('blocks').put({ ...block, next: block.next + 1 });
    await tx.objectStore('printed').put({ ...ticket, lease: block.id, value: block.first + block.next, issued_at });
    if (doubt !== null) await tx.objectStore('doubts').put(doubt);
    await tx.done;
    return { number, url: block.urls[block.next] ?? '', issued_at };
  }

  /**
   * The answer to a request in whose place a number was given came after all: the ticket that it made is taken back,
   * and of one that was refused there is nothing to take back. What fails stays in doubt, for the next `sync`.
   */
  async answered(post: Post, key: string, answer: PromiseSettledResult<IssuedTicket>): Promise<void> {
    if (answer.status === 'rejected' && !isAnswer(answer.reason)) return;
    if (answer.status === 'fulfilled') await this.withdraw(post, answer.value);
    await (await this.shelf).delete('doubts', key);
  }

  /** How many printed tickets the server does not know yet. */
  async waiting(): Promise<number> {
    return (await this.shelf).count('printed');
  }

  /** The printed tickets that the server refused, the newest last: staff are told of them. */
  async refused(): Promise<readonly Refused[]> {
    return ((await (await this.shelf).get('answers', REFUSED)) as Refused[] | undefined) ?? [];
  }

  /** Uploads what was printed, settles what was in doubt, and fills the blocks up to `wanted` numbers a line. */
  sync(post: Post, queues: readonly string[], wanted: number, now = Date.now()): Promise<void> {
    this.syncing ??= this.run(post, queues, wanted, now).finally(() => {
      this.syncing = null;
    });
    return this.syncing;
  }

  private async run(post: Post, queues: readonly string[], wanted: number, now: number): Promise<void> {
    const shelf = await this.shelf;
    await this.upload(shelf, post);
    await this.settle(shelf, post);
    const pending = new Set((await shelf.getAll('printed')).map((p) => p.lease));
    for (const block of await shelf.getAll('blocks')) {
      const over = !good(block, now) || block.next >= block.numbers.length;
      if (over && !pending.has(block.id)) await shelf.delete('blocks', block.id);
    }
    const left = await this.left(now);
    for (const queue_id of queues) {
      const missing = wanted - (left.get(queue_id) ?? 0);
      // Half a block is enough: every number that is not used in the end is one that nobody gets.
      if (missing * 2 <= wanted) continue;
      try {
        const lease = await post<Lease>('/api/v1/device/leases', { queue_id, count: missing });
        await shelf.put('blocks', { ...lease, next: 0, until: now + lease.good_for_seconds * 1000 });
      } catch (error) {
        // A line that takes nobody gives no numbers either.
        if (!isAnswer(error)) throw error;
      }
    }
  }

  /** Each number is taken in once by the server, however often it is sent: so a lost answer is simply sent again. */
  private async upload(shelf: Shelf, post: Post): Promise<void> {
    const all = await shelf.getAll('printed');
    const leases = new Set(all.map((p) => p.lease));
    for (const lease of leases) {
      const ours = all.filter((p) => p.lease === lease).sort((a, b) => a.value - b.value);
      for (let at = 0; at < ours.length; at += MOST) {
        const part = ours.slice(at, at + MOST);
        const tickets = part.map((p) => Object.fromEntries(Object.entries(p).filter(([name]) => name !== 'lease')));
        const refused = new Map<number, { code: string; reason: string }>();
        try {
          const { results } = await post<TakenIn>(`/api/v1/device/leases/${lease}/tickets`, { tickets });
          for (const one of results) {
            if (one.result === 'refused') refused.set(one.value, { code: one.code ?? '', reason: one.reason ?? '' });
          }
        } catch (error) {
          // The block or its line is gone for good: no other try would bring these in.
          if (!isAnswer(error)) throw error;
          for (const { value } of part) refused.set(value, { code: error.code, reason: error.message });
        }
        await this.letGo(shelf, part, refused);
      }
    }
  }

  /** Forgets what the server has answered for, and keeps what it refused for staff to see: one step, or nothing. */
  private async letGo(shelf: Shelf, part: readonly Printed[], refused: ReadonlyMap<number, { code: string; reason: string }>): Promise<void> {
    const tx = shelf.transaction(['printed', 'blocks', 'answers'], 'readwrite');
    for (const { lease, value } of part) {
      await tx.objectStore('printed').delete([lease, value]);
      const refusal = refused.get(value);
      if (refusal === undefined) continue;
      const block = await tx.objectStore('blocks').get(lease);
      const told: Refused = { number: block?.numbers[value - block.first] ?? String(value), ...refusal, at: new Date().toISOString() };
      const before = ((await tx.objectStore('answers').get(REFUSED)) as Refused[] | undefined) ?? [];
      await tx.objectStore('answers').put([...before, told].slice(-KEPT), REFUSED);
    }
    await tx.done;
  }

  /**
   * Asks once more, under the same key, for a ticket that may have been made, and takes it back: the answer to the key
   * is the same then, however late the first request arrives.
   */
  private async settle(shelf: Shelf, post: Post): Promise<void> {
    for (const doubt of await shelf.getAll('doubts')) {
      try {
        await this.withdraw(post, await post<IssuedTicket>('/api/v1/device/tickets', doubt.body, doubt.key));
      } catch (error) {
        if (!isAnswer(error)) throw error;
      }
      await shelf.delete('doubts', doubt.key);
    }
  }

  /** Takes a ticket back that nobody was given; one that is taken back already, or served, stays as it is. */
  private async withdraw(post: Post, { secret }: IssuedTicket): Promise<void> {
    try {
      await post(`/api/v1/device/tickets/${encodeURIComponent(secret)}/withdraw`, {});
    } catch (error) {
      if (!isAnswer(error)) throw error;
    }
  }
}

/** Whether a block's business day still runs. */
function good(block: Block, now: number): boolean {
  return now < block.until;
}

/** Whether the server has spoken, for good: asking again would change nothing. */
function isAnswer(error: unknown): error is ApiFault {
  return error instanceof ApiFault && error.status < 500 && error.status !== 429 && error.status !== 401;
}
