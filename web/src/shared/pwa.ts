import { useEffect } from 'react';

let ready: (() => void) | null = null;

/**
 * Installs the service worker, so that this screen opens without the network. When a new version is there,
 * `whenUpdated` is called; the caller picks a quiet moment and calls `reloadForUpdate`.
 */
export function registerWorker(whenUpdated?: () => void): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  // Loaded late: no screen waits for it.
  void import('virtual:pwa-register').then(({ registerSW }) => {
    const update = registerSW({
      onNeedRefresh: () => {
        ready = () => void update(true);
        whenUpdated?.();
      },
    });
  });
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
