import { expect, it } from 'vitest';
import type { DeviceConfig } from '~/api/shapes';
import { printsAfar, withoutSlip } from './done';

it.each([
  // What the set-up says, what the network printer answered, and what the person is told.
  [{}, null, null],
  [{ printer: true, paper: 'low' }, null, null],
  [{ printer: true, paper: 'out' }, null, 'noPaper'],
  [{ printer_address: '10.0.0.7:9100' }, null, null],
  [{ printer_address: '10.0.0.7:9100' }, 'printer_out_of_paper', 'noPaper'],
  [{ printer_address: '10.0.0.7:9100' }, 'printer_away', 'noSlip'],
  [{ printer_address: '10.0.0.7:9100' }, '', 'noSlip'],
  // The printer at the machine prints instead.
  [{ printer: true, printer_address: '10.0.0.7:9100' }, 'printer_out_of_paper', null],
] as const)('%o and %s: %s', (config, failed, said) => {
  expect(withoutSlip(config, failed)).toBe(said);
});

it('has the server print where the kiosk has a printer on record, or the address of one', () => {
  const configs: DeviceConfig[] = [{}, { printer: true }, { printer_address: '' }, { printer_address: '10.0.0.7:9100' }, { printer_id: '0190a0a0-0000-7000-8000-000000000003' }];
  expect(configs.map((config) => printsAfar(config))).toEqual([false, false, false, true, true]);
});
