import { expect, it } from 'vitest';
import { withoutSlip } from './done';

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
