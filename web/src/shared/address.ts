import { useSyncExternalStore } from 'react';

const moved = new EventTarget();

/** Goes to another public screen without loading the page anew. */
export function go(path: string): void {
  history.pushState(null, '', path);
  moved.dispatchEvent(new Event('move'));
}

function subscribe(f: () => void): () => void {
  moved.addEventListener('move', f);
  window.addEventListener('popstate', f);
  return () => {
    moved.removeEventListener('move', f);
    window.removeEventListener('popstate', f);
  };
}

/** The path of the address, followed through `go` and the browser's history. */
export function usePath(): string {
  return useSyncExternalStore(subscribe, () => location.pathname);
}
