import { api } from '~/api/client';

/** A log-in that went to another issuer; kept in this tab until it comes back. */
export interface Journey {
  readonly provider: string;
  readonly purpose: 'sign-in' | 'link';
  /** Where to go afterwards. */
  readonly next: string | null;
}

const STORE = 'usher.journey';

/** Sends the browser to an issuer. */
export async function beginAt(provider: string, purpose: Journey['purpose'], next: string | null): Promise<void> {
  const { authorization_url } = await api.post<{ authorization_url: string }>(`/api/v1/auth/oidc/${encodeURIComponent(provider)}/start`, { link: purpose === 'link' });
  sessionStorage.setItem(STORE, JSON.stringify({ provider, purpose, next } satisfies Journey));
  window.location.assign(authorization_url);
}

/** What an issuer sent the browser back with. */
export type Return = { readonly journey: Journey } & ({ readonly code: string; readonly state: string } | { readonly refused: string });

/** Reads what the issuer sent back from the address; null where this is no return, or not this tab's. */
export function returned(search: string, kept: string | null): Return | null {
  const query = new URLSearchParams(search);
  const journey = journeyOf(kept);
  const state = query.get('state');
  if (journey === null || state === null) return null;
  const error = query.get('error');
  if (error !== null) return { journey, refused: error };
  const code = query.get('code');
  return code === null ? null : { journey, code, state };
}

function journeyOf(kept: string | null): Journey | null {
  try {
    const found = JSON.parse(kept ?? 'null') as Partial<Journey> | null;
    if (typeof found?.provider !== 'string') return null;
    return { provider: found.provider, purpose: found.purpose === 'link' ? 'link' : 'sign-in', next: typeof found.next === 'string' ? found.next : null };
  } catch {
    return null;
  }
}

/** The same for this page, once: code and state leave the address and the history. */
export function takeReturn(): Return | null {
  const found = returned(window.location.search, sessionStorage.getItem(STORE));
  if (found === null) return null;
  sessionStorage.removeItem(STORE);
  window.history.replaceState(window.history.state, '', window.location.pathname);
  return found;
}
