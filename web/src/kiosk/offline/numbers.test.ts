import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it } from 'vitest';
import { ApiFault, NetworkFault } from '~/api/fault';
import type { IssuedTicket } from '~/api/shapes';
import { Numbers, type Post } from './numbers';
import { openShelf } from './shelf';

const DAY = '2026-11-20';
const SERVICE = { service_id: 'deposit' };
let stores = 0;

interface Body {
  count?: number;
  queue_id?: string;
  tickets?: { value: number }[];
}

/** A server that gives out numbers and takes tickets in, each once. */
class Server {
  next = 1;
  readonly taken: number[] = [];
  readonly left: string[] = [];
  readonly keys: (string | undefined)[] = [];
  down = false;
  /** Carries the next request out and loses its answer. */
  loses = false;
  gone = false;
  /** What its day still has, in seconds. */
  goodFor = 3600;
  /** Numbers that it does not take in. */
  readonly wrong = new Set<number>();

  post: Post = async <T>(path: string, body: object, key?: string) => {
    if (this.down) throw new NetworkFault('down');
    const answer = this.answer(path, body as Body, key);
    if (this.loses) {
      this.loses = false;
      throw new NetworkFault('lost');
    }
    return answer as T;
  };

  private answer(path: string, body: Body, key?: string): unknown {
    if (path.endsWith('/leases')) {
      const first = this.next;
      const count = body.count ?? 0;
      this.next += count;
      const numbers = Array.from({ length: count }, (_, n) => `A-${first + n}`);
      return { id: `lease-${first}`, queue_id: body.queue_id, day: DAY, good_for_seconds: this.goodFor, first, last: this.next - 1, numbers, urls: numbers.map((n) => `/t/${n}`) };
    }
    if (path.includes('/leases/')) {
      if (this.gone) throw new ApiFault(404, { code: 'not_found', detail: 'There is no such queue.' } as never);
      const results = (body.tickets ?? []).map(({ value }) => {
        if (this.wrong.has(value)) return { value, result: 'refused', code: 'issued_in_future', reason: 'The clock is wrong.' };
        const known = this.taken.includes(value);
        if (!known) this.taken.push(value);
        return { value, result: known ? 'known' : 'taken_in', code: null, reason: null };
      });
      return { items: [], results };
    }
    if (path.endsWith('/device/tickets')) {
      this.keys.push(key);
      return { secret: 'made' };
    }
    this.left.push(path);
    return {};
  }
}

let numbers: Numbers;
let server: Server;
const sync = (wanted = 4) => numbers.sync(server.post, ['a'], wanted);
const take = () => numbers.take('a', SERVICE);

beforeEach(() => {
  numbers = new Numbers(openShelf(`kiosk-${stores++}`));
  server = new Server();
});

describe('the numbers of a kiosk', () => {
  it('are leased while the server is there and printed in order while it is not', async () => {
    await sync();
    server.down = true;
    expect((await take())?.number).toBe('A-1');
    expect(await take()).toMatchObject({ number: 'A-2', url: '/t/A-2' });
    expect((await numbers.left()).get('a')).toBe(2);
    expect(await numbers.waiting()).toBe(2);
    expect(await numbers.take('b', SERVICE)).toBeNull();
  });

  it('never repeat, however fast people tap', async () => {
    await sync();
    const all = await Promise.all(Array.from({ length: 6 }, take));
    expect(all.map((t) => t?.number ?? null)).toEqual(['A-1', 'A-2', 'A-3', 'A-4', null, null]);
  });

  it('bear the time that the server would write, and not that of a clock that is wrong', async () => {
    await sync();
    const at = Date.parse('2026-11-20T10:00:00Z');
    expect(await numbers.take('a', SERVICE, null, at)).toMatchObject({ number: 'A-1', issued_at: '2026-11-20T10:00:00.000Z' });
  });

  it('are uploaded once, also when the answer is lost', async () => {
    await sync();
    await take();
    await take();
    server.loses = true;
    await expect(sync()).rejects.toBeInstanceOf(NetworkFault);
    expect(await numbers.waiting()).toBe(2);
    await sync();
    expect(server.taken).toEqual([1, 2]);
    expect(await numbers.waiting()).toBe(0);
  });

  it('survive a restart', async () => {
    const name = `kiosk-${stores++}`;
    numbers = new Numbers(openShelf(name));
    await sync();
    await take();
    numbers = new Numbers(openShelf(name));
    expect((await take())?.number).toBe('A-2');
    await sync();
    expect(server.taken).toEqual([1, 2]);
  });

  it('are filled up by half blocks, and those of yesterday are thrown away', async () => {
    await sync();
    await take();
    await sync();
    expect(server.next).toBe(5);
    await take();
    await take();
    await sync();
    expect(server.next).toBe(8);
    const later = Date.now() + 3_601_000;
    expect(await numbers.take('a', SERVICE, null, later, later)).toBeNull();
    expect(await numbers.left(later)).toEqual(new Map());
  });

  it('are leased once past midnight, too, or with a clock that is a day ahead: the server says how long they are good', async () => {
    // The block's day is long over by this machine's calendar, and by the server's it still runs.
    await sync();
    await sync();
    expect(server.next).toBe(5);
    expect((await take())?.number).toBe('A-1');
    server.goodFor = 0;
    await numbers.sync(server.post, ['a'], 4, Date.now() + 3_601_000);
    expect(server.next, 'a new day has its own').toBe(9);
  });

  it('that are refused keep no other back, are told of, and are not sent again', async () => {
    await sync();
    await take();
    await take();
    await take();
    server.wrong.add(2);
    await sync();
    expect(server.taken).toEqual([1, 3]);
    expect(await numbers.waiting()).toBe(0);
    expect(await numbers.refused()).toMatchObject([{ number: 'A-2', code: 'issued_in_future', reason: 'The clock is wrong.' }]);
    server.wrong.clear();
    await sync();
    expect(server.taken).toEqual([1, 3]);
  });

  it('of a line that is gone are let go and told of, and the kiosk goes on', async () => {
    await sync();
    await take();
    server.gone = true;
    await sync();
    expect(await numbers.waiting()).toBe(0);
    expect((await numbers.refused()).map((one) => one.number)).toEqual(['A-1']);
  });

  const inPlaceOf = (key: string) => numbers.take('a', SERVICE, { key, body: SERVICE });
  const withdrawn = '/api/v1/device/tickets/made/withdraw';

  it('do not give a person two tickets when an answer was lost', async () => {
    await sync();
    expect((await inPlaceOf('k1'))?.number).toBe('A-1');
    server.down = true;
    await expect(sync()).rejects.toBeInstanceOf(NetworkFault);
    server.down = false;
    await sync();
    await sync();
    expect(server.keys).toEqual(['k1']);
    expect(server.left).toEqual([withdrawn]);
    expect(server.taken).toEqual([1]);
  });

  it('nor when it comes late: the ticket is taken back at once', async () => {
    await sync();
    await inPlaceOf('k1');
    await numbers.answered(server.post, 'k1', { status: 'fulfilled', value: { secret: 'made' } as IssuedTicket });
    await sync();
    expect(server.left).toEqual([withdrawn]);
    expect(server.keys, 'nothing is left to ask for').toEqual([]);
    expect(server.taken).toEqual([1]);
  });

  it('nor when it comes late and the way back is cut in that moment', async () => {
    await sync();
    await inPlaceOf('k1');
    server.down = true;
    const answer = { status: 'fulfilled', value: { secret: 'made' } as IssuedTicket } as const;
    await expect(numbers.answered(server.post, 'k1', answer)).rejects.toBeInstanceOf(NetworkFault);
    server.down = false;
    await sync();
    expect(server.keys).toEqual(['k1']);
    expect(server.left).toEqual([withdrawn]);
  });

  it('and take nothing back where the server refused, late', async () => {
    await sync();
    await inPlaceOf('k1');
    await numbers.answered(server.post, 'k1', { status: 'rejected', reason: new ApiFault(409, { code: 'queue_full' }) });
    await sync();
    expect([server.keys, server.left]).toEqual([[], []]);
    expect(server.taken).toEqual([1]);
  });

  it('keep a request in doubt that failed without an answer, through a restart', async () => {
    const name = `kiosk-${stores++}`;
    numbers = new Numbers(openShelf(name));
    await sync();
    await inPlaceOf('k1');
    await numbers.answered(server.post, 'k1', { status: 'rejected', reason: new NetworkFault('down') });
    numbers = new Numbers(openShelf(name));
    await sync();
    expect(server.keys).toEqual(['k1']);
    expect(server.left).toEqual([withdrawn]);
  });
});
