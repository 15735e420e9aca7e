import { Button } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Ticket } from '~/api/shapes';
import { clock } from '~/i18n/format';
import { Qr } from '~/shared/qr';
import { TicketNumber } from '~/shared/ticket-number';
import { useTenantPath } from '../session';
import styles from './reception.module.css';

interface ReceiptData {
  url?: string;
}

/** Prints a ticket on 80 mm paper: number, service, time and the code that opens its page. */
export function Receipt({ ticket, siteName }: { ticket: Ticket; siteName: string }) {
  const { t } = useTranslation('reception');
  const base = useTenantPath();
  const [data, setData] = useState<ReceiptData | null>(null);
  const [failed, setFailed] = useState(false);
  const print = async () => {
    setFailed(false);
    try {
      setData(await api.post<ReceiptData>(`${base}/tickets/${ticket.id}/reprint`));
      // One paper at a time: it leaves the page when it has been printed.
      window.addEventListener('afterprint', () => setData(null), { once: true });
      // The code is drawn in the next frames; printing before that would leave a white square.
      setTimeout(() => window.print(), 300);
    } catch {
      setFailed(true);
    }
  };
  return (
    <>
      <Button variant="default" size="sm" leftSection={<IconPrinter size={18} />} onClick={() => void print()}>
        {failed ? t('print.again') : t('print.open')}
      </Button>
      {data !== null &&
        createPortal(
          <div className={styles.paper} aria-hidden>
            <p>{siteName}</p>
            <p>{ticket.service_name}</p>
            <p className={styles.paperNumber}>
              <TicketNumber number={ticket.number} />
            </p>
            <p className="num">{clock(ticket.issued_at)}</p>
            {data.url !== undefined && <Qr text={new URL(data.url, location.origin).href} label={t('print.code')} />}
          </div>,
          document.body,
        )}
    </>
  );
}
