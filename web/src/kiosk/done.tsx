import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { DeviceConfig, IssuedTicket } from '~/api/shapes';
import { announcements } from '~/live/announce';
import { Receipt, usePrint } from '~/shared/print/receipt';
import { Qr } from '~/shared/qr';
import { TicketNumber } from '~/shared/ticket-number';
import { WaitRange } from '~/shared/wait-estimate';
import { spell } from '~/sound/speech';
import styles from './kiosk.module.css';

interface Props {
  ticket: IssuedTicket;
  config: DeviceConfig;
  /** The kiosk's own. */
  token: string | null;
  say: (text: string) => void;
  onDone: () => void;
}

/** The address of the ticket's page for a phone: the installation's public one, when the kiosk was told it. */
function addressOf(ticket: IssuedTicket, config: DeviceConfig): string {
  const base = typeof config.public_url === 'string' && config.public_url !== '' ? config.public_url : location.origin;
  return new URL(ticket.url, base).href;
}

/** Has the server print a ticket at the kiosk's network printer, once; true when it could not. */
function useNetworkPrint(secret: string | null, token: string | null): boolean {
  const [failed, setFailed] = useState(false);
  const sent = useRef<string | null>(null);
  useEffect(() => {
    if (secret === null || sent.current === secret) return;
    sent.current = secret;
    api.post(`/api/v1/device/tickets/${encodeURIComponent(secret)}/print`, {}, { token: token ?? undefined }).catch(() => setFailed(true));
  }, [secret, token]);
  return failed;
}

/** The number, where to keep it, and how long it may take. */
export function Done({ ticket, config, token, say, onDone }: Props) {
  const { t } = useTranslation(['kiosk', 'common']);
  const url = addressOf(ticket, config);
  const paperOut = config.paper === 'out';
  const prints = config.printer === true && !paperOut;
  const networked = (config.printer_address ?? '') !== '' && !paperOut && ticket.can.length > 0;
  const failed = useNetworkPrint(networked ? ticket.secret : null, token);
  // What the network printer does not take comes out of the one at the machine, where there is one.
  usePrint(prints && (!networked || failed));
  const spoken = t('kiosk:done.spoken', { number: spell(ticket.number, String) });
  useEffect(() => {
    announcements.say(spoken);
    say(spoken);
  }, [spoken, say]);
  return (
    <section className={styles.done}>
      <h1 className={styles.doneTitle} tabIndex={-1}>{prints || (networked && !failed) ? t('kiosk:done.take') : t('kiosk:done.title')}</h1>
      <p className={styles.number}>
        <TicketNumber number={ticket.number} testId="kiosk-number" />
      </p>
      <div className={styles.doneFacts}>
        <div className={styles.doneText}>
          <p className={styles.doneRange}>
            <WaitRange estimate={ticket.estimate} />
          </p>
          {ticket.people_ahead !== null && <p>{t('kiosk:done.ahead', { count: ticket.people_ahead })}</p>}
          {paperOut ? <p className={styles.siteNotice}>{t('kiosk:done.noPaper')}</p> : <p className={styles.scan}>{t('kiosk:done.scan')}</p>}
        </div>
        <Qr text={url} label={t('kiosk:done.qr')} className={styles.qr} testId="kiosk-qr" />
      </div>
      <button type="button" className={`${styles.action} ${styles.primary} ${styles.wide}`} data-testid="kiosk-done" onClick={onDone}>
        {t('common:action.done')}
      </button>
      <Receipt ticket={ticket} url={url} />
    </section>
  );
}
