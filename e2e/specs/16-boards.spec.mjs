// What a board says when it calls nobody, and what staff learn of one that has no voice.
import assert from 'node:assert/strict';
import { SITE, agentAtCounter } from '../lib/api.mjs';
import { BOARD, DESK, by, isAccessible, signIn, withDemo } from '../lib/browser.mjs';
import { eventually } from '../lib/eventually.mjs';

const token = (ready) => ready.tenants[0].sites.find((site) => site.slug === SITE).display_token;
const start = (board) => by(board, 'display-start').click({ timeout: 2000 }).catch(() => undefined);

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
    await board.addInitScript(() => {
      const node = { gain: { value: 1, setValueAtTime: () => undefined, linearRampToValueAtTime: () => undefined, exponentialRampToValueAtTime: () => undefined }, frequency: { value: 0 }, connect: (to) => to, start: () => undefined, stop: () => undefined };
      window.AudioContext = class {
        state = 'running';
        currentTime = 0;
        destination = node;
        resume = () => Promise.resolve();
        createGain = () => ({ ...node, gain: { ...node.gain } });
        createOscillator = () => ({ ...node, frequency: { value: 0 } });
      };
      const voices = [];
      const heard = new Set();
      window.SpeechSynthesisUtterance = class {
        constructor(text) {
          this.text = text;
        }
      };
      const speech = {
        getVoices: () => voices,
        addEventListener: (_, f) => heard.add(f),
        removeEventListener: (_, f) => heard.delete(f),
        cancel: () => undefined,
        speak: (words) => setTimeout(() => words.onend?.(), 10),
      };
      Object.defineProperty(window, 'speechSynthesis', { value: speech });
      window.installVoice = () => {
        voices.push({ lang: 'en-GB', localService: true, name: 'Ada' });
        for (const f of heard) f();
      };
    });
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
});
