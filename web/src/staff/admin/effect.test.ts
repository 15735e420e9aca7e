import { expect, it } from 'vitest';
import { seenOn } from './effect';

const DEVICES = [
  { type: 'kiosk', site_id: 'main' },
  { type: 'display', site_id: 'main' },
  { type: 'display', site_id: 'north' },
  { type: 'printer', site_id: 'main' },
] as const;

it('counts the screens that show what is saved', () => {
  expect(seenOn('queues', 'main', DEVICES)).toBe(2);
  expect(seenOn('branding', undefined, DEVICES)).toBe(3);
  expect(seenOn('settings', undefined, DEVICES)).toBe(2);
  expect(seenOn('sites', 'south', DEVICES)).toBe(0);
  expect(seenOn('programme', undefined, DEVICES)).toBe(0);
});
