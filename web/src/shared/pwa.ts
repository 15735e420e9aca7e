import { useEffect } from 'react';

/** The worker's store of pages, as `vite.config.ts` names it. */
const PAGES = 'pages';

let ready: (() => void) | null = null;

/**
 * Installs the service worker, so that this screen opens without the network. When a new version is there,
 * `whenUpdated` is called; the caller picks a quiet moment and calls `reloadForUpdate`.
 */
export function registerWorker(whenUpdated?: () => void): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  // Loaded late: no screen waits for it.
  void import('virtual:pwa-register').then(({ registerSW }) => {
    // Without room or leave to store anything, the screen works as long as the network does.
    void keepPage().catch(() => undefined);
    const update = registerSW({
      onNeedRefresh: () => {
        ready = () => void update(true);
        whenUpdated?.();
      },
    });
  });
}

/**
 * Keeps this very page in the worker's store. The worker sees a page when it is loaded the next time; a screen that
 * loses its network before that has to open as well.
 */
async function keepPage(): Promise<void> {
  await navigator.serviceWorker.ready;
  const pages = await caches.open(PAGES);
  if ((await pages.match(location.pathname)) === undefined) await pages.add(location.pathname);
}

/** Reloads into the new version when there is one. */
export function reloadForUpdate(): void {
  ready?.();
}

/** Links this screen's own manifest while it is shown. */
export function useManifest(href: string): void {
  useEffect(() => {
    const link = document.querySelector<HTMLLinkElement>('link[rel="manifest"]');
    const before = link?.getAttribute('href') ?? null;
    link?.setAttribute('href', href);
    return () => {
      if (before !== null) link?.setAttribute('href', before);
    };
  }, [href]);
}

/** Keeps the screen on while the component is mounted and the page is in sight, where the browser can. */
export function useWakeLock(wanted: boolean): void {
  useEffect(() => {
    if (!wanted || !('wakeLock' in navigator)) return undefined;
    let lock: WakeLockSentinel | null = null;
    let over = false;
    const take = () => {
      if (document.visibilityState !== 'visible') return;
      navigator.wakeLock.request('screen').then(
        (got) => {
          if (over) void got.release();
          else lock = got;
        },
        () => undefined, // refused on low battery; the screen then dims as it always does
      );
    };
    take();
    document.addEventListener('visibilitychange', take);
    return () => {
      over = true;
      document.removeEventListener('visibilitychange', take);
      void lock?.release();
    };
  }, [wanted]);
}
