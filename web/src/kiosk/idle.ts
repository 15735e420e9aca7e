import { useCallback, useEffect, useState } from 'react';

/** After this long without a touch the kiosk asks whether somebody is still there. */
export const IDLE_MS = 40_000;
/** And this long it waits for an answer. */
export const WARN_MS = 20_000;

const TOUCHES = ['pointerdown', 'pointermove', 'keydown'] as const;

/**
 * Seconds left of the warning, or null while there is none. Any touch extends, however often; the last second
 * wipes. Runs only while `active`: an untouched kiosk has nobody to ask.
 */
export function useIdle(active: boolean, wipe: () => void): number | null {
  const [left, setLeft] = useState<number | null>(null);
  const reset = useCallback(() => setLeft(null), []);
  useEffect(() => {
    if (!active) return undefined;
    let touched = Date.now();
    const touch = () => {
      touched = Date.now();
      reset();
    };
    const timer = setInterval(() => {
      const idle = Date.now() - touched;
      if (idle < IDLE_MS) return;
      if (idle >= IDLE_MS + WARN_MS) {
        touch();
        wipe();
      } else {
        setLeft(Math.ceil((IDLE_MS + WARN_MS - idle) / 1000));
      }
    }, 250);
    for (const kind of TOUCHES) window.addEventListener(kind, touch, { capture: true, passive: true });
    return () => {
      clearInterval(timer);
      reset();
      for (const kind of TOUCHES) window.removeEventListener(kind, touch, { capture: true });
    };
  }, [active, wipe, reset]);
  return active ? left : null;
}
