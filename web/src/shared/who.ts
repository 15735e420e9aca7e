import { useEffect, useState } from 'react';
import { api } from '~/api/client';
import { ApiFault } from '~/api/fault';
import type { User } from '~/api/shapes';

/** Says that somebody signed in with this browser and has not signed out; the session itself no script can read. */
const MARK = 'usher.signed-in';

/** Remembers whether somebody is signed in here, for the pages that nobody has to sign in for. */
export function markSignedIn(is: boolean): void {
  try {
    if (is) localStorage.setItem(MARK, '1');
    else localStorage.removeItem(MARK);
  } catch {
    // Without storage those pages take everybody for a stranger, as they did before.
  }
}

/** Whether somebody signed in here and has not signed out again. The session may have ended by itself meanwhile. */
export function wasSignedIn(): boolean {
  try {
    return localStorage.getItem(MARK) !== null;
  } catch {
    return false;
  }
}

/** Who is signed in, on a page that nobody has to sign in for; `null` for nobody. Where nobody ever was, nothing is asked. */
export function useWho(): User | null {
  const [who, setWho] = useState<User | null>(null);
  useEffect(() => {
    if (!wasSignedIn()) return undefined;
    let current = true;
    api.get<User>('/api/v1/auth/me').then(
      (user) => current && setWho(user),
      (error: unknown) => {
        // Anything but a plain "nobody" leaves the mark: the network may be away, and the session is still there.
        if (error instanceof ApiFault && error.status === 401) markSignedIn(false);
      },
    );
    return () => {
      current = false;
    };
  }, []);
  return who;
}
