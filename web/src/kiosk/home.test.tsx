import { render, screen } from '@testing-library/react';
import { beforeEach, expect, it, vi } from 'vitest';
import type { BoardQueue, SiteBoard } from '~/api/shapes';
import { loadTexts, setLanguage, startTexts } from '~/i18n';
import { Head } from './head';
import { Home } from './home';
import { Closed } from './panels';
import { ageOf } from './offline/age';
import { panelOf } from './shape';

const AT = '2026-11-20T14:05:12Z';
const now = Date.parse(AT);

beforeEach(async () => {
  // Room for all tiles.
  for (const [side, value] of [['clientWidth', 1000], ['clientHeight', 1500]] as const) {
    Object.defineProperty(HTMLElement.prototype, side, { configurable: true, get: () => value });
  }
  await startTexts();
  await loadTexts('kiosk');
  await setLanguage('en', false);
});

const queue = (id: string, over: Partial<BoardQueue> = {}) =>
  ({ id, name: id, status: 'open', reason: null, reopens_at: null, estimate: { p10: 3, p50: 5, p90: 9, serving: true, after_closing: false }, services: [{ id, code: id, name: id, names: {} }], ...over }) as unknown as BoardQueue;

function home(queues: BoardQueue[], more: { offline?: boolean; since?: number; usedUp?: string; onPick?: () => void } = {}) {
  const board = { site: { name: 'Main branch', notice: null, timezone: 'UTC' }, tenant: {}, queues, at: AT } as unknown as SiteBoard;
  render(
    <Home
      board={board}
      group={null}
      page={0}
      panel={panelOf(1080, 1920, 21.5)}
      large={false}
      onGroup={() => undefined}
      onPick={more.onPick ?? (() => undefined)}
      onMore={() => undefined}
      onBack={() => undefined}
      offline={more.offline ?? false}
      age={ageOf(more.since ?? now, AT, now)}
      without={({ id }) => id === more.usedUp}
    />,
  );
}
const tile = (code: string) => screen.getByTestId(`kiosk-service-${code}`);

it('tells the waits while it hears of them', () => {
  home([queue('deposit')]);
  expect(tile('deposit').textContent).toBe('deposit5–9 min');
  expect(screen.queryByTestId('kiosk-alone')).toBeNull();
});

it('on its own says so, and as of when the waits are', () => {
  home([queue('deposit')], { offline: true, since: now - 60_000 });
  expect(tile('deposit').textContent).toBe('deposit5–9 min');
  expect(screen.getByTestId('kiosk-alone').textContent).toBe('No network just now. You still get a ticket; the waits are as of 14:04:12.');
});

it('tells no wait of more than two minutes ago, and keeps giving tickets', () => {
  const onPick = vi.fn();
  home([queue('deposit'), queue('loans', { status: 'paused' })], { offline: true, since: now - 121_000, onPick });
  expect(tile('deposit').textContent).toBe('depositWait not known without network');
  expect(tile('loans').textContent).toBe('loansPaused');
  expect(screen.getByTestId('kiosk-alone').textContent).toBe('No network just now. You still get a ticket; how long it takes is not known.');
  tile('deposit').click();
  expect(onPick).toHaveBeenCalledOnce();
});

it('says of a line whose numbers are used up why it takes nobody', () => {
  const onPick = vi.fn();
  home([queue('deposit'), queue('loans')], { offline: true, usedUp: 'deposit', onPick });
  expect(tile('deposit').textContent).toBe('depositNo numbers left without network');
  expect(tile('deposit').getAttribute('aria-disabled')).toBe('true');
  tile('deposit').click();
  expect(onPick).not.toHaveBeenCalled();
  expect(tile('loans').getAttribute('aria-disabled')).toBe('false');
});

it('says of paused, full and closed lines what they are, and when they open', () => {
  home([queue('a', { status: 'paused', reopens_at: null }), queue('b', { status: 'full' }), queue('c', { status: 'closed', reopens_at: '2099-11-21T08:00:00Z' })]);
  expect(tile('a').textContent).toBe('aPaused');
  expect(tile('b').textContent).toBe('bFull for now');
  expect(tile('c').textContent).toMatch(/^cClosed · open again from .*8:00/);
});

it('a board that was kept through a restart is as old as it was true', () => {
  expect(ageOf(null, AT, now + 121_000)).toEqual({ since: now, expired: true });
  expect(ageOf(null, AT, now + 120_000).expired).toBe(false);
  expect(ageOf(now + 119_000, AT, now + 121_000).expired).toBe(false);
});

it('tells the time of the server, whatever the clock of the machine says', () => {
  const site = { name: 'Main branch', notice: null, timezone: 'Europe/Berlin', opens_at: '2026-11-20T17:30:00Z' };
  const board = { site, tenant: { name: 'Bank' }, queues: [], at: AT } as unknown as SiteBoard;
  render(<Head board={board} now={now} welcome={false} />);
  expect(document.querySelector('time')?.textContent).toBe('15:05');
  // It opens later today, and not on another day.
  render(<Closed board={board} />);
  expect(screen.getByText(/18:30/).textContent).not.toContain('Friday');
  home([queue('loans', { status: 'closed', reopens_at: '2026-11-21T08:00:00Z' })]);
  expect(tile('loans').textContent).toMatch(/Saturday.*08:00/);
});
