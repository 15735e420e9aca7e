import { expect, it } from 'vitest';
import type { Shift } from '~/api/shapes';
import { lateAt } from './late';

const shift = (id: string, more: Partial<Shift> = {}): Shift => ({ id, site_id: 's', user_id: id, user_name: id, starts_at: '2026-11-26T09:00:00Z', ends_at: '2026-11-26T17:00:00Z', note: '', published: true, clocked_in_at: null, clocked_out_at: null, late: false, version: 1, updated_at: '2026-11-26T08:00:00Z', ...more });
const at = (time: string) => Date.parse(`2026-11-26T${time}Z`);

it('is late five minutes after the begin, by the clock alone, and no longer once the shift is over', () => {
  const one = [shift('a')];
  expect(lateAt(one, at('09:05:00'))).toEqual([]);
  expect(lateAt(one, at('09:05:01'))).toEqual(one);
  expect(lateAt(one, at('17:00:00'))).toEqual([]);
});

it('leaves out who has come and what is not published, and names the longest overdue first', () => {
  const all = [shift('b', { starts_at: '2026-11-26T09:30:00Z' }), shift('came', { clocked_in_at: '2026-11-26T09:01:00Z' }), shift('draft', { published: false }), shift('a')];
  expect(lateAt(all, at('10:00:00')).map((one) => one.id)).toEqual(['a', 'b']);
});
