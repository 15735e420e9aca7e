import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { beforeEach, expect, it, vi } from 'vitest';
import type { PublicTicket } from '~/api/shapes';
import { loadTexts, setLanguage, startTexts } from '~/i18n';
import { LiveClock } from '~/live/clock';
import { Waiting } from './waiting';

const ticket = {
  status: 'waiting',
  can: ['postpone', 'leave'],
  people_ahead: 1,
  joined_after: 4,
  estimate: null,
  parked_until: null,
  asks_still_coming: false,
  near: false,
  counter: null,
  site: { name: 'Central', timezone: 'Asia/Tokyo' },
} as unknown as PublicTicket;

beforeEach(async () => {
  await startTexts();
  await loadTexts('ticket');
  await setLanguage('en', false);
});

function ask(answer: PublicTicket | null) {
  const act = vi.fn().mockResolvedValue(answer);
  render(<Waiting ticket={ticket} phase="waiting" clock={new LiveClock()} alerts="off" onAlerts={() => undefined} act={act} />);
  fireEvent.click(screen.getByTestId('ticket-postpone'));
  return act;
}

it('says from when on somebody is called again who needs ten more minutes', async () => {
  const act = ask({ ...ticket, parked_until: '2026-03-02T10:30:00Z' });
  fireEvent.click(screen.getByText('in 10 min'));
  await waitFor(() => expect(screen.getByTestId('ticket-postponed').textContent).toBe('We call you again from 19:30 on.'));
  expect(act).toHaveBeenCalledWith('postpone', { minutes: 10 });
});

it('says the new place where the ticket still waits', async () => {
  ask({ ...ticket, people_ahead: 3 });
  fireEvent.click(screen.getByText('in 10 min'));
  await waitFor(() => expect(screen.getByTestId('ticket-postponed').textContent).toBe('Your new place: 3 people ahead of you.'));
});

it('says nothing was granted when nothing was', async () => {
  const act = ask(null);
  fireEvent.click(screen.getByText('2 people'));
  await waitFor(() => expect(act).toHaveBeenCalledWith('postpone', { places: 2 }));
  expect(screen.queryByTestId('ticket-postponed')).toBeNull();
});
