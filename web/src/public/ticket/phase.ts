import type { PublicTicket } from '~/api/shapes';

/** What the page is about: the ticket's state as the person lives it. */
export type Phase = 'waiting' | 'next' | 'called' | 'serving' | 'parked' | 'missed' | 'done' | 'left' | 'closed' | 'expired';

/** The phase of a ticket. */
export function phaseOf(ticket: PublicTicket): Phase {
  switch (ticket.status) {
    case 'waiting':
      return ticket.people_ahead === 0 ? 'next' : 'waiting';
    case 'called':
      return 'called';
    case 'serving':
    case 'paused':
    case 'wrap_up':
      return 'serving';
    case 'parked':
      return 'parked';
    case 'no_show':
      return 'missed';
    case 'served':
      return 'done';
    case 'expired':
      return 'expired';
    case 'cancelled':
      return ticket.cause === 'line_closed' ? 'closed' : 'left';
  }
}

/** Whether a change is a call: the first one, or a repetition of it. */
export function isNewCall(before: PublicTicket | undefined, now: PublicTicket): 'call' | 'recall' | null {
  if (now.status !== 'called') return null;
  if (before?.status !== 'called') return 'call';
  return before.called_at === now.called_at && before.recalls === now.recalls ? null : 'recall';
}
