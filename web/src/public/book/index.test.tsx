import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { beforeEach, expect, it, vi } from 'vitest';
import { loadTexts, setLanguage, startTexts } from '~/i18n';
import Book from './index';

const PLACES = Array.from({ length: 30 }, (_, n) => ({
  site: { tenant: 'bank', slug: `s${n}`, name: `Branch ${n}`, address: null, timezone: 'UTC' },
  tenant_name: 'Bank',
  next: n === 1 ? null : { starts_at: '2026-11-20T14:05:00Z', ends_at: '2026-11-20T14:35:00Z', free: 1 },
}));
let asked: URL[] = [];

beforeEach(async () => {
  asked = [];
  vi.stubGlobal('fetch', (path: string) => {
    const url = new URL(path, 'http://usher');
    asked.push(url);
    const [at, limit] = [Number(url.searchParams.get('cursor') ?? 0), Number(url.searchParams.get('limit'))];
    const end = Math.min(at + limit, PLACES.length);
    return Promise.resolve(Response.json({ items: PLACES.slice(at, end), next_cursor: end < PLACES.length ? String(end) : null }));
  });
  await startTexts();
  await loadTexts('book');
  await setLanguage('en', false);
  return () => vi.unstubAllGlobals();
});

const shown = () => screen.queryAllByTestId(/^book-place-/).length;

it('asks once for a page of places that take bookings, with the next free time of each', async () => {
  render(<Book />);
  await waitFor(() => expect(shown()).toBe(20));
  expect(asked.map((url) => url.pathname)).toEqual(['/api/v1/public/bookable']);
  expect(screen.getByTestId('book-place-s0').textContent).toMatch(/^Branch 0 · Bank.*14:05/);
  expect(screen.getByTestId('book-place-s1').textContent).not.toMatch(/\d\d:\d\d/);
  fireEvent.click(screen.getByTestId('book-more'));
  await waitFor(() => expect(shown()).toBe(30));
  expect(asked).toHaveLength(2);
  expect(screen.queryByTestId('book-more')).toBeNull();
});
