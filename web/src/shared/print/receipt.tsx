import { useEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import type { Estimate, PublicTicket } from '~/api/shapes';
import { clock, longDate } from '~/i18n/format';
import { rangeOf } from '../estimate';
import { Qr } from '../qr';
import { TicketNumber } from '../ticket-number';
import { useRangeText } from '../wait-estimate';
import './receipt.css';

const PX_PER_MM = 96 / 25.4;
const LONGEST_MM = 110;

/** The part of a ticket that goes on paper. */
export interface Printable extends Pick<PublicTicket, 'number' | 'issued_at'> {
  readonly site: Pick<PublicTicket['site'], 'name' | 'address' | 'timezone'>;
  readonly service: Pick<PublicTicket['service'], 'name'>;
  readonly estimate: Pick<Estimate, 'p50' | 'p90' | 'after_closing'> | null;
}

/** A ticket for an 80 mm printer. Mount it to make it ready; `print()` of `usePrint` sends it. */
export function Receipt({ ticket, url }: { ticket: Printable; url: string }) {
  const { t } = useTranslation();
  const say = useRangeText();
  const { p50, p90 } = ticket.estimate ?? { p50: null, p90: null };
  const range = p50 !== null && p90 !== null ? rangeOf(p50, p90) : null;
  return createPortal(
    <div id="print" className="print-only receipt">
      <p className="receipt-site">
        <bdi>{ticket.site.name}</bdi>
      </p>
      <p className="receipt-service">
        <bdi>{ticket.service.name}</bdi>
      </p>
      <p className="receipt-number">
        <TicketNumber number={ticket.number} />
      </p>
      {range !== null && <p className="receipt-range num">{say(range)}</p>}
      {range !== null && ticket.estimate?.after_closing === true && <p>{t('estimate.afterClosing')}</p>}
      <p className="num">
        {longDate(ticket.issued_at, ticket.site.timezone)} {clock(ticket.issued_at, ticket.site.timezone)}
      </p>
      <Qr text={url} label={url} className="receipt-qr" />
      {ticket.site.address !== null && (
        <p className="receipt-address">
          <bdi>{ticket.site.address}</bdi>
        </p>
      )}
    </div>,
    document.body,
  );
}

let sheet: CSSStyleSheet | null = null;

/** Sets the paper's length to that of the receipt: `auto` is not allowed there, so it is measured. */
function setPaper(height: number): void {
  const mm = Math.min(Math.ceil(height / PX_PER_MM) + 4, LONGEST_MM);
  sheet ??= new CSSStyleSheet();
  sheet.replaceSync(`@page { size: 80mm ${mm}mm; margin: 2mm 4mm; }`);
  if (!document.adoptedStyleSheets.includes(sheet)) document.adoptedStyleSheets.push(sheet);
}

/** Prints the receipt once, as soon as it and its code are drawn, when `wanted`; `onPrinted` hears that it was sent. */
export function usePrint(wanted: boolean, onPrinted?: () => void): void {
  const printed = useRef(false);
  const told = useRef(onPrinted);
  useEffect(() => {
    told.current = onPrinted;
  });
  useEffect(() => {
    if (!wanted || printed.current) return undefined;
    const started = Date.now();
    const timer = setInterval(() => {
      const receipt = document.getElementById('print');
      const drawn = receipt?.querySelector('.receipt-qr path') != null || Date.now() - started > 1500;
      if (receipt === null || !drawn) return;
      clearInterval(timer);
      printed.current = true;
      receipt.classList.add('receipt-measured');
      setPaper(receipt.getBoundingClientRect().height);
      receipt.classList.remove('receipt-measured');
      window.print();
      told.current?.();
    }, 30);
    return () => clearInterval(timer);
  }, [wanted]);
}
