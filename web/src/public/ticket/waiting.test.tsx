import { fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { PublicTicket } from '~/api/shapes';
import { loadTexts, setLanguage, startTexts } from '~/i18n';
import { LiveClock } from '~/live/clock';
import { Waiting } from './waiting';

/** Two in the afternoon where the branch is. */
const NOW = Date.parse('2026-11-20T13:00:00Z');
const after = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();

/** A ticket that is called after ten minutes in one of ten cases less, and after that many in nine of ten. */
const ticket = (p10: number, p90: number) =>
  ({
    status: 'waiting',
    number: 'A-042',
    can: ['leave'],
    people_ahead: 3,
    joined_after: 0,
    estimate: { basis: 'pace', p10, p50: (p10 + p90) / 2, p90, low: p10, high: p90, serving: true, samples: 40, after_closing: false, at: after(0), be_here_by: after(p10), called_by: after(p90) },
    estimates_kept: null,
    parked_until: null,
    asks_still_coming: false,
    near: false,
    counter: null,
    site: { name: 'Main branch', timezone: 'Europe/Berlin', closed: null },
  }) as unknown as PublicTicket;

const page = (of: PublicTicket, heard = NOW) => {
  const clock = new LiveClock();
  clock.hear(undefined, heard);
  return <Waiting ticket={of} phase="waiting" clock={clock} alerts="off" onAlerts={() => undefined} act={() => Promise.resolve(null)} />;
};
const here = () => screen.queryByTestId('ticket-here-by')?.textContent;
const called = () => screen.queryByTestId('ticket-called-by')?.textContent;
const walk = (minutes: number) => fireEvent.change(screen.getByRole('combobox'), { target: { value: String(minutes) } });

beforeEach(async () => {
  localStorage.clear();
  await startTexts();
  await loadTexts('ticket');
  await setLanguage('en', false);
  vi.useFakeTimers({ now: NOW, toFake: ['Date'] });
});
afterEach(() => void vi.useRealTimers());

it('says until when to be there and until when one is very likely called, on the branch’s clock', () => {
  render(page(ticket(33, 46)));
  // Rounded so that nobody is late by it: the first down, the second up.
  expect(here()).toBe('Be here by 14:30');
  expect(called()).toBe('very likely called by 14:50');
});

it('takes the way off the first time, and leaves the second as it is', () => {
  render(page(ticket(33, 46)));
  walk(10);
  expect(here()).toBe('Be here by 14:20');
  expect(called()).toBe('very likely called by 14:50');
  walk(0);
  expect(here()).toBe('Be here by 14:30');
});

it('says to stay close where the way is as long as the wait may be', () => {
  render(page(ticket(9, 20)));
  expect(here()).toBe('Be here by 14:09');
  walk(10);
  expect(here()).toBe('Stay close now');
});

it('keeps both times until they have moved by a step', () => {
  const { rerender } = render(page(ticket(62, 98)));
  expect([here(), called()]).toEqual(['Be here by 15:00', 'very likely called by 15:40']);
  // Alone these would be 15:10 and 15:35.
  rerender(page(ticket(74, 91)));
  expect([here(), called()]).toEqual(['Be here by 15:00', 'very likely called by 15:40']);
  rerender(page(ticket(75, 85)));
  expect([here(), called()]).toEqual(['Be here by 15:15', 'very likely called by 15:25']);
});

it('says neither where nothing was heard for two minutes', () => {
  render(page(ticket(33, 46), NOW - 121_000));
  expect([here(), called()]).toEqual([undefined, undefined]);
  expect(screen.queryByTestId('ticket-estimate')).toBeNull();
});
