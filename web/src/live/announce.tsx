import { useSyncExternalStore } from 'react';

/** Polite sentences are at least this far apart. */
const EVERY_MS = 60_000;

interface Said {
  readonly polite: string;
  readonly urgent: string;
  /** Grows with each urgent sentence: the same words again are news, too. */
  readonly urgentNo: number;
}

/** What a screen reader is told: whole sentences, politely at most once a minute, urgently only for a call. */
export class Announcements {
  private said: Said = { polite: '', urgent: '', urgentNo: 0 };
  private lastAt = Number.NEGATIVE_INFINITY;
  private waiting: string | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();

  /** Says `text` when a minute has passed since the last one; of several that wait, the latest is said. */
  say(text: string): void {
    if (text === this.said.polite && this.waiting === null) return;
    this.waiting = text;
    if (this.timer !== undefined) return;
    const wait = Math.max(0, this.lastAt + EVERY_MS - Date.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.waiting === null) return;
      this.lastAt = Date.now();
      this.change({ ...this.said, polite: this.waiting });
      this.waiting = null;
    }, wait);
  }

  /** Says `text` at once: a call, or a promise about to be broken. */
  alert(text: string): void {
    this.waiting = null;
    this.lastAt = Date.now();
    this.change({ ...this.said, urgent: text, urgentNo: this.said.urgentNo + 1 });
  }

  /** Forgets everything, for the next person at the same screen. */
  clear(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.waiting = null;
    this.lastAt = Number.NEGATIVE_INFINITY;
    this.change({ polite: '', urgent: '', urgentNo: this.said.urgentNo });
  }

  readonly subscribe = (f: () => void): (() => void) => {
    this.listeners.add(f);
    return () => this.listeners.delete(f);
  };

  readonly current = (): Said => this.said;

  private change(said: Said): void {
    this.said = said;
    for (const f of this.listeners) f();
  }
}

/** The announcements of this page. */
export const announcements = new Announcements();

/** The live regions; mounted once, at the root. */
export function Announcer() {
  const said = useSyncExternalStore(announcements.subscribe, announcements.current);
  return (
    <>
      <div role="status" aria-live="polite" className="visually-hidden">
        {said.polite}
      </div>
      <div role="alert" aria-live="assertive" className="visually-hidden">
        <span key={said.urgentNo}>{said.urgent}</span>
      </div>
    </>
  );
}
