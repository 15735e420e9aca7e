// What a board says when it calls nobody, what staff learn of one that has no voice, the calls of two branches on one
// board, and the screen above one counter.
import assert from 'node:assert/strict';
import { SITE, agentAtCounter, ask, person } from '../lib/api.mjs';
import { BOARD, DESK, by, fitsWidth, isAccessible, signIn, withDemo } from '../lib/browser.mjs';
import { eventually } from '../lib/eventually.mjs';
import { CAPITAL, YELLOW, cutFor, pixelsPerMm, smallestText, yellows } from '../lib/measure.mjs';

const branch = (ready, slug = SITE) => ready.tenants[0].sites.find((site) => site.slug === slug);
const token = (ready) => branch(ready).display_token;
const start = (board) => by(board, 'display-start').click({ timeout: 2000 }).catch(() => undefined);

/** A machine with sound, and with these voices from the start; what it says is kept in `window.said`. */
async function withSound(page, voices = []) {
  await page.addInitScript((there) => {
    const node = { gain: { value: 1, setValueAtTime: () => undefined, linearRampToValueAtTime: () => undefined, exponentialRampToValueAtTime: () => undefined }, frequency: { value: 0 }, connect: (to) => to, start: () => undefined, stop: () => undefined };
    window.AudioContext = class {
      state = 'running';
      currentTime = 0;
      destination = node;
      resume = () => Promise.resolve();
      createGain = () => ({ ...node, gain: { ...node.gain } });
      createOscillator = () => ({ ...node, frequency: { value: 0 } });
    };
    const own = [...there];
    const heard = new Set();
    window.said = [];
    window.SpeechSynthesisUtterance = class {
      constructor(text) {
        this.text = text;
      }
    };
    const speech = {
      getVoices: () => own,
      addEventListener: (_, f) => heard.add(f),
      removeEventListener: (_, f) => heard.delete(f),
      cancel: () => undefined,
      speak: (words) => {
        window.said.push(words.text);
        setTimeout(() => words.onend?.(), 10);
      },
    };
    Object.defineProperty(window, 'speechSynthesis', { value: speech });
    window.installVoice = () => {
      own.push({ lang: 'en-GB', localService: true, name: 'Ada' });
      for (const f of heard) f();
    };
  }, voices);
}

/** The board of a branch, and how its set-up is changed. */
async function setUp(url, site) {
  const admin = await person(url, 'admin');
  const { items } = await admin.get('T/devices');
  const { id } = items.find((one) => one.type === 'display' && one.site_id === site.id);
  return { admin, put: (config) => admin.put(`T/devices/${id}`, { config }) };
}

/** Calls somebody new to a counter that nobody is kept at; the ticket. */
async function callTo(admin, counter) {
  const { items } = await admin.get('T/tickets?status=called,serving,paused&limit=200');
  for (const held of items.filter((one) => one.counter_id === counter.id)) await admin.post(`T/tickets/${held.id}/close`);
  const ticket = await admin.post('T/tickets', { queue_id: counter.queue_ids[0] });
  return admin.post(`T/tickets/${ticket.id}/call`, { counter_id: counter.id });
}

/** The counters of a branch where somebody sits: at least one. */
async function staffed(admin, site) {
  let here = [];
  const open = () => here.filter((one) => one.status === 'open');
  const look = async () => {
    here = (await admin.get('T/counters?limit=200')).items.filter((one) => one.site_id === site.id);
    return open().length > 0;
  };
  await eventually(look, { what: `somebody at ${site.name}` }).catch((error) => {
    throw new Error(JSON.stringify(here), { cause: error });
  });
  return open();
}

/** A board whose feed is of our making: what it first hears is the branch's own board, changed by `change`. */
async function boardThat(world, change) {
  const board = await world.open('about:blank', BOARD);
  const own = await (await fetch(`${world.url}/api/v1/public/sites/demo-bank/${SITE}`)).json();
  const state = { ...own, now_serving: [], last_called: [] };
  change(state);
  await board.route('**/api/v1/device/events*', (route) => {
    const frame = { id: '1', type: 'snapshot', room: `board:${own.site.id}`, at: new Date().toISOString(), data: state };
    return route.fulfill({ contentType: 'text/event-stream', body: `id: 1\ndata: ${JSON.stringify(frame)}\n\n` });
  });
  await board.route('**/api/v1/device/board', (route) => route.fulfill({ json: { ...state, others: [], queue_of_calls: [], join_code: null } }));
  await board.goto(`${world.url}/display#token=${token(world.ready)}`);
  return board;
}

const STATES = [
  ['calm', 'Please take a seat', (board) => Object.assign(board.site, { open: true, notice: null })],
  ['closed', 'We open again', (board) => Object.assign(board.site, { open: false, opens_at: new Date(Date.now() + 20 * 3_600_000).toISOString() })],
  [
    'nobody',
    'Your place in the line is kept',
    (board) => {
      board.site.open = true;
      for (const queue of board.queues) queue.counters_open = 0;
    },
  ],
];

withDemo(({ flow }) => {
  for (const [state, words, change] of STATES) {
    flow(`a board that calls nobody says why: ${state}`, async (world) => {
      const board = await boardThat(world, (made) => {
        for (const queue of made.queues) queue.counters_open = 1;
        change(made);
      });
      const calm = by(board, 'display-calm');
      await calm.getByText(words).waitFor();
      assert.equal(await calm.getAttribute('data-state'), state);
      assert.equal(await by(board, 'display-message').count(), 0);
      await start(board);
      await isAccessible(board);
    });
  }

  flow('a board shows a message of the branch', async (world) => {
    const board = await boardThat(world, (made) => Object.assign(made.site, { open: true, notice: 'The lift is out of order' }));
    await by(board, 'display-message').getByText('The lift is out of order').waitFor();
    await start(board);
    await isAccessible(board);
  });

  flow('a board without a voice chimes and says so; the floor and the list of devices name it', async (world) => {
    const agent = await agentAtCounter(world.url);
    for (const held of (await agent.get('T/agents/me')).now) await agent.post(`T/tickets/${held.id}/close`);
    const board = await world.open('about:blank', BOARD);
    // A machine with sound and no voice, until somebody installs one.
    await withSound(board);
    const pings = [];
    board.on('request', (request) => request.url().endsWith('/device/ping') && pings.push(request.postDataJSON().audio));
    const acks = [];
    board.on('request', (request) => request.url().endsWith('/ack') && acks.push(request.postDataJSON().outcome));
    await board.goto(`${world.url}/display#token=${token(world.ready)}`);
    await by(board, 'live-age').first().waitFor();
    await start(board);
    await eventually(() => pings.at(-1) === 'chime', { what: 'the server is told that there is no voice' });

    await agent.post('T/tickets', { queue_id: agent.counter.queue_ids[0] });
    const { ticket } = await agent.post('T/agents/call-next');
    await by(board, 'display-no-voice').waitFor({ timeout: 60_000 });
    assert.ok(acks.includes('chime_only'));
    await isAccessible(board);

    const floor = await world.open('/login', DESK);
    await signIn(floor, 'manager');
    const named = by(floor, 'floor-voiceless');
    await named.waitFor();
    await isAccessible(floor);
    const office = await world.open('/login', DESK);
    await signIn(office, 'admin');
    await by(office, 'admin-section-devices').click();
    await office.getByText('has no voice, chimes only').first().waitFor();

    // With a voice the next call is spoken, and nobody is told of the board any more.
    await board.evaluate(() => window.installVoice());
    await eventually(() => pings.at(-1) === 'voice', { what: 'the server is told of the voice' });
    await agent.post(`T/tickets/${ticket.id}/close`);
    await agent.post('T/tickets', { queue_id: agent.counter.queue_ids[0] });
    const next = await agent.post('T/agents/call-next');
    await eventually(() => acks.at(-1) === 'spoken', { ms: 60_000, what: 'the call is spoken' });
    await by(board, 'display-no-voice').waitFor({ state: 'detached' });
    await named.waitFor({ state: 'detached' });
    await agent.post(`T/tickets/${next.ticket.id}/close`);
  });

  flow('a board of two branches says of each call where it is: in its row, aloud, and of messages as well', async (world) => {
    const [main, north] = [branch(world.ready), branch(world.ready, 'north')];
    const { admin, put } = await setUp(world.url, main);
    await put({ sites: [north.id] });
    const board = await world.open('about:blank', BOARD);
    await withSound(board, [{ lang: 'en-GB', localService: true, name: 'Ada' }]);
    await board.goto(`${world.url}/display#token=${main.display_token}`);
    await by(board, 'live-age').first().waitFor();
    await start(board);
    const state = () => ask(world.url, 'GET', '/api/v1/device/board', { headers: { authorization: `Token ${main.display_token}` } });
    await eventually(async () => (await state()).queue_of_calls.length === 0, { ms: 60_000, what: 'earlier calls are played' });

    const [there] = await staffed(admin, north);
    const [here] = await staffed(admin, main);
    const rows = [];
    for (const [site, counter] of [[north, there], [main, here]]) {
      const ticket = await callTo(admin, counter);
      const row = board.locator(`[data-number="${ticket.number}"]`).filter({ hasText: site.name });
      await row.first().waitFor({ timeout: 60_000 });
      assert.equal(await row.first().getByTestId('display-site').textContent(), site.name);
      assert.equal(await row.first().getAttribute('aria-label'), `${ticket.number}, counter ${counter.number}, ${site.name}`);
      await eventually(() => board.evaluate((end) => window.said.some((text) => text.endsWith(end)), `Counter ${counter.number}, ${site.name}.`), { ms: 60_000, what: `it is said that this is at ${site.name}` });
      rows.push(row);
    }
    // The line that says where is as large as everything else that the farthest seat reads, and nothing is pushed out.
    const small = await rows[1].first().getByTestId('display-site').evaluate((e) => Number.parseFloat(getComputedStyle(e).fontSize));
    assert.ok(small >= (await smallestText(board, 'main footer')) - 0.5, `${small} px`);
    const [outer, inner] = [await rows[1].first().boundingBox(), await rows[1].first().getByTestId('display-site').boundingBox()];
    assert.ok(inner.y + inner.height <= outer.y + outer.height + 1, 'the line stands in its row');
    await fitsWidth(board);
    await isAccessible(board);

    await admin.put(`T/sites/${north.id}`, { notice: 'The lift is out of order' });
    await by(board, 'display-message').filter({ hasText: `${north.name}: The lift is out of order` }).waitFor();
    await admin.put(`T/sites/${north.id}`, { notice: null });
    await by(board, 'display-message').waitFor({ state: 'detached' });

    // With one branch alone nobody has to be told which.
    await put({});
    await by(board, 'display-site').first().waitFor({ state: 'detached' });
    const alone = await callTo(admin, here);
    await board.locator(`[data-number="${alone.number}"]`).first().waitFor({ timeout: 60_000 });
    assert.equal(await by(board, 'display-site').count(), 0);
    assert.equal(await board.locator(`[data-number="${alone.number}"]`).first().getAttribute('aria-label'), `${alone.number}, counter ${here.number}`);
    await admin.post(`T/tickets/${alone.id}/close`);
  });

  flow('a screen above a counter shows whom that counter calls and serves, that it is free, on a break or closed, and nobody else', async (world) => {
    const agent = await agentAtCounter(world.url);
    const { counter } = agent;
    const site = world.ready.tenants[0].sites.find((one) => one.id === counter.site_id);
    const { admin, put } = await setUp(world.url, site);
    await agent.post('T/agents/set-status', { status: 'available' });
    for (const held of (await agent.get('T/agents/me')).now) await agent.post(`T/tickets/${held.id}/close`);
    const config = { layout: 'counter', counters: [counter.id], diagonal_inches: 24, distance_m: 3, sound: false };
    await put(config);
    const acks = [];
    const board = await world.open('about:blank', { ...BOARD, reducedMotion: 'reduce' });
    board.on('request', (request) => request.url().endsWith('/ack') && acks.push([request.url().split('/').at(-2), request.postDataJSON().outcome]));
    await board.goto(`${world.url}/display#token=${site.display_token}`);
    const stands = (state) => board.locator(`[data-testid=display-board][data-layout=counter][data-state=${state}]`).waitFor();
    await stands('free');
    await start(board);
    assert.match(await by(board, 'display-counter').textContent(), new RegExp(`Counter ${counter.number}$`));
    await board.getByRole('heading', { name: 'Next, please' }).waitFor();
    assert.equal(await by(board, 'display-locked').count(), 0, 'it is silent by its set-up, and no fault');
    assert.deepEqual(await yellows(board), []);
    await fitsWidth(board);
    await isAccessible(board);

    // What another counter calls comes first, and is not for this screen.
    const other = (await staffed(admin, site)).find((one) => one.id !== counter.id);
    const elsewhere = await callTo(admin, other);
    await agent.post('T/tickets', { queue_id: counter.queue_ids[0] });
    const { ticket } = await agent.post('T/agents/call-next');
    const number = board.locator(`[data-testid=display-newest][data-number="${ticket.number}"]`);
    await number.waitFor();
    await stands('called');
    assert.equal(await board.locator(`[data-number="${elsewhere.number}"]`).count(), 0);
    await board.getByText('Please come here').waitFor();
    const look = await number.evaluate((e) => {
      const { backgroundColor, animationName, fontSize } = getComputedStyle(e);
      return { backgroundColor, animationName, size: Number.parseFloat(fontSize) };
    });
    assert.equal(look.backgroundColor, YELLOW);
    assert.equal(look.animationName, 'none', 'no pulse where motion is not wanted');
    const mm = pixelsPerMm(BOARD.viewport, config.diagonal_inches);
    const capital = (share) => ((config.distance_m * 1000) / share) * mm;
    assert.ok(look.size * CAPITAL.code >= capital(82) - 1, `the number: ${look.size} px`);
    const own = await by(board, 'display-counter').locator('bdi').evaluate((e) => Number.parseFloat(getComputedStyle(e).fontSize));
    assert.ok(own * CAPITAL.code >= capital(120) - 1, `the counter's own: ${own} px`);
    assert.ok((await smallestText(board, 'main')) * CAPITAL.text >= capital(200) - 1, 'everything else');
    await fitsWidth(board);
    await isAccessible(board);
    const { now_serving: serving } = await ask(world.url, 'GET', '/api/v1/device/board', { headers: { authorization: `Token ${site.display_token}` } });
    const { announcement_id: announced } = serving.find((call) => call.ticket_id === ticket.id);
    await eventually(() => acks.some(([id, outcome]) => id === announced && outcome === 'quiet'), { what: 'it says that it showed the call, and that it is to be silent' });

    await agent.post(`T/tickets/${ticket.id}/start_service`);
    await stands('serving');
    assert.deepEqual(await yellows(board), [], 'whoever has come is not called any more');
    await board.getByText('Being served').waitFor();
    await isAccessible(board);
    await admin.put(`T/sites/${site.id}`, { notice: 'The lift is out of order' });
    await by(board, 'display-message').getByText('The lift is out of order').waitFor();
    await admin.put(`T/sites/${site.id}`, { notice: null });
    await by(board, 'display-message').waitFor({ state: 'detached' });

    await agent.post(`T/tickets/${ticket.id}/close`);
    await stands('free');
    await agent.post('T/agents/set-status', { status: 'paused', reason: 'Lunch' });
    await stands('paused');
    await board.getByRole('heading', { name: 'On a break' }).waitFor();
    assert.equal(await board.getByText('Lunch').count(), 0, 'why is nobody’s business');
    await isAccessible(board);
    await agent.post('T/agents/sign-out');
    await stands('closed');
    await board.getByRole('heading', { name: 'Counter closed' }).waitFor();
    await isAccessible(board);

    // A panel whose farthest place is too far says so; one whose counter is not there says that.
    await put({ ...config, distance_m: 12 });
    await board.getByRole('heading', { name: /too far/i }).waitFor();
    await put({ ...config, counters: ['0190a0a0-0000-7000-8000-000000000001'] });
    await stands('gone');
    await isAccessible(board);
    await admin.post(`T/tickets/${elsewhere.id}/close`);
    await put({});
  });

  flow('a screen above a counter that is cut off says so, invites nobody, and finds back by itself', async (world) => {
    const agent = await agentAtCounter(world.url);
    const site = world.ready.tenants[0].sites.find((one) => one.id === agent.counter.site_id);
    const { put } = await setUp(world.url, site);
    await agent.post('T/agents/set-status', { status: 'available' });
    for (const held of (await agent.get('T/agents/me')).now) await agent.post(`T/tickets/${held.id}/close`);
    await put({ layout: 'counter', counters: [agent.counter.id], sound: false, languages: ['ar'] });
    const board = await world.open('about:blank', BOARD);
    await board.goto(`${world.url}/display#token=${site.display_token}`);
    await board.clock.install();
    await board.reload();
    const stands = (state) => board.locator(`[data-testid=display-board][data-state=${state}]`).waitFor();
    const next = board.getByRole('heading', { name: 'التالي من فضلك' });
    await stands('free');
    await next.waitFor();
    await start(board);
    await fitsWidth(board);
    await isAccessible(board);
    await cutFor(board, 16);
    await by(board, 'display-stale').waitFor();
    await stands('unknown');
    assert.equal(await next.count(), 0, 'whoever looks is not sent to a counter that may be closed by now');
    await isAccessible(board);
    await board.unroute('**/events*');
    await board.clock.resume();
    await by(board, 'display-stale').waitFor({ state: 'detached', timeout: 20_000 });
    await stands('free');
    await put({});
  });

  flow('a screen above a counter whose credential is worth nothing shows a code', async (world) => {
    const board = await world.open('/display#token=nobody', BOARD);
    await by(board, 'pairing-code').waitFor();
    await isAccessible(board);
  });
});
