import { render, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { markSignedIn, useWho, wasSignedIn } from './who';

afterEach(() => {
  vi.unstubAllGlobals();
  localStorage.clear();
});

function Who() {
  return <p>{useWho()?.name ?? 'nobody'}</p>;
}

it('asks nobody who never signed in here', () => {
  const fetched = vi.fn();
  vi.stubGlobal('fetch', fetched);
  render(<Who />);
  expect(screen.getByText('nobody')).toBeTruthy();
  expect(fetched).not.toHaveBeenCalled();
});

it('names whoever is signed in', async () => {
  markSignedIn(true);
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ name: 'Ana' })));
  render(<Who />);
  expect(await screen.findByText('Ana')).toBeTruthy();
});

it('forgets a session that has ended, and keeps one that could not be asked after', async () => {
  markSignedIn(true);
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('offline')));
  const { unmount } = render(<Who />);
  await new Promise((done) => setTimeout(done, 0));
  expect(wasSignedIn()).toBe(true);
  unmount();
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({}, { status: 401 })));
  render(<Who />);
  await vi.waitFor(() => expect(wasSignedIn()).toBe(false));
});
