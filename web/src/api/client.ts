import { uuid } from '~/shared/random';
import { ApiFault, isPassing, NetworkFault } from './fault';
import type { Problem } from './shapes';

/** How one request differs from the usual. */
export interface Options {
  /** A device's token; without it the first-party cookie speaks. */
  readonly token?: string | undefined;
  /** Sent with every POST; give one to make a repeated press the same request. */
  readonly idempotencyKey?: string | undefined;
  /** How often to send the same request again after a passing failure; the key makes that safe. */
  readonly retries?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the request is given up. */
  readonly timeout?: number | undefined;
  readonly headers?: Record<string, string> | undefined;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const DEFAULT_TIMEOUT = 15_000;
const REFRESH = '/api/v1/auth/refresh';
/** Where a 401 speaks of what was presented, and not of the session. */
const ENTRANCES = /^\/api\/v1\/auth\/(?:log|second-step|register|oidc\/)/;

/** What answers with a session: from then on somebody is here. */
const ARRIVALS = /^\/api\/v1\/auth\/(?:log|second-step|oidc\/|switch)/;

/** One refresh serves all requests that met a 401 together. */
let refreshing: Promise<boolean> | null = null;
const onSignedOut = new Set<() => void>();
/** How often somebody has come in here: a 401 to what was asked before speaks of nobody who is here now. */
let arrivals = 0;

/** Calls `f` when the session has ended for good; returns how to stop that. */
export function whenSignedOut(f: () => void): () => void {
  onSignedOut.add(f);
  return () => onSignedOut.delete(f);
}

async function send(method: Method, path: string, body: unknown, key: string | null, o: Options): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json', ...o.headers };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (o.token !== undefined) headers['authorization'] = `Token ${o.token}`;
  if (key !== null) headers['idempotency-key'] = key;
  const signals = [AbortSignal.timeout(o.timeout ?? DEFAULT_TIMEOUT)];
  if (o.signal !== undefined) signals.push(o.signal);
  try {
    return await fetch(path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      credentials: o.token === undefined ? 'same-origin' : 'omit',
      signal: AbortSignal.any(signals),
    });
  } catch (error) {
    if (o.signal?.aborted === true) throw error;
    throw new NetworkFault(error);
  }
}

function refresh(): Promise<boolean> {
  refreshing ??= send('POST', REFRESH, {}, null, {})
    .then((r) => r.ok)
    .finally(() => {
      refreshing = null;
    });
  return refreshing;
}

async function faultOf(response: Response): Promise<ApiFault> {
  const after = Number(response.headers.get('retry-after') ?? Number.NaN);
  let problem: Problem = {};
  try {
    problem = (await response.json()) as Problem;
  } catch {
    // A proxy's error page is not JSON; the status alone has to do.
  }
  return new ApiFault(response.status, problem, Number.isFinite(after) ? after : null);
}

async function once<T>(method: Method, path: string, body: unknown, key: string | null, o: Options): Promise<T> {
  const before = arrivals;
  let response = await send(method, path, body, key, o);
  const mayRefresh = o.token === undefined && !ENTRANCES.test(path) && path !== REFRESH;
  if (response.status === 401 && mayRefresh) {
    if (await refresh()) response = await send(method, path, body, key, o);
    if (response.status === 401 && arrivals === before) for (const f of onSignedOut) f();
  }
  if (!response.ok) throw await faultOf(response);
  if (ARRIVALS.test(path)) arrivals += 1;
  if (response.status === 204) return undefined as T;
  try {
    return (await response.json()) as T;
  } catch (error) {
    throw new NetworkFault(error);
  }
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

async function request<T>(method: Method, path: string, body: unknown, o: Options = {}): Promise<T> {
  // One key for all tries of one wish: a repeated request is answered, not carried out again.
  const key = method === 'POST' ? (o.idempotencyKey ?? uuid()) : null;
  for (let attempt = 0; ; attempt++) {
    try {
      return await once<T>(method, path, body, key, o);
    } catch (error) {
      if (attempt >= (o.retries ?? 0) || !isPassing(error)) throw error;
      const named = error instanceof ApiFault ? error.retryAfter : null;
      await pause(named === null ? 250 * 2 ** attempt : Math.min(named, 5) * 1000);
    }
  }
}

/** The API. Paths begin with a slash; refusals are thrown as `ApiFault`, silence as `NetworkFault`. */
export const api = {
  get: <T>(path: string, o?: Options) => request<T>('GET', path, undefined, o),
  post: <T>(path: string, body: unknown = {}, o?: Options) => request<T>('POST', path, body, o),
  put: <T>(path: string, body: unknown, o?: Options) => request<T>('PUT', path, body, o),
  patch: <T>(path: string, body: unknown, o?: Options) => request<T>('PATCH', path, body, o),
  delete: <T>(path: string, o?: Options) => request<T>('DELETE', path, undefined, o),
};

/** `path` with the parameters that have a value, behind those that it has already. */
export function withQuery(path: string, query: Record<string, string | number | boolean | null | undefined>): string {
  const pairs = Object.entries(query).filter(([, v]) => v !== null && v !== undefined && v !== '');
  if (pairs.length === 0) return path;
  return `${path}${path.includes('?') ? '&' : '?'}${new URLSearchParams(pairs.map(([k, v]) => [k, String(v)])).toString()}`;
}
