import { expect, it } from 'vitest';
import { tasksOf, testedIn } from './device-tests';

it('asks of a device only what it has', () => {
  expect(tasksOf('kiosk')).toEqual(['print', 'chime', 'voice']);
  expect(tasksOf('display')).toEqual(['chime', 'voice']);
  expect(tasksOf('printer')).toEqual([]);
});

it('hears of an answer as it comes, and of one that came before', () => {
  const test = { id: '1', what: 'chime', asked_at: '2026-03-04T10:00:00Z', outcome: 'done', answered_at: '2026-03-04T10:00:01Z' };
  expect(testedIn({ type: 'device.tested', data: { device_id: 'd', test } })).toEqual(test);
  expect(testedIn({ type: 'snapshot', data: { id: 'd', test } })).toEqual(test);
  expect(testedIn({ type: 'snapshot', data: null })).toBeNull();
  expect(testedIn({ type: 'device.test', data: { test } })).toBeNull();
});
