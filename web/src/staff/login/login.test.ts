import { expect, it } from 'vitest';
import { safeNext } from './page';

it('goes on to our own pages only', () => {
  expect(safeNext('/agent?x=1')).toBe('/agent?x=1');
  for (const bad of ['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', undefined, 7]) {
    expect(safeNext(bad)).toBeNull();
  }
});
