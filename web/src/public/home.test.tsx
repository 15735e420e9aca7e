import { act, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { beforeEach, expect, it, vi } from 'vitest';
import { loadTexts, setLanguage, startTexts } from '~/i18n';
import Home from './home';

const PLACES = Array.from({ length: 120 }, (_, n) => ({
  tenant: { slug: n < 100 ? 'bank' : 'post', name: n < 100 ? 'Bank' : 'Post', sites: n < 100 ? 100 : 20 },
  slug: `s${n}`,
  name: `Branch ${n}`,
  address: null,
  timezone: 'UTC',
  open: n % 2 === 0,
  opens_at: null,
  closes_at: null,
  notice: null,
  waiting: n,
  at: '2026-11-20T14:05:00Z',
}));
let asked: URL[] = [];
let fails = false;

beforeEach(async () => {
  asked = [];
  fails = false;
  vi.stubGlobal('fetch', (path: string) => {
    const url = new URL(path, 'http://usher');
    asked.push(url);
    if (fails) return Promise.reject(new TypeError('down'));
    const q = url.searchParams.get('q') ?? '';
    const found = PLACES.filter((place) => place.name.includes(q));
    const [at, limit] = [Number(url.searchParams.get('cursor') ?? 0), Number(url.searchParams.get('limit'))];
    const end = Math.min(at + limit, found.length);
    return Promise.resolve(Response.json({ items: found.slice(at, end), next_cursor: end < found.length ? String(end) : null }));
  });
  await startTexts();
  await loadTexts('public');
  await setLanguage('en', false);
  return () => vi.unstubAllGlobals();
});

const shown = () => screen.queryAllByTestId(/^home-site-/).length;

it('asks once for a page of places, with how many wait at each, and for the next when asked to', async () => {
  render(<Home />);
  await waitFor(() => expect(shown()).toBe(50));
  expect(asked.map((url) => url.pathname)).toEqual(['/api/v1/public/sites']);
  expect(screen.getByTestId('home-site-s2').textContent).toMatch(/^Branch 2Open2 waiting at \d+:05/);
  expect(screen.getByTestId('home-site-s3').textContent).toBe('Branch 3Closed');
  expect(screen.getByText('100 branches')).toBeTruthy();
  fireEvent.click(screen.getByTestId('home-more'));
  await waitFor(() => expect(shown()).toBe(100));
  fireEvent.click(screen.getByTestId('home-more'));
  await waitFor(() => expect(shown()).toBe(120));
  expect(asked).toHaveLength(3);
  expect(screen.queryByTestId('home-more')).toBeNull();
  expect(screen.getAllByRole('heading', { level: 2 }).map((h) => h.textContent)).toEqual(['Bank', 'Post']);
});

it('finds a place by what is typed, and says when nothing is called that', async () => {
  render(<Home />);
  await waitFor(() => expect(shown()).toBe(50));
  for (const typed of ['1', '11', '119']) fireEvent.change(screen.getByTestId('home-search'), { target: { value: typed } });
  await waitFor(() => expect(shown()).toBe(1));
  expect(asked.map((url) => url.searchParams.get('q'))).toEqual([null, '119']);
  fireEvent.change(screen.getByTestId('home-search'), { target: { value: 'nowhere' } });
  await waitFor(() => expect(screen.getByText('No branch is called that')).toBeTruthy());
  fireEvent.change(screen.getByTestId('home-search'), { target: { value: '' } });
  await waitFor(() => expect(shown()).toBe(50));
});

it('keeps what it has when the next page does not come, and tries again', async () => {
  render(<Home />);
  await waitFor(() => expect(shown()).toBe(50));
  fails = true;
  await act(async () => {
    fireEvent.click(screen.getByTestId('home-more'));
    await Promise.resolve();
  });
  await waitFor(() => expect(screen.getByText('Try again')).toBeTruthy());
  expect(shown()).toBe(50);
  fails = false;
  fireEvent.click(screen.getByText('Try again'));
  await waitFor(() => expect(screen.queryByText('Try again')).toBeNull());
  expect(shown()).toBe(50);
});
