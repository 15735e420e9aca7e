import { useSyncExternalStore } from 'react';

/**
 * Notes that are not sent yet, by ticket. They outlive the call of the next ticket, a cut line and a reload, and
 * never move to another person.
 */
const STORE = 'usher.agent.drafts';
const KEPT = 50;

type Drafts = Readonly<Record<string, string>>;

function stored(): Drafts {
  try {
    return JSON.parse(sessionStorage.getItem(STORE) ?? '{}') as Drafts;
  } catch {
    return {};
  }
}

let drafts: Drafts = stored();
const listeners = new Set<() => void>();

/** Keeps what is written for a ticket; an empty text forgets it. */
export function setDraft(ticket: string, text: string): void {
  const others = Object.entries(drafts).filter(([id]) => id !== ticket);
  drafts = Object.fromEntries([...others, ...(text === '' ? [] : [[ticket, text] as const])].slice(-KEPT));
  try {
    sessionStorage.setItem(STORE, JSON.stringify(drafts));
  } catch {
    // storage can be forbidden; the drafts then last as long as the page
  }
  for (const f of listeners) f();
}

/** What is written for a ticket and not sent; absent when there is nothing to send. */
export function draftOf(ticket: string | undefined): string | undefined {
  const text = ticket === undefined ? '' : (drafts[ticket] ?? '').trim();
  return text === '' ? undefined : text;
}

/** The same as a live text. */
export function useDraft(ticket: string): string {
  return useSyncExternalStore(
    (f) => {
      listeners.add(f);
      return () => listeners.delete(f);
    },
    () => drafts[ticket] ?? '',
  );
}
