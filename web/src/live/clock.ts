/** How old what a screen shows may be called. */
export type Freshness = 'connecting' | 'live' | 'aging' | 'reconnecting' | 'expired';

export const LIVE_UNDER = 5;
export const RECONNECTING_OVER = 30;
/** Beyond this many seconds a screen hides its estimates; facts stay. */
export const EXPIRED_OVER = 120;

/** The freshness of something last heard of `age` seconds ago; `null` when nothing was heard yet. */
export function freshness(age: number | null): Freshness {
  if (age === null) return 'connecting';
  if (age < LIVE_UNDER) return 'live';
  if (age <= RECONNECTING_OVER) return 'aging';
  return age <= EXPIRED_OVER ? 'reconnecting' : 'expired';
}

/** When a feed last gave a sign of life, and how far this machine's clock is from the server's. */
export class LiveClock {
  private heardAt: number | null = null;
  private offset = 0;

  /** Notes a sign of life; `at` is the server's time when it sent one. */
  hear(at?: string, now = Date.now()): void {
    this.heardAt = now;
    const server = at === undefined ? Number.NaN : Date.parse(at);
    if (Number.isFinite(server)) this.offset = server - now;
  }

  /** Local milliseconds of the last sign of life. */
  get lastHeard(): number | null {
    return this.heardAt;
  }

  /** Whole seconds since the last sign of life. */
  age(now = Date.now()): number | null {
    return this.heardAt === null ? null : Math.max(0, Math.floor((now - this.heardAt) / 1000));
  }

  /** The server's time; differences below two seconds are the journey's, not the clock's. */
  serverNow(now = Date.now()): number {
    return Math.abs(this.offset) < 2000 ? now : now + this.offset;
  }
}
