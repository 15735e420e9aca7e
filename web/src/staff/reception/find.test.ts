import { expect, it } from 'vitest';
import { scanned } from './find';

it('takes the secret of a scanned ticket, and nothing that somebody types', () => {
  expect(scanned('https://bank.example/t/ustAbC-0123456789_abcdef\n')).toBe('ustAbC-0123456789_abcdef');
  for (const typed of ['D-042', 'Ana', '0171 234', '/t/short', 'https://bank.example/s/demo/main']) expect(scanned(typed)).toBeNull();
});
