import { useEffect, useRef } from 'react';
import { announcements } from '~/live/announce';

/**
 * Says at once what has joined a list since it was seen last: `words` makes a sentence of each. What stands there when a
 * screen opens is on it for everybody to find, and is not said.
 */
export function useNews<T>(list: readonly T[] | undefined, keyOf: (one: T) => string, words: (one: T) => string): void {
  const known = useRef<ReadonlySet<string> | null>(null);
  useEffect(() => {
    if (list === undefined) return;
    const before = known.current;
    known.current = new Set(list.map(keyOf));
    const fresh = before === null ? [] : list.filter((one) => !before.has(keyOf(one)));
    if (fresh.length > 0) announcements.alert(fresh.map(words).join(' '));
  });
}
