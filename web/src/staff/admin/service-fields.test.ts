import { expect, it } from 'vitest';
import { codeOf, withKey } from './service-fields';

it('keeps texts by language in one order, so that what is as before counts as no change', () => {
  const before = { de: 'Einzahlung', fr: 'Dépôt' };
  const more = withKey(before, 'ar', 'إيداع');
  expect(Object.keys(more)).toEqual(['ar', 'de', 'fr']);
  expect(JSON.stringify(withKey(withKey(before, 'de', undefined), 'de', 'Einzahlung'))).toBe(JSON.stringify(before));
  expect(withKey(before, 'fr', undefined)).toEqual({ de: 'Einzahlung' });
});

it('makes a code of what people read', () => {
  expect(['Paid out', '  Sent away! ', 'Übergeben', 'مرفوض', '']).toHaveLength(5);
  expect(['Paid out', '  Sent away! ', 'Re-opened'].map(codeOf)).toEqual(['paid_out', 'sent_away', 're_opened']);
  expect(codeOf('تم الدفع')).toBe('تم_الدفع');
  expect(codeOf('x'.repeat(60))).toHaveLength(40);
});
