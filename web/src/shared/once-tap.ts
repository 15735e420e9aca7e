import { useCallback, useRef } from 'react';

/** Two taps or key presses closer together than this are one. */
export const ONCE_MS = 500;

/** Lets a press through unless another one came less than half a second before; a key that is held down counts once. */
export class OnceGate {
  private last = Number.NEGATIVE_INFINITY;

  /** Whether this press counts. Presses that do not count still push the next one away, so that a repeat never passes. */
  pass(now = performance.now()): boolean {
    const counts = now - this.last >= ONCE_MS;
    this.last = now;
    return counts;
  }
}

/** `handler`, at most once per press. */
export function useOnceTap<A extends unknown[]>(handler: (...args: A) => void): (...args: A) => void {
  const gate = useRef<OnceGate | null>(null);
  return useCallback(
    (...args: A) => {
      gate.current ??= new OnceGate();
      if (gate.current.pass()) handler(...args);
    },
    [handler],
  );
}
