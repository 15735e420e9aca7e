import type { BoardQueue, IssuedTicket, ServiceCard, SiteBoard } from '~/api/shapes';
import { REFERENCE_LENGTH } from './reference';

/** What the person in front of the kiosk sees. */
export type Step =
  | { readonly at: 'home'; readonly group: string | null; readonly page: number }
  | { readonly at: 'phone'; readonly service: ServiceCard; readonly digits: string }
  /** Help, and several services at once. */
  | { readonly at: 'wishes' }
  | { readonly at: 'code'; readonly typed: string }
  | { readonly at: 'number'; readonly digits: string }
  | { readonly at: 'scan' }
  /** `booked` is what was typed, where somebody checks in. */
  | { readonly at: 'issuing'; readonly booked: Typed | null }
  | { readonly at: 'done'; readonly ticket: IssuedTicket }
  | { readonly at: 'refused'; readonly why: Refusal; readonly detail: string; readonly booked: Typed | null };

/** What somebody typed to check in with: the code of a booking, or the telephone number that they left with it. */
export interface Typed {
  readonly by: 'code' | 'number';
  readonly text: string;
}

/** Why there is no ticket, in the words that a person needs. */
export type Refusal = 'offline' | 'full' | 'paused' | 'closed' | 'limit' | 'other' | BookingRefusal;

/** Why nobody can be checked in with a booking. */
export type BookingRefusal = 'no_network' | 'unknown' | 'no_number' | 'shared' | 'early' | 'late' | 'here' | 'over' | 'held' | 'elsewhere';

export type Move =
  | { readonly do: 'wipe' }
  | { readonly do: 'group'; readonly id: string }
  | { readonly do: 'page' }
  | { readonly do: 'ask_wishes' }
  | { readonly do: 'ask_phone'; readonly service: ServiceCard }
  | { readonly do: 'digits'; readonly digits: string }
  | { readonly do: 'ask_code' }
  | { readonly do: 'ask_number' }
  /** Back to what was typed before a refusal. */
  | { readonly do: 'again' }
  | { readonly do: 'scan' }
  | { readonly do: 'code'; readonly typed: string }
  | { readonly do: 'check_in' }
  | { readonly do: 'issue'; readonly service: ServiceCard }
  | { readonly do: 'issued'; readonly ticket: IssuedTicket }
  | { readonly do: 'refused'; readonly why: Refusal; readonly detail: string };

export const HOME: Step = { at: 'home', group: null, page: 0 };
const LONGEST_PHONE = 16;

/** The next step. Moves that do not fit the step they meet change nothing: a late answer finds another person. */
export function next(step: Step, move: Move): Step {
  switch (move.do) {
    case 'wipe':
      return HOME;
    case 'group':
      return step.at === 'home' ? { at: 'home', group: move.id, page: 0 } : step;
    case 'page':
      return step.at === 'home' ? { ...step, page: step.page + 1 } : step;
    case 'ask_wishes':
      return step.at === 'home' ? { at: 'wishes' } : step;
    case 'ask_phone':
      return step.at === 'home' || step.at === 'wishes' ? { at: 'phone', service: move.service, digits: '' } : step;
    case 'digits':
      return step.at === 'phone' || step.at === 'number' ? { ...step, digits: move.digits.slice(0, LONGEST_PHONE) } : step;
    case 'ask_code':
      return step.at === 'home' || step.at === 'scan' || step.at === 'number' ? { at: 'code', typed: '' } : step;
    case 'ask_number':
      return step.at === 'code' ? { at: 'number', digits: '' } : step;
    case 'again':
      if (step.at !== 'refused' || step.booked === null) return step;
      return step.booked.by === 'code' ? { at: 'code', typed: step.booked.text } : { at: 'number', digits: step.booked.text };
    case 'scan':
      return step.at === 'home' || step.at === 'code' ? { at: 'scan' } : step;
    case 'code':
      return step.at === 'code' ? { at: 'code', typed: move.typed.slice(0, REFERENCE_LENGTH) } : step;
    case 'check_in':
      if (step.at === 'code') return { at: 'issuing', booked: { by: 'code', text: step.typed } };
      if (step.at === 'number') return { at: 'issuing', booked: { by: 'number', text: step.digits } };
      return step.at === 'scan' ? { at: 'issuing', booked: { by: 'code', text: '' } } : step;
    case 'issue':
      return step.at === 'home' || step.at === 'wishes' || step.at === 'phone' ? { at: 'issuing', booked: null } : step;
    case 'issued':
      return step.at === 'issuing' ? { at: 'done', ticket: move.ticket } : step;
    case 'refused':
      return step.at === 'issuing' ? { at: 'refused', why: move.why, detail: move.detail, booked: step.booked } : step;
  }
}

/** One service as a tile: the queue that would take the ticket soonest stands for it. */
export interface Tile {
  readonly service: ServiceCard;
  readonly queue: BoardQueue;
}

/** More tiles than this do not fit one screen of a kiosk; then a screen with the lines comes first. */
export const MOST_TILES = 8;

/** What stands on the `page`th screen of `all` when `room` tiles fit: with more than fit, the last tile turns the page. */
export function pageOf<T>(all: readonly T[], room: number, page: number): { shown: T[]; more: boolean } {
  if (all.length <= room) return { shown: [...all], more: false };
  const each = Math.max(1, room - 1);
  const at = (page % Math.ceil(all.length / each)) * each;
  return { shown: all.slice(at, at + each), more: true };
}

/** Tickets that one kiosk gives in `BURST_MS` before it thinks that one person takes them all. */
const BURST = 5;
const BURST_MS = 30_000;

/** Lets a ticket through unless too many were taken just now; a hand that keeps tapping is told so. */
export class TicketGate {
  private taken: number[] = [];

  /** Whether another ticket may be taken now. */
  open(now = Date.now()): boolean {
    this.taken = this.taken.filter((at) => now - at < BURST_MS);
    return this.taken.length < BURST;
  }

  /** Notes a ticket that was given. */
  note(now = Date.now()): void {
    this.taken.push(now);
  }
}

const RANK = { open: 0, full: 1, paused: 2, closed: 3 } as const;

function better(a: BoardQueue, b: BoardQueue): boolean {
  if (a.status !== b.status) return RANK[a.status] < RANK[b.status];
  if (a.estimate.serving !== b.estimate.serving) return a.estimate.serving;
  return (a.estimate.p50 ?? Infinity) < (b.estimate.p50 ?? Infinity);
}

/** Every service of the site once, in the order of the lines. */
export function tilesOf(board: SiteBoard, group: string | null = null): Tile[] {
  const tiles = new Map<string, Tile>();
  for (const queue of board.queues) {
    if (group !== null && queue.id !== group) continue;
    for (const service of queue.services) {
      const known = tiles.get(service.id);
      if (known === undefined || better(queue, known.queue)) tiles.set(service.id, { service, queue });
    }
  }
  return [...tiles.values()];
}

/** What a refusal's status and code mean to the person. */
export function refusalOf(status: number, code: string): Refusal {
  if (status === 429 || /limit|too_many/.test(code)) return 'limit';
  if (code.includes('full')) return 'full';
  if (code.includes('paused')) return 'paused';
  if (/closed|hours|inactive|suspended/.test(code)) return 'closed';
  return 'other';
}
