import { expect, it } from 'vitest';
import { tasksOf } from './device-tests';

it('asks of a device only what it has', () => {
  expect(tasksOf('kiosk')).toEqual(['print', 'chime', 'voice']);
  expect(tasksOf('display')).toEqual(['chime', 'voice']);
  expect(tasksOf('printer')).toEqual([]);
});
