import { useSyncExternalStore } from 'react';
import type { LiveClock } from '~/live/clock';
import { useFreshness } from '~/live/use-live';

function subscribe(f: () => void): () => void {
  window.addEventListener('online', f);
  window.addEventListener('offline', f);
  return () => {
    window.removeEventListener('online', f);
    window.removeEventListener('offline', f);
  };
}

/** Whether the browser has a network at all; it notices sooner than a feed that falls silent. */
export function useOnline(): boolean {
  return useSyncExternalStore(subscribe, () => navigator.onLine);
}

/** Whether a screen is cut off from the server, and whether what it shows is too old for estimates. */
export function useCut(clock: LiveClock): { cut: boolean; expired: boolean } {
  const online = useOnline();
  const { freshness } = useFreshness(clock);
  const expired = freshness === 'expired';
  return { cut: !online || expired || freshness === 'reconnecting', expired };
}
