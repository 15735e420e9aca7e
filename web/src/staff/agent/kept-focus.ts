import { useEffect, type RefObject } from 'react';

/**
 * Gives the focus back when the element that had it leaves the page, to where it was before or to `fallback`, so
 * that keys always go somewhere. Who clicks beside everything has put the focus away, and is left alone.
 */
export function useKeptFocus(fallback: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const { body } = document;
    let last: HTMLElement | null = null;
    let putAway = false;
    const rescue = () => {
      if (document.activeElement !== body || putAway) return;
      (last?.isConnected === true ? last : fallback.current)?.focus({ preventScroll: true });
    };
    const onFocus = (e: FocusEvent) => {
      putAway = false;
      // Dialogs and menus go by themselves; the focus then belongs to where it was before.
      if (e.target instanceof HTMLElement && e.target.closest('[role="dialog"], [role="menu"]') === null) last = e.target;
    };
    const onPointer = () => setTimeout(() => (putAway = document.activeElement === body));
    document.addEventListener('focusin', onFocus);
    document.addEventListener('pointerdown', onPointer);
    const watch = new MutationObserver(rescue);
    watch.observe(body, { childList: true, subtree: true });
    rescue();
    return () => {
      document.removeEventListener('focusin', onFocus);
      document.removeEventListener('pointerdown', onPointer);
      watch.disconnect();
    };
  }, [fallback]);
}
