import { expect, it } from 'vitest';
import { namedIn } from './use-named';

const services = [{ name: 'Loan Office', names: { ar: 'مكتب القروض', 'de-CH': 'Kredite' } }];

it('says services and their lines by the names that the tenant gave them', () => {
  expect(namedIn(services, 'ar', 'Loan Office')).toBe('مكتب القروض');
  expect(namedIn(services, 'fr', 'Loan Office')).toBe('Loan Office');
  expect(namedIn(services, 'ar', 'Counter two')).toBe('Counter two');
  expect(namedIn([], 'ar', 'Loan Office')).toBe('Loan Office');
});
