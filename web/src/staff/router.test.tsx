import { RouterProvider } from '@tanstack/react-router';
import { render, screen, waitFor } from '@testing-library/react';
import { beforeEach, expect, it, vi } from 'vitest';
import { startTexts } from '~/i18n';
import { router } from '~/router';
import { queries } from './queries';
import { signIn } from './session';

const CUSTOMER = { id: 'u', name: 'Cleo', scopes: ['sites:read'], tenant: { name: 'Bank', slug: 'bank' }, tenants: [{ name: 'Bank', slug: 'bank' }] };

/** Nobody is signed in, until somebody logs in: that is a customer. */
function answer(input: RequestInfo | URL): Promise<Response> {
  const path = new URL(input instanceof Request ? input.url : input, 'http://localhost').pathname;
  if (path === '/api/v1/auth/login') return Promise.resolve(Response.json({ user: CUSTOMER }));
  if (/^\/api\/(v1\/tenants\/bank\/|tickets$)/.test(path)) return Promise.resolve(Response.json({ items: [], next_cursor: null }));
  if (path.startsWith('/api/')) return Promise.resolve(Response.json({ status: 401, code: 'unauthenticated' }, { status: 401 }));
  return Promise.resolve(Response.json({}));
}

beforeEach(async () => {
  vi.stubGlobal('fetch', vi.fn(answer));
  queries.clear();
  await startTexts();
});

it('keeps the page that was wanted over the log-in', async () => {
  window.history.replaceState(null, '', '/reception');
  render(<RouterProvider router={router} />);
  await screen.findByTestId('login-email', {}, { timeout: 15_000 });
  expect(router.state.location.href).toBe('/login?next=%2Freception');
}, 20_000);

it('leads a customer who signed in to the wallet, and loads the public start page from there as a whole', async () => {
  const load = vi.spyOn(window.location, 'replace').mockImplementation(() => undefined);
  render(<RouterProvider router={router} />);
  void router.navigate({ href: '/login' });
  await screen.findByTestId('login-email', {}, { timeout: 15_000 });
  await signIn('customer@demo-bank.com', 'demo1234');
  await waitFor(() => expect(router.state.location.pathname).toBe('/wallet'), { timeout: 15_000 });
  void router.navigate({ href: '/' });
  await waitFor(() => expect(load).toHaveBeenCalledWith(expect.stringMatching(/^(http:\/\/[^/]+)?\/$/)));
}, 20_000);

it('says so where nothing is', async () => {
  render(<RouterProvider router={router} />);
  void router.navigate({ href: '/tickets/1' });
  expect((await screen.findByRole('link')).getAttribute('href')).toBe('/');
}, 20_000);
