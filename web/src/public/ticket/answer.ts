import type { FeedbackForm } from '~/api/shapes';

/** What somebody says of a service, as the form has it. */
export interface Answer {
  /** 1 to 5; nothing can be sent without it. */
  readonly csat: number | null;
  /** 0 to 10, for who wants to. */
  readonly nps: number | null;
  readonly tags: readonly string[];
  readonly comment: string;
}

export const NOTHING: Answer = { csat: null, nps: null, tags: [], comment: '' };

/** An answer as this phone keeps it, until the server has it. */
export interface KeptAnswer {
  readonly secret: string;
  readonly answer: Answer;
  /** Under which it is sent, once somebody has: the same again is answered and not counted twice. */
  readonly key: string | null;
  readonly at: number;
}

const STORE = 'usher.feedback';
/** As long as the server takes answers. */
const KEEP_MS = 30 * 24 * 3600_000;

/** What was chosen for a ticket and has not arrived. */
export function keptAnswer(secret: string): KeptAnswer | null {
  try {
    const text = localStorage.getItem(STORE);
    if (text === null) return null;
    const kept = JSON.parse(text) as KeptAnswer;
    if (Date.now() - kept.at > KEEP_MS) {
      localStorage.removeItem(STORE);
      return null;
    }
    return kept.secret === secret ? kept : null;
  } catch {
    return null; // no storage, or not written by us
  }
}

/** Keeps what was chosen; an answer that waits to be sent has its key. */
export function keepAnswer(secret: string, answer: Answer, key: string | null): void {
  try {
    localStorage.setItem(STORE, JSON.stringify({ secret, answer, key, at: Date.now() } satisfies KeptAnswer));
  } catch {
    // Without storage it is kept as long as the page is open.
  }
}

/** Forgets what was kept for a ticket: the server has it, or will never take it. */
export function forgetAnswer(secret: string): void {
  try {
    if (keptAnswer(secret) !== null) localStorage.removeItem(STORE);
  } catch {
    // nothing was kept
  }
}

const GOOD = ['friendly', 'quick', 'helpful', 'tidy'] as const;
const BAD = ['slow', 'unfriendly', 'unhelpful', 'crowded'] as const;
export type Tag = (typeof GOOD)[number] | (typeof BAD)[number];

/** The words that go with a mark: praise, complaint, or both in the middle. */
export function tagsFor(csat: number): readonly Tag[] {
  if (csat >= 4) return GOOD;
  return csat <= 2 ? BAD : [...GOOD, ...BAD];
}

/** Another mark: words that no longer go with it are let go of. */
export function marked(answer: Answer, csat: number): Answer {
  const fitting: readonly string[] = tagsFor(csat);
  return { ...answer, csat, tags: answer.tags.filter((tag) => fitting.includes(tag)) };
}

/** An answer as the API takes it. */
export function bodyOf({ csat, nps, tags, comment }: Answer): object {
  const words = comment.trim();
  return { csat, tags, ...(nps !== null && { nps }), ...(words !== '' && { comment: words }) };
}

/** What the page shows where nobody has sent anything from here. */
export function stateOf(form: FeedbackForm): 'asking' | 'said' | 'late' {
  if (form.open) return 'asking';
  return form.given_at === null ? 'late' : 'said';
}
