import { act, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { BoardQueue, SiteBoard } from '~/api/shapes';
import { loadTexts, setLanguage, startTexts } from '~/i18n';
import { EXPIRED_OVER, LiveClock } from '~/live/clock';
import { JoinDialog } from './join';

const service = { id: 's1', code: 'deposit', name: 'Deposit', names: {} };
const estimate = (p50: number, p90: number) => ({ p10: 1, p50, p90, low: p50, high: p90, serving: true, after_closing: false, samples: 40 });
const line = (over: object = {}) =>
  ({ id: 'q1', name: 'Deposit', prefix: 'D', status: 'open', waiting: 3, services: [service], asks_position: false, asks_code: false, estimate: estimate(12, 18), ...over }) as unknown as BoardQueue;
const board = (queues: BoardQueue[], open = true) =>
  ({ tenant: { slug: 'bank', locales: ['en'] }, site: { name: 'Main branch', open, timezone: 'UTC' }, queues }) as unknown as SiteBoard;

beforeEach(async () => {
  await startTexts();
  await loadTexts('public');
  await setLanguage('en', false);
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
});
afterEach(() => void vi.useRealTimers());

const said = () => screen.queryByTestId('join-estimate')?.textContent ?? null;

/** Somebody has chosen the line as it is at first; then the board becomes another. */
function chosen() {
  const clock = new LiveClock();
  clock.hear();
  const dialog = (now: SiteBoard) => <JoinDialog path="/p" board={now} clock={clock} queue={line()} service={service} onClose={() => undefined} />;
  const { rerender } = render(dialog(board([line()])));
  expect(said()).toBe('10–20 min');
  return { clock, becomes: (now: SiteBoard) => rerender(dialog(now)) };
}

it('says how long the line is now, and not how long it was when it was chosen', () => {
  const { becomes } = chosen();
  becomes(board([line({ id: 'q0', estimate: estimate(2, 4) }), line({ estimate: estimate(41, 58) })]));
  expect(said()).toBe('40–60 min');
});

it('says nothing that is older than two minutes, and says it again when the board is heard of', () => {
  const { clock, becomes } = chosen();
  act(() => void vi.advanceTimersByTime(EXPIRED_OVER * 1000));
  expect(said()).toBe('10–20 min');
  act(() => void vi.advanceTimersByTime(2000));
  expect(said()).toBeNull();
  expect(screen.getByTestId('join-submit')).toBeTruthy();
  clock.hear();
  becomes(board([line({ estimate: estimate(21, 29) })]));
  act(() => void vi.advanceTimersByTime(1000));
  expect(said()).toBe('20–30 min');
});

it.each([
  ['is gone', board([])],
  ['takes nobody any more', board([line({ status: 'paused' })])],
  ['is at a site that has closed', board([line()], false)],
])('says nothing of a line that %s, as its card does', (_, now) => {
  chosen().becomes(now);
  expect(said()).toBeNull();
});
