import { describe, expect, it } from 'vitest';
import { screenAt } from './screens';

const params = (path: string) => screenAt(path)?.params;

describe('addresses', () => {
  it('give a screen its parts', () => {
    expect(params('/')).toEqual({});
    expect(params('/s/demo-bank/main')).toEqual({ tenant: 'demo-bank', site: 'main' });
    expect(params('/t/a%20b/')).toEqual({ secret: 'a b' });
    // Where a phone begins that keeps the page of its ticket: whichever ticket it has.
    expect(params('/t/')).toEqual({ secret: '' });
    expect(params('/book')).toEqual({});
    expect(params('/book/demo-bank/main')).toEqual({ tenant: 'demo-bank', site: 'main' });
    expect(params('/appointments/abc')).toEqual({ secret: 'abc' });
    expect(params('/waitlist/abc/')).toEqual({ secret: 'abc' });
    expect(params('/kiosk')).toEqual({});
    expect(params('/preview/display')).toEqual({ what: 'display' });
  });
  it('that are public but name nothing have no screen', () => {
    for (const path of ['/s/demo-bank', '/s/a/b/c', '/t', '/t/%E0%A4%A', '/kiosk/x', '/preview/admin', '/book/a', '/appointments/a/b']) expect(screenAt(path), path).toBe(null);
  });
  it('of staff are left to the router of staff', () => {
    for (const path of ['/login', '/agent', '/admin/x', '/tickets', '/settings', '/appointments', '/appointments/']) expect(screenAt(path), path).toBe(undefined);
  });
});
