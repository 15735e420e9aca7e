// Flow 1: pick a service at the kiosk, get a number, an estimate and a QR code; the board shows the call; the
// phone follows live.
import assert from 'node:assert/strict';
import { SITE, agentAtCounter, ask } from '../lib/api.mjs';
import { eventually } from '../lib/eventually.mjs';
import { BOARD, DESK, KIOSK, PHONE, by, isAccessible, signIn, withDemo } from '../lib/browser.mjs';
import { cutFor } from '../lib/measure.mjs';

const device = (ready, kind) => ready.tenants[0].sites.find((site) => site.slug === SITE)[`${kind}_token`];
const open = async (world, kind, options) => world.open(`/${kind}#token=${device(world.ready, kind)}`, options);

/** The tap that gives the board its sound; a browser that allows sound anyway takes the button away by itself. */
async function start(board) {
  await by(board, 'live-age').first().waitFor();
  await by(board, 'display-start').click({ timeout: 2000 }).catch(() => undefined);
}

/** Every call on the board, in one text. Calls that nobody has heard yet come before newer ones. */
const rows = async (board) => (await board.locator('[data-testid=display-newest], [data-testid=display-call]').allTextContents()).join(' ');

/** Where a kiosk keeps the board of its site for a time without the network. */
const BOARDS = 'usher-kiosk/answers';

/** Everything that a page keeps of what happened: its text, its addresses, what it stored and fetched. */
const keptAt = (page) =>
  page.evaluate(async () => {
    const asked = (request) => new Promise((done, failed) => Object.assign(request, { onsuccess: () => done(request.result), onerror: () => failed(request.error) }));
    const stores = {};
    for (const { name } of await indexedDB.databases()) {
      const base = await asked(indexedDB.open(name));
      for (const store of base.objectStoreNames) stores[`${name}/${store}`] = await asked(base.transaction(store).objectStore(store).getAll());
      base.close();
    }
    const fetched = [];
    for (const name of await caches.keys()) fetched.push(...(await (await caches.open(name)).keys()).map((request) => request.url));
    const been = [location.href, document.referrer, JSON.stringify(history.state), ...(window.navigation?.entries() ?? []).map((entry) => entry.url)];
    return { text: document.body.innerHTML, title: document.title, been, stores, fetched, local: { ...localStorage }, session: { ...sessionStorage }, cookies: document.cookie };
  });

/** How many people wait at the branch. */
async function waiting(world) {
  const board = await ask(world.url, 'GET', `/api/v1/public/sites/demo-bank/${SITE}`);
  return board.queues.reduce((sum, queue) => sum + queue.waiting, 0);
}

/** A kiosk that is set up as `config` says. */
async function kioskWith(world, config) {
  const kiosk = await world.open('about:blank', KIOSK);
  await kiosk.route('**/api/v1/device', async (route) => {
    const answer = await route.fetch();
    const self = await answer.json();
    await route.fulfill({ json: { ...self, device: { ...self.device, config } } });
  });
  await kiosk.clock.install();
  await kiosk.goto(`${world.url}/kiosk#token=${device(world.ready, 'kiosk')}`);
  return kiosk;
}

/** The same with numbers of every open line in store. */
async function stocked(world, config = {}) {
  const kiosk = await kioskWith(world, config);
  await by(kiosk, 'kiosk-service-deposit').waitFor();
  const { queues } = await ask(world.url, 'GET', `/api/v1/public/sites/demo-bank/${SITE}`);
  const lines = queues.filter((queue) => queue.status === 'open').map((queue) => queue.id);
  const inStore = async () => {
    const blocks = (await keptAt(kiosk)).stores['usher-kiosk/blocks'] ?? [];
    return lines.every((id) => blocks.some((block) => block.queue_id === id));
  };
  await eventually(inStore, { what: 'numbers in store' });
  // What is in store is counted once all lines have theirs.
  await kiosk.waitForTimeout(500);
  return kiosk;
}

withDemo(({ flow }) => {
  flow('a tap at the kiosk gives a number; the call reaches the board and the phone', async (world) => {
    const agent = await agentAtCounter(world.url);
    // Without numbers of its own the kiosk waits for the server, however slow this machine is.
    const kiosk = await kioskWith(world, { offline_numbers: 0 });
    const tile = by(kiosk, 'kiosk-service-deposit');
    await tile.waitFor();
    assert.ok(!kiosk.url().includes('token'), 'the token leaves the address');
    await isAccessible(kiosk);

    const answer = kiosk.waitForResponse((response) => response.url().includes('/device/tickets'));
    await tile.click();
    await by(kiosk, 'kiosk-number').waitFor();
    const issued = await (await answer).json();
    assert.equal(await by(kiosk, 'kiosk-number').textContent(), issued.number);
    await by(kiosk, 'kiosk-qr').waitFor();
    await isAccessible(kiosk);

    const phone = await world.open(issued.url, PHONE);
    await by(phone, 'ticket-number').waitFor();
    assert.equal(await by(phone, 'ticket-number').textContent(), issued.number);
    const board = await open(world, 'display', BOARD);
    await start(board);

    const { items } = await agent.get(`T/tickets?q=${issued.number}&status=waiting`);
    await agent.post(`T/tickets/${items[0].id}/call`, { counter_id: agent.counter.id });
    await by(phone, 'ticket-called').waitFor();
    assert.match(await phone.title(), new RegExp(issued.number));
    await eventually(async () => (await rows(board)).includes(issued.number), { what: `${issued.number} on the board` });
    await isAccessible(phone);
    await isAccessible(board);

    await by(kiosk, 'kiosk-done').click();
    await tile.waitFor();
    const kept = await keptAt(kiosk);
    const { [BOARDS]: boards, ...others } = kept.stores;
    assert.ok(Array.isArray(boards), Object.keys(kept.stores).join(' '));
    // What hangs in the hall for everybody names numbers that were called; nothing else may.
    for (const [word, where] of [[issued.secret, kept], [issued.number, { ...kept, stores: others }]]) {
      const text = JSON.stringify(where);
      assert.ok(!text.includes(word), `of the person remains: ${text.slice(Math.max(0, text.indexOf(word) - 200), text.indexOf(word) + 60)}`);
    }
  });

  flow('the network hangs: the number comes within a second from the kiosk’s store, and the person has one ticket', async (world) => {
    const agent = await agentAtCounter(world.url);
    const kiosk = await stocked(world);
    const before = await waiting(world);
    // The server makes a ticket, but its answer stays on the way.
    let release;
    const held = new Promise((done) => (release = done));
    let made;
    await kiosk.route('**/api/v1/device/tickets', async (route) => {
      const answer = await route.fetch();
      made = await answer.json();
      await held;
      // Given up by the kiosk in between, it asks again by itself.
      await route.fulfill({ response: answer }).catch(() => undefined);
    });
    const withdrawn = kiosk.waitForResponse((response) => response.url().endsWith('/withdraw'));
    const tapped = Date.now();
    await by(kiosk, 'kiosk-service-deposit').click();
    await by(kiosk, 'kiosk-number').waitFor();
    const took = Date.now() - tapped;
    assert.ok(took < 2500, `tap to number took ${took} ms`);
    const number = await by(kiosk, 'kiosk-number').textContent();
    await eventually(() => made !== undefined, { what: 'the server made a ticket' });
    assert.notEqual(number, made.number);
    assert.equal(await waiting(world), before + 1, 'of that ticket nobody knows yet');
    release();
    assert.equal((await withdrawn).status(), 204);
    await eventually(async () => (await waiting(world)) === before, { what: 'the late ticket is taken back' });
    await by(kiosk, 'kiosk-done').click();
    await kiosk.unroute('**/api/v1/device/tickets');
    await kiosk.reload();
    await eventually(async () => (await agent.get(`T/tickets?q=${number}&status=waiting`)).items.length === 1, { what: 'the number that was given is in the line' });
    await eventually(async () => (await waiting(world)) === before + 1, { what: 'one ticket' });
    const [late] = (await agent.get(`T/tickets?q=${made.number}`)).items;
    assert.equal(late.status, 'cancelled');
  });

  flow('a request that never arrives leaves one ticket, too', async (world) => {
    const agent = await agentAtCounter(world.url);
    const kiosk = await stocked(world);
    const before = await waiting(world);
    await kiosk.route('**/api/v1/device/tickets', () => undefined);
    await by(kiosk, 'kiosk-service-deposit').click();
    await by(kiosk, 'kiosk-number').waitFor({ timeout: 2500 });
    const number = await by(kiosk, 'kiosk-number').textContent();
    await by(kiosk, 'kiosk-done').click();
    await by(kiosk, 'kiosk-service-deposit').waitFor();
    await kiosk.unroute('**/api/v1/device/tickets');
    const withdrawn = kiosk.waitForResponse((response) => response.url().endsWith('/withdraw'));
    await kiosk.reload();
    await withdrawn;
    await eventually(async () => (await agent.get(`T/tickets?q=${number}&status=waiting`)).items.length === 1, { what: 'the number that was given is in the line' });
    assert.equal(await waiting(world), before + 1);
    const kept = await keptAt(kiosk);
    assert.deepEqual(kept.stores['usher-kiosk/doubts'], []);
  });

  flow('a kiosk on its own says so, tells no old wait, and of a line without numbers why it takes nobody', async (world) => {
    const kiosk = await stocked(world, { offline_numbers: 1 });
    const tile = by(kiosk, 'kiosk-service-deposit');
    await tile.waitFor();
    assert.equal(await by(kiosk, 'kiosk-alone').count(), 0);
    await cutFor(kiosk, 40);
    await by(kiosk, 'kiosk-alone').getByText(/the waits are as of \d\d:\d\d:\d\d/).waitFor();
    assert.equal(await tile.getByText('without network').count(), 0, 'a wait of a minute ago is still told');
    await isAccessible(kiosk);
    await kiosk.clock.fastForward(100_000);
    await tile.getByText('Wait not known without network').waitFor();
    await by(kiosk, 'kiosk-alone').getByText('how long it takes is not known').waitFor();
    await tile.click();
    await by(kiosk, 'kiosk-number').waitFor();
    await by(kiosk, 'kiosk-done').click();
    await tile.getByText('No numbers left without network').waitFor();
    assert.equal(await tile.getAttribute('aria-disabled'), 'true');
    await isAccessible(kiosk);
    // The keypad reaches it, so that its reason is read out.
    await tile.focus();
    await kiosk.keyboard.press('Enter');
    assert.equal(await by(kiosk, 'kiosk-number').count(), 0);
    await kiosk.unroute('**/events*');
    await by(kiosk, 'kiosk-alone').waitFor({ state: 'detached', timeout: 60_000 });
    await tile.getByText('without network').waitFor({ state: 'detached' });
  });

  flow('the tiles say what their lines are: paused, full, closed; one ticket too many says so', async (world) => {
    const kiosk = await world.open('about:blank', KIOSK);
    await kiosk.route('**/api/v1/device/kiosk', async (route) => {
      const board = await (await route.fetch()).json();
      const states = [['paused', null], ['full', null], ['closed', new Date(Date.now() + 86_400_000).toISOString()]];
      board.queues.forEach((queue, at) => {
        const [status, reopens_at] = states[at - 1] ?? ['open', null];
        Object.assign(queue, { status, reason: status === 'open' ? null : status, reopens_at });
      });
      await route.fulfill({ json: board });
    });
    // The feed would tell the lines as they are.
    await kiosk.route('**/api/v1/device/events*', () => undefined);
    await kiosk.goto(`${world.url}/kiosk#token=${device(world.ready, 'kiosk')}`);
    const tiles = by(kiosk, 'kiosk-tiles');
    for (const words of ['Paused', 'Full for now', /Closed · open again from .*\d/]) {
      const tile = tiles.getByRole('button').filter({ hasText: words }).first();
      await tile.waitFor();
      assert.equal(await tile.getAttribute('aria-disabled'), 'true', String(words));
    }
    await isAccessible(kiosk);

    // A hand that keeps tapping is told that one ticket is enough.
    const open = tiles.locator('button[aria-disabled=false]').first();
    for (let taken = 0; taken < 5; taken += 1) {
      await open.click();
      await by(kiosk, 'kiosk-number').waitFor();
      await by(kiosk, 'kiosk-done').click();
    }
    await open.click();
    await kiosk.getByRole('heading', { name: 'You have just taken a ticket' }).waitFor();
    await isAccessible(kiosk);
  });

  flow('two quick taps give one ticket', async (world) => {
    const kiosk = await open(world, 'kiosk', KIOSK);
    const sent = [];
    kiosk.on('request', (request) => request.url().includes('/device/tickets') && sent.push(request));
    await by(kiosk, 'kiosk-service-deposit').dblclick();
    await by(kiosk, 'kiosk-number').waitFor();
    assert.equal(sent.length, 1);
  });

  flow('a kiosk that speaks says the question, what has the focus, and the number, in the language that was chosen', async (world) => {
    const kiosk = await world.open('about:blank', KIOSK);
    // A machine with two voices, whose words are written down.
    await kiosk.addInitScript(() => {
      window.said = [];
      const voices = ['en-GB', 'de-DE'].map((lang) => ({ lang, localService: true, name: lang }));
      window.SpeechSynthesisUtterance = class {
        constructor(text) {
          this.text = text;
        }
      };
      const speak = (words) => {
        window.said.push(`${words.lang} ${words.text}`);
        setTimeout(() => words.onend?.(), 10);
      };
      Object.defineProperty(window, 'speechSynthesis', { value: { getVoices: () => voices, addEventListener: () => undefined, removeEventListener: () => undefined, cancel: () => undefined, speak } });
    });
    await kiosk.goto(`${world.url}/kiosk#token=${device(world.ready, 'kiosk')}`);
    const said = () => kiosk.evaluate(() => window.said);
    const hears = (pattern) => eventually(async () => (await said()).some((words) => pattern.test(words)), { what: `${pattern} is said` });
    await by(kiosk, 'kiosk-service-deposit').waitFor();
    assert.deepEqual(await said(), [], 'nothing is said before it is asked for');
    await by(kiosk, 'kiosk-mode-sound').click();
    assert.equal(await by(kiosk, 'kiosk-mode-sound').getAttribute('aria-pressed'), 'true');
    await hears(/^en-GB What do you need today\?/);
    await by(kiosk, 'kiosk-service-deposit').focus();
    await hears(/^en-GB Deposit/);
    await isAccessible(kiosk);
    await kiosk.locator('nav button[lang=de]').click();
    // A language is fetched when it is chosen; the question is what it says first.
    await hears(/^de-DE /);
    await by(kiosk, 'kiosk-service-deposit').focus();
    await hears(/^de-DE Einzahlung/);
    await kiosk.keyboard.press('Enter');
    await by(kiosk, 'kiosk-number').waitFor();
    const digits = (await by(kiosk, 'kiosk-number').textContent()).match(/[A-Z\d]/g).join(', ');
    await hears(new RegExp(`^de-DE .*${digits}`));
    await by(kiosk, 'kiosk-done').click();
    // The next person is met in silence again.
    await by(kiosk, 'kiosk-service-deposit').waitFor();
    assert.equal(await by(kiosk, 'kiosk-mode-sound').getAttribute('aria-pressed'), 'false');
    const before = (await said()).length;
    await by(kiosk, 'kiosk-service-deposit').focus();
    await kiosk.waitForTimeout(300);
    assert.equal((await said()).length, before);
  });

  flow('three calls in a moment: all of them on the board, acknowledged in their order', async (world) => {
    const board = await open(world, 'display', BOARD);
    await start(board);
    const acknowledged = [];
    board.on('request', (request) => request.url().endsWith('/ack') && acknowledged.push(request.url().split('/').at(-2)));
    const state = () => ask(world.url, 'GET', '/api/v1/device/board', { headers: { authorization: `Token ${device(world.ready, 'display')}` } });
    await eventually(async () => (await state()).queue_of_calls.length === 0, { ms: 60_000, what: 'earlier calls are played' });
    const agent = await agentAtCounter(world.url);
    const called = [];
    for (let i = 0; i < 3; i += 1) {
      await agent.post('T/tickets', { queue_id: agent.counter.queue_ids[0] });
      called.push((await agent.post('T/agents/complete-and-call-next')).ticket.number);
    }
    const all = async () => {
      const shown = await rows(board);
      return called.every((number) => shown.includes(number));
    };
    const { now_serving: serving, last_called: last } = await state();
    const order = called.map((number) => [...serving, ...last].find((call) => call.number === number).announcement_id);
    await eventually(all, { ms: 60_000, what: `${called.join(', ')} on the board` });
    await eventually(() => order.every((id) => acknowledged.includes(id)), { ms: 30_000, what: 'all of them are acknowledged' });
    assert.deepEqual(acknowledged.filter((id) => order.includes(id)), order);
  });

  flow('an agent presses the key: the number is on the board in another browser, which asked for nothing', async (world) => {
    const agent = await agentAtCounter(world.url);
    for (const held of (await agent.get('T/agents/me')).now) await agent.post(`T/tickets/${held.id}/close`);
    await agent.post('T/tickets', { queue_id: agent.counter.queue_ids[0] });
    const desk = await world.open('/login', DESK);
    await signIn(desk, 'agent');
    await eventually(() => by(desk, 'agent-primary').isEnabled(), { what: 'somebody to call' });
    const board = await open(world, 'display', BOARD);
    await start(board);
    const asked = [];
    board.on('request', (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
    const questions = () => asked.filter((one) => one.startsWith('GET /api/'));
    // What it asks for while it opens may come late on a busy machine; left alone it asks for nothing.
    const quiet = async () => {
      asked.length = 0;
      await board.waitForTimeout(2000);
      return questions().length === 0;
    };
    await eventually(quiet, { ms: 20_000, what: 'left alone the board asks for nothing' });

    await desk.keyboard.press('F9');
    const called = await eventually(async () => (await agent.get('T/agents/me')).now[0]?.number, { what: 'a call' });
    await board.locator(`[data-number="${called}"]`).first().waitFor({ timeout: 15_000 });
    // It tells that the call was played, and fetches what it plays it with; it never asks how the line stands.
    assert.deepEqual(questions(), []);
  });
});
