import { Button } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Ticket } from '~/api/shapes';
import { Receipt, usePrint, type Printable } from '~/shared/print/receipt';
import { useTenantPath } from '../session';

interface Reprint {
  readonly ticket: Ticket;
  readonly site_name: string;
  readonly site_address: string | null;
  readonly url: string;
}

/** Prints a ticket on 80 mm paper, as the kiosk does: number, service, time and the code that opens its page. */
export function PrintButton({ ticket, timeZone, off }: { ticket: Ticket; timeZone: string; off: boolean }) {
  const { t } = useTranslation('reception');
  const base = useTenantPath();
  const [data, setData] = useState<Reprint | null>(null);
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle');
  const print = () => {
    if (state === 'busy' || off) return;
    setState('busy');
    api.post<Reprint>(`${base}/tickets/${ticket.id}/reprint`).then(
      (answer) => {
        setData(answer);
        setState('idle');
      },
      () => setState('failed'),
    );
  };
  return (
    <>
      <Button variant="default" leftSection={<IconPrinter size={20} />} aria-label={t('print.of', { number: ticket.number })} aria-disabled={off} data-disabled={off || undefined} aria-busy={state === 'busy'} onClick={print} data-testid="reception-print">
        {state === 'failed' ? t('print.again') : t('print.open')}
      </Button>
      {data !== null && <Paper data={data} timeZone={timeZone} onPrinted={() => setData(null)} />}
    </>
  );
}

/** One paper at a time: it leaves the page when it has been printed. */
function Paper({ data, timeZone, onPrinted }: { data: Reprint; timeZone: string; onPrinted: () => void }) {
  usePrint(true);
  useEffect(() => {
    window.addEventListener('afterprint', onPrinted, { once: true });
    return () => window.removeEventListener('afterprint', onPrinted);
  }, [onPrinted]);
  const { ticket } = data;
  const printable: Printable = {
    number: ticket.number,
    issued_at: ticket.issued_at,
    site: { name: data.site_name, address: data.site_address, timezone: timeZone },
    service: { name: ticket.service_name },
    estimate: ticket.estimate,
  };
  return <Receipt ticket={printable} url={new URL(data.url, location.origin).href} />;
}
