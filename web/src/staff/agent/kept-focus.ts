import { useEffect, type RefObject } from 'react';

/** Gives the focus to `fallback` whenever the element that had it leaves the page, so that keys always go somewhere. */
export function useKeptFocus(fallback: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    let last: Element | null = document.activeElement;
    const rescue = () => {
      if (document.activeElement !== document.body || last?.isConnected === true) return;
      last = fallback.current;
      fallback.current?.focus({ preventScroll: true });
    };
    const onFocus = (e: FocusEvent) => {
      // A dialog gives the focus back by itself, to an element that may be gone by then.
      if (e.target instanceof Element && e.target.closest('[role="dialog"], [role="menu"]') === null) last = e.target;
    };
    document.addEventListener('focusin', onFocus);
    const watch = new MutationObserver(rescue);
    watch.observe(document.body, { childList: true, subtree: true });
    if (last === document.body) last = null;
    rescue();
    return () => {
      document.removeEventListener('focusin', onFocus);
      watch.disconnect();
    };
  }, [fallback]);
}
