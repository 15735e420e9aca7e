import { render, screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { LiveClock } from '~/live/clock';
import { ServerClock, useServerNow, useServerTime } from './server-clock';

const HOUR_MS = 3_600_000;

/** How many hours a moment is ahead of the device's clock. */
const ahead = (ms: number) => Math.round((ms - Date.now()) / HOUR_MS);

function Ahead({ name }: { name: string }) {
  const now = useServerNow();
  const at = useServerTime();
  const hours = [now, at()].map((ms) => ahead(ms));
  return <p data-testid={name}>{hours.join()}</p>;
}

it('goes by the clock of the page’s feed, and by the machine’s where there is none', () => {
  const clock = new LiveClock();
  clock.hear(new Date(Date.now() + 3 * HOUR_MS).toISOString());
  render(
    <>
      <ServerClock value={clock}>
        <Ahead name="fed" />
      </ServerClock>
      <Ahead name="alone" />
    </>,
  );
  expect(screen.getByTestId('fed').textContent).toBe('3,3');
  expect(screen.getByTestId('alone').textContent).toBe('0,0');
});
