// A person with an account, over the REST API.

/** Fixed logins of the demo bank and of its installation. */
const EMAILS = {
  admin: 'admin@demo-bank.com',
  manager: 'manager@demo-bank.com',
  agent: 'agent@demo-bank.com',
  agent2: 'agent2@demo-bank.com',
  reception: 'reception@demo-bank.com',
  customer: 'customer@demo-bank.com',
  platform: 'platform@usher.local',
};

/** Whose password is not that of the others. */
const ADMINS = ['admin', 'platform'];

export const TENANT = 'demo-bank';
export const SITE = 'main';

/** What somebody types to log in. */
export function login(role) {
  return { email: EMAILS[role], password: ADMINS.includes(role) ? 'admin123' : 'demo1234' };
}

/** Asks the API; throws with the problem's text when the answer is not a success. */
export async function ask(base, method, path, { token, body, headers } = {}) {
  const answer = await fetch(new URL(path, base), {
    method,
    headers: {
      accept: 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === '' ? null : JSON.parse(text);
}

/** Logs in and gives a person: `get`, `post`, `put` on paths below the tenant (`T/…`) or anywhere (`/…`). */
export async function person(base, role) {
  const { access_token: token, user } = await ask(base, 'POST', '/api/v1/auth/login', {
    body: { ...login(role), tenant: TENANT },
  });
  const full = (path) => path.replace(/^T\//, `/api/v1/tenants/${TENANT}/`);
  return {
    token,
    user,
    get: (path) => ask(base, 'GET', full(path), { token }),
    post: (path, body = {}) => ask(base, 'POST', full(path), { token, body }),
    put: (path, body) => ask(base, 'PUT', full(path), { token, body }),
  };
}

/** An agent who is signed in to an open counter. */
export async function agentAtCounter(base, role = 'agent') {
  const agent = await person(base, role);
  const console = await agent.get('T/agents/me');
  const counter = console.counter ?? console.counters.find((candidate) => candidate.agent === null);
  if (console.counter === null) await agent.post('T/agents/sign-in', { counter_id: counter.id });
  return { ...agent, counter };
}
