import { useCallback, useEffect, useState } from 'react';

/** After this long without a touch the kiosk asks whether somebody is still there. */
export const IDLE_MS = 40_000;
/** And this long it waits for an answer. */
export const WARN_MS = 20_000;

const TOUCHES = ['pointerdown', 'pointermove', 'keydown'] as const;

/** A touch that was no tap, a drag perhaps, takes the warning away after this long. */
const LINGER_MS = 600;

/**
 * Seconds left of the warning (null while there is none), and how to say that one is still there. Any touch extends,
 * however often; the last second wipes. The warning itself goes with the end of the tap, not with its beginning: else
 * the finger would land on what lies below it. Runs only while `active`: an untouched kiosk has nobody to ask.
 */
export function useIdle(active: boolean, wipe: () => void, idleMs = IDLE_MS): { left: number | null; stay: () => void } {
  const [left, setLeft] = useState<number | null>(null);
  const stay = useCallback(() => setLeft(null), []);
  useEffect(() => {
    if (!active) return undefined;
    let touched = Date.now();
    const touch = () => {
      touched = Date.now();
    };
    const timer = setInterval(() => {
      const idle = Date.now() - touched;
      if (idle < idleMs) {
        if (idle > LINGER_MS) stay();
      } else if (idle >= idleMs + WARN_MS) {
        touch();
        stay();
        wipe();
      } else {
        setLeft(Math.ceil((idleMs + WARN_MS - idle) / 1000));
      }
    }, 250);
    for (const kind of TOUCHES) window.addEventListener(kind, touch, { capture: true, passive: true });
    return () => {
      clearInterval(timer);
      stay();
      for (const kind of TOUCHES) window.removeEventListener(kind, touch, { capture: true });
    };
  }, [active, wipe, stay, idleMs]);
  return { left: active ? left : null, stay };
}
