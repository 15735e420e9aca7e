import { useState } from 'react';

/** Something that is sent to the server: whether it is on its way, and how it was refused. */
export interface Deed {
  readonly busy: boolean;
  readonly error: unknown;
  /** Sends it, one at a time, and hands the answer to `then`. */
  readonly run: <T>(work: () => Promise<T>, then: (answer: T) => void) => void;
  /** Takes the refusal away. */
  readonly dismiss: () => void;
}

/** A form or a button that does one thing at a time. */
export function useDeed(): Deed {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  return {
    busy,
    error,
    run: (work, then) => {
      if (busy) return;
      setBusy(true);
      setError(null);
      work()
        .then(then, setError)
        .finally(() => setBusy(false));
    },
    dismiss: () => setError(null),
  };
}
