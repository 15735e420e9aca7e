import { useEffect, useRef, useState } from 'react';

/** An item of a list that stands still; `gone` when it is no longer there and only keeps its place. */
export interface Steady<T> {
  readonly item: T;
  readonly gone: boolean;
}

/**
 * The handlers that tell whether somebody points at a list or has the focus in it. With `restMs` a pointer that
 * has not moved for so long counts no more: it was left there.
 */
export function useHeld(restMs?: number) {
  const [pointer, setPointer] = useState(false);
  // An element that leaves the page gives up the focus without a word: it counts only while it is there.
  const [focused, setFocused] = useState<Element | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const touched = () => {
    setPointer(true);
    clearTimeout(timer.current);
    if (restMs !== undefined) timer.current = setTimeout(() => setPointer(false), restMs);
  };
  return {
    held: pointer || focused?.isConnected === true,
    handlers: {
      onPointerEnter: touched,
      onPointerMove: touched,
      onPointerLeave: () => {
        clearTimeout(timer.current);
        setPointer(false);
      },
      onFocus: (e: React.FocusEvent) => setFocused(e.target),
      onBlur: (e: React.FocusEvent) => setFocused(e.currentTarget.contains(e.relatedTarget) ? e.relatedTarget : null),
    },
  };
}

/** `items` in their order, or, while `held`, in the order of before: nothing moves away from a finger. */
export function useSteady<T>(items: readonly T[], keyOf: (item: T) => string, held: boolean): Steady<T>[] {
  const [kept, setKept] = useState<Steady<T>[]>([]);
  const next = held ? inOldOrder(kept, items, keyOf) : items.map((item) => ({ item, gone: false }));
  const same = next.length === kept.length && next.every((s, i) => s.item === kept[i]?.item && s.gone === kept[i].gone);
  // A change during rendering is the documented way to derive state from the previous props.
  if (!same) setKept(next);
  return next;
}

/** The old places with today's items in them; newcomers behind. */
export function inOldOrder<T>(kept: readonly Steady<T>[], items: readonly T[], keyOf: (item: T) => string): Steady<T>[] {
  const now = new Map(items.map((item) => [keyOf(item), item]));
  const old = kept.map(({ item }) => {
    const found = now.get(keyOf(item));
    now.delete(keyOf(item));
    return found === undefined ? { item, gone: true } : { item: found, gone: false };
  });
  return [...old, ...[...now.values()].map((item) => ({ item, gone: false }))];
}
