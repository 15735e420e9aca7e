import type { Ticket } from '~/api/shapes';
import { may, useUser } from '../session';

/** What each operation on a ticket takes. */
const SCOPES: Record<string, string> = {
  call: 'tickets:call',
  recall: 'tickets:call',
  skip: 'tickets:call',
  mark_no_show: 'tickets:call',
  reinstate: 'tickets:call',
  start_service: 'tickets:serve',
  pause: 'tickets:serve',
  resume: 'tickets:serve',
  close: 'tickets:serve',
  park: 'tickets:serve',
  unpark: 'tickets:serve',
  postpone: 'tickets:serve',
  transfer: 'tickets:serve',
  confirm_priority: 'tickets:serve',
  reprioritise: 'tickets:manage',
  move: 'tickets:manage',
  cancel: 'tickets:issue',
};

/** Whether the ticket's state and the user's rights permit an operation; a button for anything else would be dead. */
export function useCan(): (ticket: Ticket | undefined, operation: string) => boolean {
  const user = useUser();
  return (ticket, operation) => ticket?.allowed.includes(operation) === true && may(user, SCOPES[operation] ?? operation);
}
