import { expect, it } from 'vitest';
import { rewardCode } from './reward';

it('takes the code of a reward however it was typed or scanned', () => {
  expect(rewardCode(' kx7p-3mra ')).toBe('KX7P3MRA');
  expect(rewardCode('KX7P 3MRA and more')).toBe('KX7P3MRA');
});
