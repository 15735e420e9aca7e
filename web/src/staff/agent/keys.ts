import { useEffect, useRef, useSyncExternalStore } from 'react';

/** Everything that a key can do on the console. */
export const COMMANDS = ['next', 'complete', 'start', 'pause', 'recall', 'noShow', 'more', 'undo'] as const;
export type Command = (typeof COMMANDS)[number];

/** A key with its modifiers, as it is written on a button: `F9`, `⇧F8`, `Ctrl K`. */
export type Chord = string;

const DEFAULTS: Record<Command, Chord> = {
  next: 'F9',
  complete: '⇧F9',
  start: 'F2',
  pause: 'F4',
  recall: 'F8',
  noShow: '⇧F8',
  more: 'Ctrl K',
  undo: 'Ctrl Z',
};

const STORE = 'usher.agent.keys';

/** What a key event is called; empty for a bare modifier. */
export function chordOf(e: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>): Chord {
  if (['Control', 'Shift', 'Alt', 'Meta'].includes(e.key)) return '';
  const name = e.key.length === 1 ? e.key.toUpperCase() : e.key;
  const ctrl = e.ctrlKey || e.metaKey ? 'Ctrl ' : '';
  const alt = e.altKey ? 'Alt ' : '';
  const shift = e.shiftKey ? '⇧' : '';
  return `${ctrl}${alt}${shift}${name}`;
}

/** Whether a chord types text: such a key must not act while somebody writes a note (WCAG 2.1.4). */
export function types(chord: Chord): boolean {
  return !chord.startsWith('Ctrl ') && !chord.startsWith('Alt ') && chord.replace('⇧', '').length === 1;
}

/** Keys that dialogs, forms and lists live by; a command on one of them would take them from everybody else. */
const NEEDED = ['Tab', 'Enter', 'Escape', ' ', 'Backspace', 'Delete', 'ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageUp', 'PageDown'];

/** Whether a command may be taught this key. */
export function learnable(chord: Chord): boolean {
  return !NEEDED.includes(chord.replace('⇧', ''));
}

function stored(): Partial<Record<Command, Chord>> {
  try {
    return JSON.parse(localStorage.getItem(STORE) ?? '{}') as Partial<Record<Command, Chord>>;
  } catch {
    return {};
  }
}

let current: Record<Command, Chord> = { ...DEFAULTS, ...stored() };
const listeners = new Set<() => void>();

function change(next: Record<Command, Chord>): void {
  current = next;
  try {
    localStorage.setItem(STORE, JSON.stringify(next));
  } catch {
    // storage can be forbidden; the keys then last as long as the page
  }
  for (const f of listeners) f();
}

/** Gives a command another key; whichever command had that key takes the old one in exchange. */
export function learn(command: Command, chord: Chord): void {
  const next = { ...current };
  const other = COMMANDS.find((c) => next[c] === chord);
  if (other !== undefined) next[other] = next[command];
  next[command] = chord;
  change(next);
}

/** Back to the keys that the buttons were born with. */
export function forgetKeys(): void {
  change({ ...DEFAULTS });
}

/** The keys now. */
export function useKeys(): Record<Command, Chord> {
  return useSyncExternalStore(
    (f) => {
      listeners.add(f);
      return () => listeners.delete(f);
    },
    () => current,
  );
}

/** Whether a press in this element types text, and whether there is text in it. */
function writing(target: EventTarget | null): 'no' | 'empty' | 'text' {
  if (!(target instanceof HTMLElement) || !target.matches('input, textarea, [contenteditable]')) return 'no';
  const text = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement ? target.value : target.textContent;
  return text === '' ? 'empty' : 'text';
}

/** Runs `act` for every key of the console; the repeats of a key that is held down do not count. */
export function useConsoleKeys(act: (command: Command) => void, enabled: boolean): void {
  const keys = useKeys();
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    if (!enabled) return;
    const onKey = (e: KeyboardEvent) => {
      const chord = chordOf(e);
      const command = COMMANDS.find((c) => keys[c] === chord);
      if (command === undefined) return;
      // A dialog has the keys to itself.
      if (e.target instanceof Element && e.target.closest('[aria-modal="true"]') !== null) return;
      const into = writing(e.target);
      if (into !== 'no' && types(chord)) return;
      // Undo inside a text belongs to the text.
      if (into === 'text' && command === 'undo') return;
      e.preventDefault();
      if (!e.repeat) latest.current(command);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [keys, enabled]);
}
