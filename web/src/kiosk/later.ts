import { useEffect, useState } from 'react';

/** A kiosk that could not load them tries again after this long. */
const AGAIN_MS = 5000;

/** Loads the screens behind the first. They come right after it, and whoever is cut off has them in store. */
export const later = () =>
  Promise.all([import('./booking'), import('./done'), import('./idle-warning'), import('./phone'), import('./refused'), import('./wishes')]).then(
    ([booking, done, idle, phone, refused, wishes]) => ({ ...booking, ...done, ...idle, ...phone, ...refused, ...wishes }),
  );

type Later = Awaited<ReturnType<typeof later>>;

/** Those screens; null until they are here. */
export function useLater(): Later | null {
  const [screens, setScreens] = useState<Later | null>(null);
  useEffect(() => {
    let gone = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = () => {
      later().then(
        (all) => {
          if (!gone) setScreens(all);
        },
        () => {
          if (!gone) timer = setTimeout(load, AGAIN_MS);
        },
      );
    };
    load();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, []);
  return screens;
}
