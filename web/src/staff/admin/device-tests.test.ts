import { expect, it } from 'vitest';
import { ApiFault } from '~/api/fault';
import { printedAs, tasksOf, testedIn } from './device-tests';

it('asks of a device only what it has', () => {
  expect(tasksOf('kiosk')).toEqual(['print', 'chime', 'voice']);
  expect(tasksOf('display')).toEqual(['chime', 'voice']);
  expect(tasksOf('printer')).toEqual(['print']);
  expect(tasksOf('till')).toEqual([]);
});

it('says of a printer what the server was refused with there, and of anything else that it is a refusal', () => {
  const refused = (code: string) => printedAs(new ApiFault(503, { code }, null));
  expect([refused('printer_out_of_paper'), refused('printer_away'), refused('printer_not_allowed'), printedAs(new Error('cut'))]).toEqual(['no_paper', 'printer_away', null, null]);
});

it('hears of an answer as it comes, and of one that came before', () => {
  const test = { id: '1', what: 'chime', asked_at: '2026-03-04T10:00:00Z', outcome: 'done', answered_at: '2026-03-04T10:00:01Z' };
  expect(testedIn({ type: 'device.tested', data: { device_id: 'd', test } })).toEqual(test);
  expect(testedIn({ type: 'snapshot', data: { id: 'd', test } })).toEqual(test);
  expect(testedIn({ type: 'snapshot', data: null })).toBeNull();
  expect(testedIn({ type: 'device.test', data: { test } })).toBeNull();
});
