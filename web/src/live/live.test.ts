import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Frame } from '~/api/shapes';
import { Announcements } from './announce';
import { freshness, LiveClock } from './clock';
import { LiveStream } from './stream';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('freshness', () => {
  it.each([
    [null, 'connecting'], [0, 'live'], [4, 'live'], [5, 'aging'], [30, 'aging'], [31, 'reconnecting'], [120, 'reconnecting'], [121, 'expired'],
  ] as const)('%s s → %s', (age, expected) => {
    expect(freshness(age)).toBe(expected);
  });
  it('corrects a wrong wall clock, but not the journey', () => {
    const clock = new LiveClock();
    clock.hear('2026-11-20T14:00:00Z', Date.parse('2026-11-20T13:00:00Z'));
    expect(clock.serverNow(Date.parse('2026-11-20T13:00:10Z'))).toBe(Date.parse('2026-11-20T14:00:10Z'));
    clock.hear('2026-11-20T14:00:00.200Z', Date.parse('2026-11-20T14:00:01Z'));
    expect(clock.serverNow(5)).toBe(5);
  });
});

class FakeSource {
  static readonly all: FakeSource[] = [];
  readyState = 1;
  onopen: (() => void) | null = null;
  onmessage: ((m: { data: string; lastEventId: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  constructor(readonly url: string) {
    FakeSource.all.push(this);
  }
  close(): void {
    this.readyState = 2;
  }
  frame(frame: Frame): void {
    this.onmessage?.({ data: JSON.stringify(frame), lastEventId: frame.id ?? '' });
  }
}

describe('a live stream', () => {
  const frames: Frame[] = [];
  const stream = (ticket?: () => Promise<string>) => {
    FakeSource.all.length = 0;
    frames.length = 0;
    vi.stubGlobal('EventSource', Object.assign(FakeSource, { CLOSED: 2 }));
    const s = new LiveStream({
      url: '/events',
      onFrame: (f) => frames.push(f),
      ticket,
      open: (url) => new FakeSource(url) as unknown as EventSource,
    });
    s.start();
    return s;
  };
  const last = () => FakeSource.all.at(-1)!;

  it('hands on frames, keeps pings to itself and resumes after the last event', async () => {
    const s = stream();
    await vi.advanceTimersByTimeAsync(0);
    last().frame({ id: 'n.1', type: 'snapshot', data: 1 });
    last().frame({ id: 'n.2', type: 'ping', data: null });
    expect(frames.map((f) => f.type)).toEqual(['snapshot']);
    last().readyState = 2;
    last().onerror?.();
    await vi.advanceTimersByTimeAsync(2000);
    expect(last().url).toBe('/events?since=n.2');
    s.stop();
  });

  it('reopens a connection that fell silent', async () => {
    const s = stream();
    await vi.advanceTimersByTimeAsync(0);
    last().frame({ id: 'n.1', type: 'snapshot', data: 1 });
    await vi.advanceTimersByTimeAsync(14_000);
    expect(FakeSource.all).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(FakeSource.all).toHaveLength(2);
    expect(s.clock.age()).toBeGreaterThanOrEqual(17);
    s.stop();
  });

  it('fetches a new ticket for each connection', async () => {
    let n = 0;
    const s = stream(() => Promise.resolve(`t${++n}`));
    await vi.advanceTimersByTimeAsync(0);
    expect(last().url).toBe('/events?ticket=t1');
    last().onerror?.();
    await vi.advanceTimersByTimeAsync(2000);
    expect(last().url).toBe('/events?ticket=t2');
    s.stop();
  });

  it('stays stopped', async () => {
    const s = stream();
    await vi.advanceTimersByTimeAsync(0);
    s.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSource.all).toHaveLength(1);
  });
});

describe('announcements', () => {
  it('says ten events in ten seconds once', () => {
    const a = new Announcements();
    const heard: string[] = [];
    a.subscribe(() => heard.push(a.current().polite));
    for (let i = 10; i > 0; i--) {
      a.say(`${i} ahead of you`);
      vi.advanceTimersByTime(1000);
    }
    expect(heard).toEqual(['10 ahead of you']);
    vi.advanceTimersByTime(60_000);
    expect(heard).toEqual(['10 ahead of you', '1 ahead of you']);
  });
  it('lets a call through at once', () => {
    const a = new Announcements();
    a.say('3 ahead of you');
    a.alert("It's your turn");
    expect(a.current().urgent).toBe("It's your turn");
    vi.advanceTimersByTime(1000);
    expect(a.current().polite).toBe('');
  });
});
