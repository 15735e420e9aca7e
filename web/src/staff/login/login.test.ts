import { expect, it } from 'vitest';
import { safeNext } from './next';
import { wished } from './page';
import { mailedLink } from './password';

it('goes on to our own pages only', () => {
  expect(safeNext('/agent?x=1')).toBe('/agent?x=1');
  for (const bad of ['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', undefined, 7]) {
    expect(safeNext(bad)).toBeNull();
  }
});

it('reads the secret of a mailed link', () => {
  expect(mailedLink('#reset=usm_a-B')).toEqual({ what: 'reset', secret: 'usm_a-B' });
  expect(mailedLink('#verify=usm_x')).toEqual({ what: 'verify', secret: 'usm_x' });
  expect(mailedLink('#invitation=usi_x')).toEqual({ what: 'invitation', secret: 'usi_x' });
  for (const other of ['', '#', '#reset=', '#token=usd_x', '#reset=<b>']) expect(mailedLink(other)).toBeNull();
});

it('reads from the address that an account is to be made, and where', () => {
  expect(wished({ create: true, tenant: 'demo-bank' })).toEqual({ create: true, tenant: 'demo-bank' });
  // The router reads what looks like a number as one.
  expect(wished({ create: 'true', tenant: 24 })).toEqual({ create: true, tenant: '24' });
  expect(wished({ create: 'no', tenant: {} })).toEqual({ create: false, tenant: null });
});
