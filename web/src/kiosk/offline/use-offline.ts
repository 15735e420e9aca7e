import { useCallback, useEffect, useRef, useState } from 'react';
import type { DeviceConfig, IssuedTicket, ServiceCard, SiteBoard } from '~/api/shapes';
import type { Device } from '~/device/use-device';
import { prepareQr } from '~/shared/qr';
import { Numbers, postAs, type Doubt, type Taken } from './numbers';
import { kioskShelf } from './shelf';

/** How many numbers a line has in store unless the set-up says otherwise. */
const WANTED = 10;
/** So often the store is looked after while nothing else happens. */
const LOOK_MS = 60_000;

/** The day of the site's calendar. */
export function siteDay(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);
}

/** A ticket that the server does not know yet, as the screens and the printer show it. */
export function offlineTicket(taken: Taken, service: ServiceCard, queue: SiteBoard['queues'][number], board: SiteBoard): IssuedTicket {
  const { site, tenant } = board;
  return {
    number: taken.number,
    status: 'waiting',
    site: { name: site.name, slug: site.slug, timezone: site.timezone, address: site.address, closed: null },
    tenant: { slug: tenant.slug, name: tenant.name, branding: tenant.branding },
    queue: { id: queue.id, name: queue.name },
    service: { id: service.id, name: service.name },
    position: null,
    people_ahead: null,
    asks_still_coming: false,
    near: false,
    joined_after: 0,
    estimate: null,
    estimates_kept: null,
    counter: null,
    called_at: null,
    recalls: 0,
    come_within_minutes: 0,
    parked_until: null,
    ended_at: null,
    cause: null,
    closed_because: null,
    rejoin_until: null,
    next: null,
    moved_to: null,
    moved: null,
    can: [],
    issued_at: taken.issued_at,
    at: taken.issued_at,
    with: null,
    secret: taken.url.slice('/t/'.length),
    url: taken.url,
  };
}

/** Whether the site is open, as far as a kiosk can know that has not heard of it for a while. */
export function opensNow(board: SiteBoard, now: number): boolean {
  return board.site.open && (board.site.closes_at === null || now < Date.parse(board.site.closes_at));
}

export interface Offline {
  /** Numbers left by line, while the server is away; the lines without any cannot be joined. */
  readonly left: ReadonlyMap<string, number>;
  /** Gives out a number, in the place of a request whose answer has not come where there is one. */
  readonly issue: (service: ServiceCard, queue: SiteBoard['queues'][number], more: { phone?: string; locale?: string; assistance?: string }, doubt?: Doubt | null) => Promise<IssuedTicket | null>;
  /** Takes in what such a request was answered after all. */
  readonly answered: (key: string, answer: PromiseSettledResult<IssuedTicket>) => void;
  /** Printed tickets that are not uploaded yet. */
  readonly waiting: number;
  /** The numbers of today's printed tickets that the server refused. */
  readonly refused: readonly string[];
}

let opened: Numbers | null = null;
const numbersOf = () => (opened ??= new Numbers(kioskShelf()));

/** Keeps numbers in store while the server is there, and gives them out while it is not; `now` is by the server's clock. */
export function useOffline(board: SiteBoard, config: DeviceConfig, device: Device, offline: boolean, now: number): Offline {
  const [left, setLeft] = useState<ReadonlyMap<string, number>>(new Map());
  const [waiting, setWaiting] = useState(0);
  const [refused, setRefused] = useState<readonly string[]>([]);
  const wanted = config.offline_numbers ?? WANTED;
  const zone = board.site.timezone;
  const queues = board.queues.filter((q) => q.status === 'open').map((q) => q.id).join();
  const latest = useRef({ board, now });
  useEffect(() => {
    latest.current = { board, now };
  });
  const look = useCallback(async () => {
    const numbers = numbersOf();
    if (!offline && wanted > 0) {
      try {
        await numbers.sync(postAs(device.token), queues === '' ? [] : queues.split(','), wanted);
      } catch (error) {
        // The next look tries again; what was printed stays until the server has taken it in.
        device.refused(error);
      }
    }
    setLeft(await numbers.left());
    setWaiting(await numbers.waiting());
    const day = siteDay(Date.now(), zone);
    const told = (await numbers.refused()).filter((one) => siteDay(Date.parse(one.at), zone) === day).map((one) => one.number);
    setRefused((before) => (before.join() === told.join() ? before : told));
  }, [offline, wanted, queues, zone, device]);
  useEffect(() => {
    const run = () => void look().catch(() => undefined); // a browser that forbids storage has no numbers
    run();
    const timer = setInterval(run, LOOK_MS);
    return () => clearInterval(timer);
  }, [look]);
  useEffect(() => {
    if (!offline) prepareQr();
  }, [offline]);
  const issue = useCallback<Offline['issue']>(
    async (service, queue, more, doubt = null) => {
      const numbers = numbersOf();
      const taken = await numbers.take(queue.id, { service_id: service.id, ...more }, doubt, latest.current.now);
      setLeft(await numbers.left());
      setWaiting(await numbers.waiting());
      return taken === null ? null : offlineTicket(taken, service, queue, latest.current.board);
    },
    [],
  );
  const answered = useCallback<Offline['answered']>(
    (key, answer) => {
      if (answer.status === 'rejected' && device.refused(answer.reason)) return;
      // What fails here stays in doubt, and the next look settles it.
      numbersOf().answered(postAs(device.token), key, answer).catch((error: unknown) => device.refused(error));
    },
    [device],
  );
  return { left, issue, answered, waiting, refused };
}

/** What the server said last, for a start without the network: the given answer, else the kept one. */
export function useKept<T>(name: string, said: T | undefined): T | undefined {
  const [kept, setKept] = useState<T | undefined>(undefined);
  const missing = said === undefined;
  useEffect(() => {
    if (!missing) return undefined;
    let current = true;
    kioskShelf()
      .then((shelf) => shelf.get('answers', name))
      .then((answer) => current && setKept(answer as T | undefined))
      .catch(() => undefined); // without storage there is nothing to begin with
    return () => {
      current = false;
    };
  }, [name, missing]);
  useEffect(() => {
    if (said !== undefined) void kioskShelf().then((shelf) => shelf.put('answers', said, name)).catch(() => undefined);
  }, [name, said]);
  return said ?? kept;
}
