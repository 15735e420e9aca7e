import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { ApiFault } from '~/api/fault';
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

/** Has the server print a ticket at the kiosk's network printer, once; the code of its refusal when it could not. */
function useNetworkPrint(secret: string | null, token: string | null): string | null {
  const [failed, setFailed] = useState<string | null>(null);
  const sent = useRef<string | null>(null);
  useEffect(() => {
    if (secret === null || sent.current === secret) return;
    sent.current = secret;
    api.post(`/api/v1/device/tickets/${encodeURIComponent(secret)}/print`, {}, { token: token ?? undefined }).catch((error: unknown) => setFailed(error instanceof ApiFault ? error.code : ''));
  }, [secret, token]);
  return failed;
}

/** Whether the server prints this kiosk's tickets: at a printer on record, or at an address. */
export function printsAfar({ printer_id: onRecord, printer_address: address }: DeviceConfig): boolean {
  return (onRecord ?? address ?? '') !== '';
}

/** What a person is told where no slip comes out: nothing, that there is no paper, or that the printer is silent. */
export function withoutSlip(config: DeviceConfig, failed: string | null): null | 'noPaper' | 'noSlip' {
  if (config.paper === 'out') return 'noPaper';
  // The printer at the machine prints what the one on the network does not.
  if (failed === null || config.printer === true) return null;
  return failed === 'printer_out_of_paper' ? 'noPaper' : 'noSlip';
}

/** The number, where to keep it, and how long it may take. */
export function Done({ ticket, config, token, say, onDone }: Props) {
  const { t } = useTranslation(['kiosk', 'common']);
  const url = addressOf(ticket, config);
  const paperOut = config.paper === 'out';
  const prints = config.printer === true && !paperOut;
  const networked = printsAfar(config) && !paperOut && ticket.can.length > 0;
  const failed = useNetworkPrint(networked ? ticket.secret : null, token);
  // What the network printer does not take comes out of the one at the machine, where there is one.
  usePrint(prints && (!networked || failed !== null));
  const without = withoutSlip(config, failed);
  const number = t('kiosk:done.spoken', { number: spell(ticket.number, String) });
  const spoken = without === null ? number : `${number} ${t(`kiosk:done.${without}`)}`;
  useEffect(() => {
    announcements.say(spoken);
    say(spoken);
  }, [spoken, say]);
  return (
    <section className={styles.done}>
      <h1 className={styles.doneTitle} tabIndex={-1}>{prints || (networked && failed === null) ? t('kiosk:done.take') : t('kiosk:done.title')}</h1>
      <p className={styles.number}>
        <TicketNumber number={ticket.number} testId="kiosk-number" />
      </p>
      <div className={styles.doneFacts}>
        <div className={styles.doneText}>
          <p className={styles.doneRange}>
            <WaitRange estimate={ticket.estimate} />
          </p>
          {ticket.people_ahead !== null && <p>{t('kiosk:done.ahead', { count: ticket.people_ahead })}</p>}
          {without === null ? (
            <p className={styles.scan}>{t('kiosk:done.scan')}</p>
          ) : (
            <p className={styles.siteNotice} data-testid="kiosk-no-slip">
              {t(`kiosk:done.${without}`)}
            </p>
          )}
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
