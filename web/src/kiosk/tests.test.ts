import { expect, it } from 'vitest';
import { ApiFault, NetworkFault } from '~/api/fault';
import { printOutcome } from './tests';

it('says of a printer what it said of itself', () => {
  const refused = (code: string) => printOutcome(new ApiFault(503, { code }, null));
  expect(refused('printer_out_of_paper')).toBe('no_paper');
  expect(refused('printer_away')).toBe('printer_away');
  expect(refused('printer_not_allowed')).toBe('printer_away');
  expect(refused('no_printer')).toBe('no_printer');
  expect(refused('internal')).toBe('failed');
  expect(printOutcome(new NetworkFault(new Error('cut')))).toBe('failed');
});
