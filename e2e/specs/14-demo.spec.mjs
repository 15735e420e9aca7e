// The demo with its crowd: it answers, people come and go without anybody's doing, and what they are told comes true.
import assert from 'node:assert/strict';
import { ask, person } from '../lib/api.mjs';
import { DESK, by, signIn, withDemo } from '../lib/browser.mjs';
import { eventually } from '../lib/eventually.mjs';

const read = async (url, path) => {
  const answer = await fetch(`${url}${path}`);
  assert.equal(answer.status, 200, path);
  return answer;
};
const board = async (url) => (await read(url, '/api/v1/public/sites/demo-bank/main')).json();

/** People come by chance: a quiet minute is no fault. */
const PATIENCE = { timeout: 400_000 };

withDemo(({ flow }) => {
  flow('it answers with its screens and says who can sign in', async ({ url, ready }) => {
    assert.match(await (await read(url, '/')).text(), /<html/);
    await read(url, '/api/v1/health');
    // One for every role that a person can have; kiosks and boards are paired.
    const { items } = await (await person(url, 'admin')).get('T/roles');
    const roles = ['platform_admin', ...items.map(({ name }) => name).filter((name) => !['kiosk', 'display'].includes(name))];
    assert.deepEqual([...new Set(ready.logins.map(({ role }) => role))].sort(), roles.sort());
  });

  flow('it prints where everything is, and every log-in', async ({ url, ready, printed }) => {
    const { sites } = ready.tenants[0];
    assert.ok(sites.length >= 2);
    const said = printed();
    const addresses = sites.flatMap(({ slug, kiosk_token, display_token }) => [`${url}/s/demo-bank/${slug}`, `${url}/kiosk#token=${kiosk_token}`, `${url}/display#token=${display_token}`]);
    for (const address of [...addresses, `${url}/login`, `${url}/api/docs`]) assert.ok(new RegExp(`${address}(\\s|$)`, 'm').test(said), `${address} is missing in:\n${said}`);
    for (const { role, email, password } of ready.logins) assert.match(said, new RegExp(`^\\s*${role}\\s+${email}\\s+${password}$`, 'm'));
    // What it prints holds: each page is there, and each log-in opens the door.
    for (const address of addresses) await read(url, new URL(address).pathname);
    for (const { tenant, email, password } of ready.logins) await ask(url, 'POST', '/api/v1/auth/login', { body: { email, password, ...(tenant === null ? {} : { tenant }) } });
  });

  flow('people come, are called and leave without anybody’s doing', async ({ url }) => {
    const manager = await person(url, 'manager');
    const newest = async (status) => (await manager.get(`T/tickets?status=${status}&limit=1`)).items[0]?.id;
    // The day behind it is told while the demo answers already; only what is issued from now on is the crowd's.
    const begun = Date.now();
    await eventually(
      async () => {
        const { items } = await manager.get('T/tickets?limit=1');
        return Date.parse(items[0]?.issued_at ?? 0) > begun;
      },
      { ms: 180_000, what: 'somebody came' },
    );
    const calls = new Set();
    await eventually(async () => calls.add(JSON.stringify((await board(url)).last_called)).size >= 3, { ms: 180_000, what: 'two more calls' });
    const served = await newest('served');
    await eventually(async () => (await newest('served')) !== served, { ms: 180_000, what: 'somebody served' });
  }, PATIENCE);

  flow('the waits that are told are those that people have', async ({ url }) => {
    const manager = await person(url, 'manager');
    // What each was told when they came, beside what they had: the record of the estimates.
    const { queues } = await board(url);
    const records = await Promise.all(queues.map(({ id }) => manager.get(`T/queues/${id}/eta/accuracy`)));
    const known = records.map(({ overall }) => overall).filter(({ estimates }) => estimates >= 20);
    assert.ok(known.length >= 2, `enough people were called to compare: ${JSON.stringify(records)}`);
    const count = known.reduce((sum, { estimates }) => sum + estimates, 0);
    const within = known.reduce((sum, { estimates, p90_coverage }) => sum + estimates * p90_coverage, 0);
    assert.ok(within / count >= 0.8, `nine of ten should be called by what was said: ${JSON.stringify(known)}`);
    for (const { median_error_minutes } of known) assert.ok(median_error_minutes <= 2, JSON.stringify(known));
  });

  flow('the floor opens without an alarm about devices that nobody has opened', async ({ open }) => {
    const page = await open('/login', DESK);
    await signIn(page, 'manager');
    await page.goto('/manage');
    await by(page, 'floor-table').or(page.getByTestId(/^floor-line-/)).first().waitFor();
    assert.equal(await by(page, 'floor-silent').count(), 0);
  });
}, '--traffic');
