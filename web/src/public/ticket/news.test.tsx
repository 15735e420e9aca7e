import { render, screen } from '@testing-library/react';
import { beforeEach, expect, it } from 'vitest';
import type { PublicTicket } from '~/api/shapes';
import { loadTexts, setLanguage, startTexts } from '~/i18n';
import { LiveClock } from '~/live/clock';
import { Ending } from './ending';
import { Closed, Moved } from './news';
import { Waiting } from './waiting';

const ticket = {
  status: 'waiting',
  number: 'A-042',
  can: ['leave'],
  people_ahead: 3,
  joined_after: 0,
  estimate: { p10: 5, p50: 8, p90: 12, low: 8, high: 15, serving: true, samples: 3, after_closing: false },
  parked_until: null,
  asks_still_coming: false,
  near: false,
  counter: null,
  cause: null,
  closed_because: null,
  next: null,
  rejoin_until: null,
  moved: null,
  moved_to: null,
  tenant: { slug: 'bank' },
  site: { name: 'Main branch', slug: 'main', timezone: 'Europe/Berlin', closed: null },
} as unknown as PublicTicket;

beforeEach(async () => {
  await startTexts();
  await loadTexts('ticket');
  await setLanguage('en', false);
});

const said = (over: Partial<PublicTicket>) => {
  render(<Moved ticket={{ ...ticket, ...over }} />);
  return screen.queryByTestId('ticket-moved')?.textContent ?? null;
};

it.each([
  [{}, null],
  [{ moved_to: 'Loans' }, 'You were moved to Loans.'],
  [{ moved_to: 'Loans', moved: { place: 'anew', reason: 'Shorter' } }, 'You were moved to Loans. You stand there as if you had just come.Reason: Shorter'],
  [{ moved_to: 'Loans', moved: { place: 'chosen', reason: null } }, 'You were moved to Loans, to a place that the staff chose.'],
  [{ moved: { place: 'kept', reason: null } }, 'You were sent on. Your place in the line is kept.'],
  [{ moved: { place: 'anew', reason: 'Went out' } }, 'You were moved to the end of the line.Reason: Went out'],
  [{ moved: { place: 'chosen', reason: 'A small child' } }, 'The staff gave you another place in the line.Reason: A small child'],
] as [Partial<PublicTicket>, string | null][])('of %o it says %s', (over, text) => {
  expect(said(over)).toBe(text);
});

it('says nothing of what a ticket kept by an older version does not tell', () => {
  const old: Partial<PublicTicket> = { ...ticket };
  delete old.moved;
  render(<Moved ticket={old as PublicTicket} />);
  expect(screen.queryByTestId('ticket-moved')).toBeNull();
});

it('says why the site had to close, and estimates nothing meanwhile', () => {
  const closed = { ...ticket, site: { ...ticket.site, closed: 'Water in the hall' } };
  const page = (of: PublicTicket) => (
    <>
      <Closed ticket={of} />
      <Waiting ticket={of} phase="waiting" clock={new LiveClock()} alerts="off" onAlerts={() => undefined} act={() => Promise.resolve(null)} />
    </>
  );
  const { rerender } = render(page(ticket));
  expect(screen.queryByTestId('ticket-closed')).toBeNull();
  expect(screen.queryByTestId('ticket-estimate')).not.toBeNull();
  rerender(page(closed));
  expect(screen.getByTestId('ticket-closed').textContent).toBe('Main branch had to closeWater in the hallYour place in the line is kept for when it opens again.');
  expect(screen.queryByTestId('ticket-estimate')).toBeNull();
  expect(screen.getByTestId('ticket-ahead').textContent).toBe('3 ahead of you');
});

it('an ended ticket says why its line was closed', () => {
  const ended: PublicTicket = { ...ticket, status: 'cancelled', cause: 'line_closed', closed_because: 'Water in the hall' };
  render(<Ending ticket={ended} secret="s" phase="closed" clock={new LiveClock()} act={() => Promise.resolve(null)} />);
  expect(screen.getByTestId('ticket-closed-because').textContent).toBe('Reason: Water in the hall');
});
