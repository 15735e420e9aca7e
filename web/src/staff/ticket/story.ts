/** One thing that happened to a ticket, as the API tells it. */
export interface Happening {
  readonly at: string;
  readonly kind: string;
  readonly actor: { readonly kind: string; readonly id: string | null };
  readonly payload: unknown;
  /** Why, in the words of whoever did it; null where nothing was said, or it was erased with the person. */
  readonly reason: string | null;
}

/** What of a happening is told beside its name. */
export interface Facts {
  readonly channel?: string;
  readonly queue_id?: string;
  readonly counter_id?: string;
  readonly class?: string;
  readonly parked_until?: string;
  readonly outcome?: string;
  readonly cause?: string;
  readonly undone?: string;
  readonly reason?: string;
}

type Fact = Exclude<keyof Facts, 'reason'>;

/** What is worth telling of each kind; of the others only the reason, where there is one. */
const TOLD: Readonly<Record<string, readonly Fact[]>> = {
  issued: ['channel', 'queue_id'],
  called: ['counter_id'],
  recalled: ['counter_id'],
  started: ['counter_id'],
  completed: ['outcome'],
  wrap_up: ['outcome'],
  transferred: ['queue_id', 'counter_id'],
  moved: ['queue_id'],
  parked: ['parked_until'],
  reprioritised: ['class'],
  priority_confirmed: ['class'],
  cancelled: ['cause'],
  expired: ['cause'],
  undone: ['undone'],
};

/** The name of a kind without what it is about: `ticket.called` is `called`. */
export const kindOf = (kind: string): string => kind.replace(/^ticket\./, '');

/** The facts of a happening that are told. */
export function factsOf({ kind, payload, reason }: Pick<Happening, 'kind' | 'payload' | 'reason'>): Facts {
  const all = typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>) : {};
  const told = (TOLD[kindOf(kind)] ?? []).flatMap((fact) => (typeof all[fact] === 'string' && all[fact] !== '' ? [[fact, all[fact]]] : []));
  const facts = Object.fromEntries(told) as Facts;
  return reason === null || reason === '' ? facts : { ...facts, reason };
}
