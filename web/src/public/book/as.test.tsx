import { fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { beforeEach, expect, it, vi } from 'vitest';
import type { User } from '~/api/shapes';
import { loadTexts, setLanguage, startTexts } from '~/i18n';
import { BookingAs, detailsOf } from './as';
import { DetailsForm, NO_DETAILS } from './details';

const ana = { name: 'Ana Maria', email: 'ana@home.example', phone: '+49301234567' } as User;

beforeEach(async () => {
  await startTexts();
  await loadTexts('book');
  await setLanguage('en', false);
});

/** The details of a booking, as whoever is signed in gives them. */
function Details({ onSubmit }: { onSubmit: () => void }) {
  const [other, setOther] = useState(false);
  const [value, setValue] = useState(NO_DETAILS);
  return (
    <>
      <BookingAs who={ana} other={other} onOther={setOther} />
      <DetailsForm value={value} onChange={setValue} other={other} fields={['name', 'phone', 'email', 'notes']} error={null} busy={false} submit="Book" onSubmit={onSubmit} />
    </>
  );
}

it('says as whom one books, and asks for the other person where it is for somebody else', () => {
  const sent = vi.fn();
  render(<Details onSubmit={sent} />);
  const said = () => screen.getByTestId('book-as').textContent;
  expect(said()).toBe('You are signed in as Ana Maria: the appointment is kept with your points and tickets.');
  expect(screen.getByLabelText('Your name').getAttribute('autocomplete')).toBe('name');
  fireEvent.click(screen.getByRole('button', { name: 'Book for somebody else' }));
  expect(said()).toMatch(/^You are signed in as Ana Maria and book for somebody else\./);
  expect(screen.getByLabelText('Name of the person').getAttribute('autocomplete')).toBe('off');
  expect(screen.getByTestId('book-email').getAttribute('autocomplete')).toBe('off');
  fireEvent.click(screen.getByTestId('book-submit'));
  expect(screen.getByText('Please give the person’s name.')).toBeTruthy();
  expect(sent).not.toHaveBeenCalled();
  fireEvent.click(screen.getByRole('button', { name: 'Book for myself' }));
  expect(screen.getByLabelText('Your name')).toBeTruthy();
});

it.each([
  ['ar', 'الحجز لشخص آخر'],
  ['de', 'Für jemand anderen buchen'],
  ['es', 'Reservar para otra persona'],
  ['fr', 'Réserver pour quelqu’un d’autre'],
] as const)('offers it in %s', async (language, text) => {
  await setLanguage(language, false);
  render(<BookingAs who={ana} other={false} onOther={() => undefined} />);
  expect(screen.getByTestId('book-for-other').textContent).toBe(text);
});

it('begins with what the account says of its owner', () => {
  expect(detailsOf(ana)).toEqual({ name: 'Ana Maria', phone: '+49301234567', email: 'ana@home.example', notes: '' });
  expect(detailsOf({ ...ana, phone: null })).toMatchObject({ phone: '' });
  expect(detailsOf(null)).toBe(NO_DETAILS);
});
