import { expect, it } from 'vitest';
import type { SiteBoard } from '~/api/shapes';
import { phaseOf } from '~/public/ticket/phase';
import { sampleTicket } from './preview';
import { branded, previewIn, previewOf } from './preview-parts';

const BOARD = {
  at: '2026-03-04T10:00:00Z',
  site: { id: 's', name: 'Main branch', slug: 'main', timezone: 'UTC', address: null },
  tenant: { slug: 'bank', name: 'Bank', branding: { primary_color: '#0b5a8c' } },
  queues: [
    { id: 'closed', name: 'Loans', prefix: 'L', status: 'closed', services: [{ id: 'l', name: 'Loan' }], estimate: null },
    { id: 'q', name: 'Deposit', prefix: 'D', status: 'open', services: [{ id: 'd', name: 'Deposit' }], estimate: { serving: true } },
  ],
} as unknown as SiteBoard;

it('shows a ticket of a line that takes people, as whoever waits sees it', () => {
  const ticket = sampleTicket(BOARD);
  expect(ticket).toMatchObject({ number: 'D-042', service: { name: 'Deposit' }, site: { name: 'Main branch' }, people_ahead: 3 });
  expect(ticket === null ? null : phaseOf(ticket)).toBe('waiting');
  expect(sampleTicket({ ...BOARD, queues: [] })).toBeNull();
});

it('hears its form and nothing else that is said in the window', () => {
  const shown = { board: BOARD, config: { layout: 'split' as const } };
  expect(previewIn(JSON.parse(JSON.stringify(previewOf(shown))))).toEqual(shown);
  for (const other of [null, 'usher.preview.show', { board: BOARD }, { kind: 'else', ...shown }, { kind: 'usher.preview.show' }]) expect(previewIn(other)).toBeNull();
});

it('wears colours that are not saved yet', () => {
  const branding = { primary_color: '#a3131f', accent_color: null, logo_url: null, logo_dark_url: null, tagline: 'Welcome' };
  expect(branded(BOARD, branding).tenant).toEqual({ slug: 'bank', name: 'Bank', branding });
  expect(BOARD.tenant.branding.primary_color).toBe('#0b5a8c');
});
