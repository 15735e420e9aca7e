import { expect, it } from 'vitest';
import { worstRoutes } from './health';

const route = (path: string, failed: number, p99_ms: number) => ({ method: 'GET', path, requests: 9, refused: 0, failed, p50_ms: 1, p99_ms });

it('shows what failed before what is slow, and not everything', () => {
  const routes = [route('/fast', 0, 1), route('/slow', 0, 900), route('/broken', 2, 5), ...Array.from({ length: 20 }, (_, n) => route(`/${n}`, 0, 0))];
  const shown = worstRoutes(routes);
  expect(shown.slice(0, 3).map((one) => one.path)).toEqual(['/broken', '/slow', '/fast']);
  expect(shown).toHaveLength(10);
});
