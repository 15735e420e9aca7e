import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { beforeEach, expect, it, vi } from 'vitest';
import { loadTexts, setLanguage, startTexts } from '~/i18n';
import { SessionList } from './sessions';

const session = (id: string, user_agent: string | null, current = false) => ({ id, user_agent, current, ip: null, created_at: '2026-11-20T08:00:00Z', last_used_at: '2026-11-20T09:00:00Z' });
const ALL = [session('here', 'Firefox', true), session('phone', 'Chrome on a phone'), session('program', null)];
let ended: string[] = [];

beforeEach(async () => {
  ended = [];
  vi.stubGlobal('fetch', (path: string, { method }: RequestInit) => {
    if (method !== 'DELETE') return Promise.resolve(Response.json({ items: ALL, next_cursor: null }));
    ended.push(path);
    return Promise.resolve(new Response(null, { status: 204 }));
  });
  await startTexts();
  await loadTexts('account');
  await loadTexts('staff');
  await setLanguage('en', false);
  return () => vi.unstubAllGlobals();
});

const shown = () =>
  render(
    <MantineProvider>
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <SessionList />
      </QueryClientProvider>
    </MantineProvider>,
  );

/** The second press, once the question could be read. */
async function yes(testId: string) {
  const button = screen.getByTestId(`${testId}-yes`);
  await waitFor(() => expect(button.getAttribute('aria-disabled')).toBe('false'));
  fireEvent.click(button);
}

it('asks before a session is ended, and says which', async () => {
  shown();
  fireEvent.click(await screen.findByRole('button', { name: 'End: Chrome on a phone' }));
  expect(ended).toEqual([]);
  fireEvent.click(screen.getByTestId('account-end-keep'));
  expect(screen.queryByTestId('account-end-yes')).toBeNull();
  expect(ended).toEqual([]);
  fireEvent.click(screen.getByRole('button', { name: 'End: Unknown program' }));
  expect(screen.getByTestId('account-end-yes').textContent).toBe('End this session');
  await yes('account-end');
  await waitFor(() => expect(ended).toEqual(['/api/v1/auth/sessions/program']));
});

it('asks before everybody else is signed out', async () => {
  shown();
  fireEvent.click(await screen.findByTestId('account-end-others'));
  expect(ended).toEqual([]);
  await yes('account-end-others');
  await waitFor(() => expect(ended).toEqual(['/api/v1/auth/sessions']));
});
