import { useCallback, useEffect, useRef } from 'react';

interface State {
  timer: ReturnType<typeof setTimeout> | undefined;
  reading: boolean;
  again: boolean;
}

/**
 * Has something read again `settleMs` after it was asked for, once for all who ask until then. A reading that is under way
 * is not thrown away for the next one, which comes after it: else nobody on a slow line would ever see anything of a
 * busy site.
 */
export function useReadAgain(read: () => Promise<unknown>, settleMs: number): () => void {
  const state = useRef<State>({ timer: undefined, reading: false, again: false });
  const latest = useRef(read);
  useEffect(() => {
    latest.current = read;
  });
  useEffect(() => {
    const own = state.current;
    return () => {
      clearTimeout(own.timer);
      own.timer = undefined;
    };
  }, []);
  return useCallback(() => {
    const own = state.current;
    if (own.timer !== undefined) return;
    const run = () => {
      own.timer = undefined;
      if (own.reading) {
        own.again = true;
        return;
      }
      own.reading = true;
      const over = () => {
        own.reading = false;
        if (!own.again) return;
        own.again = false;
        run();
      };
      // What failed says so by itself.
      latest.current().then(over, over);
    };
    own.timer = setTimeout(run, settleMs);
  }, [settleMs]);
}
