import { useCallback, useEffect, useRef, useState } from 'react';
import { api, withQuery } from '~/api/client';
import type { Page, PublicPlace } from '~/api/shapes';

/** So many places are asked for at once. */
const PAGE = 50;
/** Whoever types is not asked for with each letter. */
const TYPED_MS = 250;

interface Found {
  readonly places: readonly PublicPlace[];
  /** Where the next page begins; null after the last. */
  readonly next: string | null;
  /** What was looked for. */
  readonly q: string;
}

export interface Places {
  /** Null until the first answer. */
  readonly found: Found | null;
  readonly error: unknown;
  readonly busy: boolean;
  readonly more: () => void;
  readonly retry: () => void;
}

/** The places of this installation that `q` finds, page after page: one request for each. */
export function usePlaces(q: string): Places {
  const [state, setState] = useState<{ found: Found | null; error: unknown; busy: boolean }>({ found: null, error: null, busy: false });
  // An answer to what nobody looks for any more is passed over.
  const latest = useRef(0);
  const ask = useCallback(async (wanted: string, before: Found | null) => {
    const mine = ++latest.current;
    setState((s) => ({ ...s, error: null, busy: true }));
    try {
      const page = await api.get<Page<PublicPlace>>(withQuery('/api/v1/public/sites', { q: wanted, limit: PAGE, cursor: before?.next }));
      if (mine !== latest.current) return;
      setState({ found: { places: [...(before?.places ?? []), ...page.items], next: page.next_cursor, q: wanted }, error: null, busy: false });
    } catch (error) {
      if (mine === latest.current) setState((s) => ({ ...s, error, busy: false }));
    }
  }, []);
  useEffect(() => {
    const timer = setTimeout(() => void ask(q, null), q === '' ? 0 : TYPED_MS);
    return () => clearTimeout(timer);
  }, [q, ask]);
  const { found } = state;
  return {
    ...state,
    more: () => void ask(found?.q ?? q, found),
    retry: () => void ask(q, null),
  };
}
