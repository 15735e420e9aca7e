import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { ApiFault } from '~/api/fault';
import type { DeviceSelf, Frame, TestOutcome } from '~/api/shapes';
import { chimes, speaks, useTests } from '~/device/tests';
import type { Device } from '~/device/use-device';
import { isLanguage, LANGUAGES } from '~/i18n/languages';
import { Receipt, usePrint, type Printable } from '~/shared/print/receipt';
import { printsAfar } from './done';

/** What a refusal of the printer on the network says of a test. */
export function printOutcome(error: unknown): TestOutcome {
  const code = error instanceof ApiFault ? error.code : '';
  if (code === 'printer_out_of_paper') return 'no_paper';
  if (code === 'no_printer') return 'no_printer';
  return code === 'printer_away' || code === 'printer_not_allowed' ? 'printer_away' : 'failed';
}

/** A slip that says that it is a test; no ticket has its number. */
function TestSlip({ about, service, issued, onPrinted }: { about: DeviceSelf; service: string; issued: string; onPrinted: () => void }) {
  const { name, address, timezone } = about.site;
  const ticket: Printable = { number: 'TEST', issued_at: issued, site: { name, address, timezone }, service: { name: service }, estimate: null };
  usePrint(true, onPrinted);
  return <Receipt ticket={ticket} url={location.origin} />;
}

/** Prints, chimes or speaks as `frame` asks a kiosk to; draws the slip that it prints by itself. */
export default function KioskTests({ device, about, frame }: { device: Device; about: DeviceSelf; frame: Frame }) {
  const { t } = useTranslation('kiosk');
  const [printing, setPrinting] = useState(false);
  const printed = useRef<((outcome: TestOutcome) => void) | null>(null);
  const config = about.device.config ?? {};
  const name = about.device.name;
  const locale = about.tenant.locale;
  const language = isLanguage(locale) ? locale : 'en';
  const networked = printsAfar(config);
  const byItself = config.printer === true;
  const ownPrint = () =>
    new Promise<TestOutcome>((done) => {
      // Somebody's ticket is on its way to the paper.
      if (document.getElementById('print') !== null) {
        done('busy');
        return;
      }
      printed.current = done;
      setPrinting(true);
    });
  const print = async (): Promise<TestOutcome> => {
    if (config.paper === 'out') return 'no_paper';
    if (networked) {
      try {
        await api.post('/api/v1/device/print-test', {}, { token: device.token ?? undefined });
        return 'done';
      } catch (error) {
        // As with a ticket: the one at the machine prints what the one on the network does not.
        if (!byItself) return printOutcome(error);
      }
    }
    return byItself ? ownPrint() : 'no_printer';
  };
  const tests = useTests(device, {
    print,
    chime: chimes,
    voice: () => speaks(t('test.spoken', { name }), LANGUAGES[language].locale.split('-u-')[0] ?? language),
  });
  const done = useCallback(() => {
    setPrinting(false);
    printed.current?.('done');
    printed.current = null;
  }, []);
  const service = t('test.slip', { name });
  // When the server asked for it, whatever this machine's clock says.
  const { at } = frame;
  const slip = useMemo(() => (printing ? <TestSlip about={about} service={service} issued={at ?? new Date().toISOString()} onPrinted={done} /> : null), [printing, about, service, at, done]);
  useEffect(() => {
    tests(frame);
  }, [tests, frame]);
  return slip;
}
