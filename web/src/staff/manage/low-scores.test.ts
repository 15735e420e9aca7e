import { expect, it } from 'vitest';
import { unseen } from './low-scores';

it('shows what came after the last look, and all of it where nobody has looked', () => {
  const all = [{ created_at: '2026-11-26T10:05:00Z' }, { created_at: '2026-11-26T10:00:00Z' }];
  expect(unseen(all, null)).toEqual(all);
  expect(unseen(all, '2026-11-26T10:00:00Z')).toEqual([all[0]]);
  expect(unseen(all, '2026-11-26T10:05:00+00:00')).toEqual([]);
});
