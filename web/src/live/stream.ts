import type { Frame } from '~/api/shapes';
import { LiveClock } from './clock';

/** What a stream needs. */
export interface StreamOptions {
  readonly url: string;
  readonly onFrame: (frame: Frame) => void;
  /** A fresh single-use ticket for callers that have no cookie (devices); asked for before every connection. */
  readonly ticket?: (() => Promise<string>) | undefined;
  /** Told about every sign of life. */
  readonly clock?: LiveClock;
  /** For tests. */
  readonly open?: (url: string) => EventSource;
}

/** A connection that has said nothing for this long is dead, whatever the browser believes; pings come more often. */
const SILENT_MS = 15_000;
const CHECK_MS = 1_000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;

/**
 * One live feed: an EventSource that resumes after its last event, notices silence, and tells its clock about
 * every sign of life. The first frame after a cut that is too long to resume is a snapshot.
 */
export class LiveStream {
  readonly clock: LiveClock;
  private source: EventSource | null = null;
  private cursor: string | null = null;
  private retryIn = FIRST_RETRY_MS;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private checkTimer: ReturnType<typeof setInterval> | undefined;
  private lastByte = 0;
  private stopped = true;
  private attempt = 0;
  private readonly options: StreamOptions;

  constructor(options: StreamOptions) {
    this.options = options;
    this.clock = options.clock ?? new LiveClock();
  }

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.checkTimer = setInterval(() => this.check(), CHECK_MS);
    window.addEventListener('online', this.hurry);
    document.addEventListener('visibilitychange', this.hurry);
    void this.connect();
  }

  stop(): void {
    this.stopped = true;
    this.attempt++;
    clearInterval(this.checkTimer);
    clearTimeout(this.retryTimer);
    window.removeEventListener('online', this.hurry);
    document.removeEventListener('visibilitychange', this.hurry);
    this.source?.close();
    this.source = null;
  }

  private async connect(): Promise<void> {
    const attempt = ++this.attempt;
    clearTimeout(this.retryTimer);
    this.source?.close();
    this.source = null;
    this.lastByte = Date.now();
    let url: string;
    try {
      url = await this.address();
    } catch {
      if (attempt === this.attempt) this.retry();
      return;
    }
    if (attempt !== this.attempt || this.stopped) return;
    const source = this.options.open?.(url) ?? new EventSource(url);
    this.source = source;
    this.lastByte = Date.now();
    source.onopen = () => {
      this.lastByte = Date.now();
    };
    source.onmessage = (message: MessageEvent<string>) => {
      this.retryIn = FIRST_RETRY_MS;
      this.hear(message);
    };
    source.onerror = () => {
      // The browser reconnects by itself, but with the same address: a single-use ticket would be refused.
      if (source.readyState === EventSource.CLOSED || this.options.ticket !== undefined) this.retry();
    };
  }

  private async address(): Promise<string> {
    const query = new URLSearchParams();
    if (this.cursor !== null) query.set('since', this.cursor);
    if (this.options.ticket !== undefined) query.set('ticket', await this.options.ticket());
    if (query.size === 0) return this.options.url;
    return `${this.options.url}${this.options.url.includes('?') ? '&' : '?'}${query.toString()}`;
  }

  private hear(message: MessageEvent<string>): void {
    this.lastByte = Date.now();
    if (message.lastEventId !== '') this.cursor = message.lastEventId;
    let frames: Frame[];
    try {
      const parsed = JSON.parse(message.data) as Frame | Frame[];
      frames = Array.isArray(parsed) ? parsed : [parsed];
    } catch {
      return; // not ours; the next frame will be
    }
    for (const frame of frames) {
      this.clock.hear(frame.at);
      if (frame.type !== 'ping') this.options.onFrame(frame);
    }
  }

  private retry(): void {
    this.source?.close();
    this.source = null;
    if (this.stopped) return;
    clearTimeout(this.retryTimer);
    // Spread out, so that a restarted server is not met by everybody in the same instant.
    const wait = this.retryIn * (0.5 + Math.random());
    this.retryIn = Math.min(this.retryIn * 2, LAST_RETRY_MS);
    this.retryTimer = setTimeout(() => void this.connect(), wait);
  }

  private check(): void {
    if (this.source !== null && Date.now() - this.lastByte > SILENT_MS) this.retry();
  }

  /** Back online or back in sight: do not sit out the wait. */
  private readonly hurry = (): void => {
    if (this.stopped || document.visibilityState === 'hidden') return;
    if (this.source === null || Date.now() - this.lastByte > SILENT_MS / 2) {
      this.retryIn = FIRST_RETRY_MS;
      void this.connect();
    }
  };
}
