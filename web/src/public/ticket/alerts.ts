import { useCallback, useEffect, useRef, useState } from 'react';
import { chime, soundUnlocked, unlockSound } from '~/sound/chime';

/** What the phone will do at the call: not asked yet, all of it, only what works while the page is open, or nothing. */
export type Alerts = 'off' | 'on' | 'page_only' | 'none';

const TIMES = 3;
const BETWEEN_MS = 1200;

/** The alert of this phone: chime and vibration three times, and a notification where it is allowed. */
export function useAlerts() {
  const [alerts, setAlerts] = useState<Alerts>('off');
  const round = useRef(0);

  /** Call from a tap: browsers grant sound and notifications to nothing else. */
  const turnOn = useCallback(async () => {
    const heard = await unlockSound();
    let allowed = false;
    if ('Notification' in window) {
      try {
        allowed = (await Notification.requestPermission()) === 'granted';
      } catch {
        // Some in-app browsers have the name but not the thing.
      }
    }
    setAlerts(allowed ? 'on' : heard || 'vibrate' in navigator ? 'page_only' : 'none');
    if (soundUnlocked()) await chime(0.5);
  }, []);

  const quiet = useCallback(() => {
    round.current++;
    if ('vibrate' in navigator) navigator.vibrate(0);
  }, []);

  const ring = useCallback(
    async (title: string, body: string) => {
      const mine = ++round.current;
      if (alerts === 'on' && document.visibilityState === 'hidden') notify(title, body);
      for (let i = 0; i < TIMES && round.current === mine; i++) {
        if ('vibrate' in navigator) navigator.vibrate([350, 150, 650]);
        if (alerts !== 'off') await chime();
        await new Promise((done) => setTimeout(done, BETWEEN_MS));
      }
    },
    [alerts],
  );

  useEffect(() => {
    // Whoever touches the phone has noticed.
    document.addEventListener('pointerdown', quiet);
    return () => document.removeEventListener('pointerdown', quiet);
  }, [quiet]);

  return { alerts, turnOn, ring };
}

function notify(title: string, body: string): void {
  const options = { body, tag: 'usher-call', icon: '/icons/usher-192.png', requireInteraction: true };
  if ('serviceWorker' in navigator) {
    // Android shows notifications of a page only through its worker.
    void navigator.serviceWorker.getRegistration().then((worker) => {
      if (worker !== undefined) void worker.showNotification(title, options);
      else plain(title, options);
    });
  } else {
    plain(title, options);
  }
}

function plain(title: string, options: NotificationOptions): void {
  try {
    new Notification(title, options);
  } catch {
    // Refused outside a worker; the chime has to do.
  }
}
