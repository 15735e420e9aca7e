import type { PublicTicket } from '~/api/shapes';

/** This phone's own ticket as it was last seen, so that a reload without network still shows the number. */
export interface Kept {
  readonly secret: string;
  readonly number: string;
  readonly ticket: PublicTicket;
}

const STORE = 'usher.ticket';
/** After this long the ticket is history and is forgotten. */
const KEEP_MS = 16 * 3600_000;
const OVER = new Set(['served', 'cancelled', 'expired']);

/** The ticket of this phone while it is not over. */
export function keptTicket(secret?: string): Kept | null {
  try {
    const text = localStorage.getItem(STORE);
    if (text === null) return null;
    const kept = JSON.parse(text) as Kept;
    const old = Date.now() - Date.parse(kept.ticket.at) > KEEP_MS;
    if (old || OVER.has(kept.ticket.status)) {
      localStorage.removeItem(STORE);
      return null;
    }
    return secret === undefined || secret === kept.secret ? kept : null;
  } catch {
    return null; // no storage, or not written by us
  }
}

/** Remembers a ticket, or forgets it when it is over. */
export function keepTicket(secret: string, ticket: PublicTicket): void {
  try {
    if (OVER.has(ticket.status)) {
      if (keptTicket(secret) !== null) localStorage.removeItem(STORE);
    } else {
      localStorage.setItem(STORE, JSON.stringify({ secret, number: ticket.number, ticket } satisfies Kept));
    }
  } catch {
    // Without storage the page still works; it only cannot be reloaded offline.
  }
}
