import { api, withQuery } from '~/api/client';
import type { Page, Ticket } from '~/api/shapes';

/** The most tickets of one answer. */
const PAGE = 200;

/** Tickets in the order in which they are called, and whether others stand behind them. */
export interface FirstInLine {
  readonly tickets: readonly Ticket[];
  readonly more: boolean;
}

/** The first `count` tickets of a list, the head of the line first: whoever has waited longest is never cut off. */
export async function firstInLine(path: string, count: number): Promise<FirstInLine> {
  // Whoever is moved between two pages may be on both.
  const found = new Map<string, Ticket>();
  let cursor: string | null = null;
  do {
    const page: Page<Ticket> = await api.get<Page<Ticket>>(withQuery(path, { order: 'line', limit: Math.min(PAGE, count - found.size), cursor }));
    for (const ticket of page.items) found.set(ticket.id, ticket);
    cursor = page.next_cursor;
  } while (cursor !== null && found.size < count);
  return { tickets: [...found.values()], more: cursor !== null };
}
