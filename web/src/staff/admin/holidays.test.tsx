import { MantineProvider } from '@mantine/core';
import { fireEvent, render, screen, within } from '@testing-library/react';
import { useState } from 'react';
import { beforeEach, expect, it } from 'vitest';
import { loadTexts, startTexts } from '~/i18n';
import { HolidaysField, holidaysOf, holidayText } from './holidays';
import { changesOf, faultAt, nounOf, startOf } from './nouns';

const CHRISTMAS = { date: '2026-12-25', name: 'Christmas Day', spans: [], yearly: true };

beforeEach(async () => {
  await startTexts();
  await loadTexts('admin');
});

/** The field in a form that remembers; `now` is what it would send. */
function form(start: unknown) {
  const kept = { now: start };
  function Form() {
    const [value, setValue] = useState<unknown>(start);
    kept.now = value;
    return (
      <MantineProvider>
        <HolidaysField label="Holidays" value={value} fault={undefined} onChange={setValue} />
      </MantineProvider>
    );
  }
  render(<Form />);
  return kept;
}

const type = (label: string, value: string, at: HTMLElement) => fireEvent.change(within(at).getByLabelText(label), { target: { value } });

it('shows the days that are there and lets one be removed', () => {
  const kept = form([CHRISTMAS, { date: '2026-12-31', name: 'New Year’s Eve', spans: [{ opens: '09:00', closes: '12:00' }], yearly: false }]);
  expect(screen.getAllByTestId('admin-holiday')).toHaveLength(2);
  fireEvent.click(screen.getByRole('button', { name: /Remove: .*Christmas Day/ }));
  expect(screen.getAllByTestId('admin-holiday')).toHaveLength(1);
  expect(holidaysOf(kept.now).map((day) => day.name)).toEqual(['New Year’s Eve']);
});

it('adds a day that is closed, or open at other hours', () => {
  const kept = form([]);
  fireEvent.click(screen.getByTestId('admin-holiday-add'));
  const row = screen.getByTestId('admin-holiday');
  expect(document.activeElement).toBe(within(row).getByLabelText('Date'));
  type('Date', '2026-12-24', row);
  type('Name', 'Christmas Eve', row);
  expect(kept.now).toEqual([{ date: '2026-12-24', name: 'Christmas Eve', spans: [], yearly: false }]);
  fireEvent.click(within(row).getByLabelText('Closed all day'));
  fireEvent.change(within(row).getByLabelText(/opens$/), { target: { value: '08:30' } });
  fireEvent.change(within(row).getByLabelText(/closes$/), { target: { value: '12:00' } });
  fireEvent.click(within(row).getByLabelText('Every year'));
  expect(kept.now).toEqual([{ date: '2026-12-24', name: 'Christmas Eve', spans: [{ opens: '08:30', closes: '12:00' }], yearly: true }]);
});

it('sends the days of a site as a whole, and none when all were removed', () => {
  const sites = nounOf('sites');
  const start = startOf(sites, { id: '1', name: 'Main', holidays: [CHRISTMAS] });
  expect(changesOf(sites, start, { ...start, holidays: [] }, false)).toEqual({ holidays: [] });
  expect(startOf(sites, null)['holidays']).toEqual([]);
});

it('leaves the time zone of a new site to its organisation', () => {
  const sites = nounOf('sites');
  expect(changesOf(sites, startOf(sites, null), { ...startOf(sites, null), name: 'North' }, true)).toEqual({ name: 'North', kind: 'branch' });
});

it('shows at the field what is wrong with one of its days', () => {
  const faults = { 'holidays[1].date': 'a date', 'holidays[0].spans': 'overlap', hours: 'wrong' };
  expect(faultAt(faults, 'holidays')).toBe('a date');
  expect(faultAt(faults, 'hours')).toBe('wrong');
  expect(faultAt(faults, 'holiday')).toBeUndefined();
});

it('says a day in words', () => {
  expect(holidayText(CHRISTMAS)).toMatch(/25.*2026.*Christmas Day/);
  expect(holidayText({ ...CHRISTMAS, date: '' })).toBe('Christmas Day');
});
