import { useEffect, type RefObject } from 'react';

const FOCUSABLE = 'button:not(:disabled), [tabindex="0"]';

/** Moves the focus by arrow keys, so that four arrows and Enter do everything; the first of them starts speech. */
export function useKeypad(root: RefObject<HTMLElement | null>, onFirstKey: () => void, onBack: () => void): void {
  useEffect(() => {
    const key = (e: KeyboardEvent) => {
      if (e.key === 'Enter' && e.repeat) {
        e.preventDefault();
        return;
      }
      if (e.key === 'Escape') {
        onBack();
        return;
      }
      if (!e.key.startsWith('Arrow')) return;
      e.preventDefault();
      onFirstKey();
      // While a dialog asks, nothing outside of it is within reach.
      const scope = root.current?.querySelector('[aria-modal="true"]') ?? root.current;
      const all = [...(scope?.querySelectorAll<HTMLElement>(FOCUSABLE) ?? [])];
      const at = all.indexOf(document.activeElement as HTMLElement);
      if (at < 0) {
        all[0]?.focus();
        return;
      }
      nearest(all, at, e.key)?.focus();
    };
    window.addEventListener('keydown', key);
    return () => window.removeEventListener('keydown', key);
  }, [root, onFirstKey, onBack]);
}

/** The element that lies nearest in the direction of the arrow; from the last one in the order it goes on to the next. */
function nearest(all: HTMLElement[], at: number, arrow: string): HTMLElement | undefined {
  const from = all[at]?.getBoundingClientRect();
  if (from === undefined) return undefined;
  const centre = (r: DOMRect) => ({ x: r.left + r.width / 2, y: r.top + r.height / 2 });
  const here = centre(from);
  let best: { element: HTMLElement; cost: number } | undefined;
  for (const element of all) {
    const there = centre(element.getBoundingClientRect());
    const [dx, dy] = [there.x - here.x, there.y - here.y];
    const along = { ArrowRight: dx, ArrowLeft: -dx, ArrowDown: dy, ArrowUp: -dy }[arrow] ?? 0;
    const across = arrow === 'ArrowRight' || arrow === 'ArrowLeft' ? Math.abs(dy) : Math.abs(dx);
    if (along <= 4) continue;
    const cost = along + 3 * across;
    if (best === undefined || cost < best.cost) best = { element, cost };
  }
  if (best !== undefined) return best.element;
  return arrow === 'ArrowDown' || arrow === 'ArrowRight' ? all[at + 1] : all[at - 1];
}
