import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api, whenSignedOut } from '~/api/client';
import { ApiFault } from '~/api/fault';
import type { LoggedIn, Registration, User } from '~/api/shapes';
import { markSignedIn } from '~/shared/who';
import { queries } from './queries';

const KEY = ['me'];

whenSignedOut(() => {
  markSignedIn(false);
  queries.setQueryData(KEY, null);
});

async function me(): Promise<User | null> {
  try {
    const answer = await api.get<User | { user: User }>('/api/v1/auth/me');
    markSignedIn(true);
    return 'user' in answer ? answer.user : answer;
  } catch (error) {
    if (error instanceof ApiFault && error.status === 401) return null;
    throw error;
  }
}

/** Who is signed in; `null` for nobody. */
export function useSession(): UseQueryResult<User | null> {
  return useQuery({ queryKey: KEY, queryFn: me, staleTime: 5 * 60_000 });
}

/** The signed-in user. Only for screens below the shell, which draws them for nobody else. */
export function useUser(): User {
  const { data } = useSession();
  if (data == null) throw new Error('drawn outside the shell');
  return data;
}

/** The base of the routes of the user's tenant, `/api/v1/tenants/{slug}`. */
export function useTenantPath(): string {
  return `/api/v1/tenants/${useUser().tenant?.slug ?? ''}`;
}

/** Whether the user may do what `scope` names. */
export function may(user: User, scope: string): boolean {
  return user.scopes.includes(scope) || user.scopes.includes('platform:admin') || user.scopes.includes('*');
}

/** Whether the user works at every site: what holds at all of them is not changed by who is limited to some. */
export const atEverySite = (user: User): boolean => user.sites.length === 0;

/** Forgets everything that was read for whoever was here, and tells every screen who is now. */
async function become(user: User | null): Promise<void> {
  // An answer that is still on its way speaks of the one before.
  await queries.cancelQueries();
  // Not `clear`: whoever watches the session keeps watching this entry, and would not hear of a new one.
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== KEY[0] });
  markSignedIn(user !== null);
  queries.setQueryData(KEY, user);
}

async function entered({ user }: LoggedIn): Promise<User> {
  await become(user);
  return user;
}

/** Signs in; the tokens stay in HttpOnly cookies, out of reach of scripts. */
export async function signIn(email: string, password: string): Promise<User> {
  return entered(await api.post<LoggedIn>('/api/v1/auth/login', { email, password }));
}

/** Makes a customer's account; whoever made it is signed in at once. */
export async function register(wish: Registration): Promise<User> {
  return entered(await api.post<LoggedIn>('/api/v1/auth/register', wish));
}

/** Signs in with what another issuer sent the browser back with. */
export async function signInFrom(provider: string, code: string, state: string): Promise<User> {
  return entered(await api.post<LoggedIn>(`/api/v1/auth/oidc/${encodeURIComponent(provider)}/finish`, { code, state }));
}

/** Finishes a log-in with a code of the authenticator app. */
export async function finishSecondStep(secret: string, code: string): Promise<User> {
  return entered(await api.post<LoggedIn>('/api/v1/auth/second-step', { second_step: secret, code }));
}

/** What the second step of a refused log-in is to be finished with; null where it was refused for something else. */
export function secondStepOf(error: unknown): string | null {
  if (!(error instanceof ApiFault) || error.code !== 'second_step_required') return null;
  const secret = (error.problem as Record<string, unknown>)['second_step'];
  return typeof secret === 'string' ? secret : null;
}

/** Says to this browser's other tabs that the session is another one now; its value is of no use beyond that. */
const SWITCHED = 'usher.organisation';

/**
 * Goes on in another organisation that the user belongs to, or, for whoever runs the installation, in any; with null
 * they leave it. Other tabs follow: what stands there is of the organisation before.
 */
export async function switchTo(tenant: string | null): Promise<User> {
  const user = await entered(await api.post<LoggedIn>('/api/v1/auth/switch', tenant === null ? {} : { tenant }));
  try {
    localStorage.setItem(SWITCHED, `${tenant ?? ''} ${String(Date.now())}`);
  } catch {
    // A browser that keeps nothing: its other tabs learn of it with their next request.
  }
  return user;
}

window.addEventListener('storage', ({ key }) => {
  if (key === SWITCHED) me().then(become, () => undefined);
});

/** Signs out here and forgets everything that was read. */
export async function signOut(): Promise<void> {
  try {
    await api.post('/api/v1/auth/logout');
  } finally {
    await become(null);
  }
}

/** The staff screens, where each lives and what it takes to see it, in the order of the head bar. */
export const AREAS = [
  { path: '/agent', name: 'agent', scope: 'tickets:call' },
  { path: '/reception', name: 'reception', scope: 'tickets:issue' },
  { path: '/appointments', name: 'appointments', scope: 'appointments:read' },
  { path: '/manage', name: 'manage', scope: 'stats:read' },
  { path: '/reports', name: 'reports', scope: 'analytics:read' },
  { path: '/admin', name: 'admin', scope: 'sites:write' },
] as const;

/** One's own points, appointments and tickets in the tenant, for whoever comes there as a customer. */
export const WALLET = { path: '/wallet', name: 'wallet' } as const;

/** Where one chooses among one's organisations. */
export const CHOICE = '/organisation';
/** One's own appointments: the same address as that of staff, who see those of a site there. */
export const OWN_APPOINTMENTS = { path: '/appointments', name: 'ownAppointments' } as const;

/** The installation itself, for whoever runs it. */
export const PLATFORM = { path: '/platform', name: 'platform', scope: 'platform:admin' } as const;

/** Whether the user runs the installation; the widest rights within a tenant are not that. */
export const isOperator = (user: User): boolean => user.scopes.includes(PLATFORM.scope);

/** The areas of the head bar for a user: those of their work; whoever has none here is a customer. */
export function areasOf(user: User): readonly { readonly path: string; readonly name: string }[] {
  const platform = isOperator(user) ? [PLATFORM] : [];
  if (user.tenant == null) return platform;
  const work = AREAS.filter((area) => may(user, area.scope));
  return work.length === 0 ? [...platform, WALLET, OWN_APPOINTMENTS] : [...platform, ...work];
}

/**
 * What each kind of work takes, the widest first. An area may be open to more people than those whose work it is:
 * agents may look at the floor, managers may change a queue.
 */
const WORK = [
  ['tenants:write', '/admin'],
  ['tickets:manage', '/manage'],
  ['tickets:call', '/agent'],
  ['tickets:issue', '/reception'],
  ['stats:read', '/manage'],
] as const;

/** Whether somebody has to say in which organisation they go on. */
export const hasChoice = (user: User): boolean => !isOperator(user) && user.tenants.length > 1;

/** Where whoever just signed in goes: on to `next` or their work, by the choice of an organisation where they have one. */
export function wayOf(user: User, next: string | null): string {
  if (!hasChoice(user)) return next ?? homeOf(user);
  return next === null ? CHOICE : `${CHOICE}?next=${encodeURIComponent(next)}`;
}

/** Where somebody who just signed in works. */
export function homeOf(user: User): string {
  if (isOperator(user)) return PLATFORM.path;
  return WORK.find(([scope]) => may(user, scope))?.[1] ?? (user.tenant == null ? '/account' : WALLET.path);
}

/** The log-in that leads on to `href`; null on the way there, when the address is the log-in's own already. */
export function loginFor(href: string): string | null {
  return /^\/login(?:[/?#]|$)/.test(href) ? null : `/login?next=${encodeURIComponent(href)}`;
}
