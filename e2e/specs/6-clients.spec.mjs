// Real third-party clients on the live doors: the Socket.IO client, a plain WebSocket, an EventSource.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { EventSource } from 'eventsource';
import WebSocket from 'ws';
import { EVENTS, follow } from '../clients/socketio.mjs';
import { TENANT, agentAtCounter, person } from '../lib/api.mjs';
import { eventually } from '../lib/eventually.mjs';
import { startDemo } from '../lib/server.mjs';

let demo;
let agent;
before(async () => {
  demo = await startDemo();
  agent = await agentAtCounter(demo.url);
});
after(() => demo?.stop());

const wire = (path) => demo.url.replace(/^http/, 'ws') + path;
const queue = () => agent.counter.queue_ids[0];
const issue = () => agent.post('T/tickets', { queue_id: queue() });

/** Calls whoever is next and completes them. */
async function serveOne() {
  const { ticket } = await agent.post('T/agents/call-next');
  assert.notEqual(ticket, null, 'somebody waits');
  await agent.post(`T/tickets/${ticket.id}/close`);
  return ticket;
}

async function free() {
  for (const ticket of (await agent.get('T/agents/me')).now) await agent.post(`T/tickets/${ticket.id}/close`);
}

test('socket.io-client receives each documented event and resumes after a cut', { timeout: 60_000 }, async () => {
  await free();
  const client = follow(demo.url, { auth: { token: agent.token, tenant: TENANT, rooms: ['global'] } });
  await client.until('joined');
  const one = await issue();
  const mine = (id) => (list) => list.some(({ payload }) => JSON.stringify(payload).includes(id));
  await client.until('token_generated', mine(one.id));
  const served = await serveOne();
  await client.until('token_called', mine(served.id));
  await client.until('token_served', mine(served.id));
  await client.until('queue_update', (list) => list.some(({ payload }) => payload.deltas.some((delta) => delta.queue_id === queue() && Number.isInteger(delta.waiting))));
  await client.until('queue:updated', mine(queue()));

  // Somebody closes the counter, and the agent sits down there again.
  const manager = await person(demo.url, 'manager');
  await manager.put(`T/counters/${agent.counter.id}`, { status: 'closed' });
  await client.until('counter_status', mine(agent.counter.id));
  await agent.post('T/agents/sign-in', { counter_id: agent.counter.id });
  await client.until('counter_status', (list) => list.filter(({ payload }) => payload.counter_id === agent.counter.id).length >= 2);
  assert.deepEqual(EVENTS.filter((name) => !client.heard.some((event) => event.name === name)), [], 'every documented event came');

  // Cut the line below the client: it comes back by itself and has missed nothing.
  client.cut();
  const missed = await issue();
  await client.until('token_generated', mine(missed.id));
  client.close();
});

test('whoever is connected hears queue:updated, without who waits', { timeout: 60_000 }, async () => {
  await free();
  const anybody = follow(demo.url, { namespace: '/', auth: { tenant: TENANT } });
  await anybody.until('joined');
  const waiting = await issue();
  const of = (list) => list.map(({ payload }) => payload).filter((payload) => payload.queueId === queue());
  const [first] = of(await anybody.until('queue:updated', (list) => of(list).length > 0));
  assert.ok(first.statistics.waiting > 0);
  assert.ok(!JSON.stringify(first).includes(waiting.id));
  // Who is called is on every board, whichever of the counter's lines they stood in.
  const { ticket } = await agent.post('T/agents/call-next');
  const calls = ({ payload }) => payload.currentNumber === ticket.number && payload.activeTickets.some(({ id }) => id === ticket.id);
  await anybody.until('queue:updated', (list) => list.some(calls));
  await agent.post(`T/tickets/${ticket.id}/close`);
  assert.deepEqual([...new Set(anybody.heard.map(({ name }) => name))].sort(), ['joined', 'queue:updated'], 'and nothing else');
  anybody.close();
});

test('a plain WebSocket gets a snapshot, then what happens', { timeout: 60_000 }, async () => {
  const frames = [];
  const socket = new WebSocket(wire(`/ws/tenants/${TENANT}/queues/${queue()}/`), { headers: { authorization: `Bearer ${agent.token}` } });
  socket.on('message', (text) => frames.push(...[JSON.parse(String(text))].flat()));
  await eventually(() => frames.some((frame) => frame.type === 'snapshot'), { what: 'the snapshot' });
  await issue();
  await eventually(() => frames.some((frame) => frame.type === 'ticket.issued'), { what: 'ticket.issued' });
  socket.close();
});

test('the socket of an agent says when they pause, come back, and call', { timeout: 60_000 }, async () => {
  await free();
  const me = agent.user.id;
  const frames = [];
  const socket = new WebSocket(wire(`/ws/tenants/${TENANT}/agents/${me}/`), { headers: { authorization: `Token ${agent.token}` } });
  socket.on('message', (text) => frames.push(...[JSON.parse(String(text))].flat()));
  await eventually(() => frames.some((frame) => frame.type === 'snapshot'), { what: 'the snapshot' });
  const heard = (status) => () => frames.some(({ type, data }) => type === 'agent.changed' && data.agent_id === me && data.status === status);
  await agent.post('T/agents/set-status', { status: 'paused', reason: 'Lunch' });
  await eventually(heard('paused'), { what: 'the break' });
  await agent.post('T/agents/set-status', { status: 'available' });
  await eventually(heard('available'), { what: 'the return' });
  await issue();
  const called = await serveOne();
  await eventually(() => frames.some(({ type, data }) => type === 'ticket.called' && data.ticket_id === called.id), { what: 'the call' });
  socket.close();
});

test('an EventSource resumes where it was cut off', { timeout: 60_000 }, async () => {
  const address = `${demo.url}/api/v1/tenants/${TENANT}/events?rooms=queue:${queue()}`;
  let lastId = '';
  const listen = (from) =>
    new EventSource(address, {
      fetch: (target, init) =>
        fetch(target, {
          ...init,
          headers: { ...init.headers, authorization: `Bearer ${agent.token}`, ...(from === '' ? {} : { 'last-event-id': from }) },
        }),
    });
  const collect = (source) => {
    const frames = [];
    const take = (message) => {
      if (message.lastEventId !== '') lastId = message.lastEventId;
      frames.push(...[JSON.parse(message.data)].flat());
    };
    source.onmessage = take;
    for (const type of ['snapshot', 'ticket.issued', 'resync']) source.addEventListener(type, take);
    return frames;
  };
  const first = listen('');
  const frames = collect(first);
  await eventually(() => frames.some((frame) => frame.type === 'snapshot'), { what: 'the snapshot' });
  const one = await issue();
  await eventually(() => frames.some((frame) => JSON.stringify(frame).includes(one.id)), { what: 'the first ticket' });
  first.close();

  const missed = await issue();
  const second = listen(lastId);
  const later = collect(second);
  await eventually(() => later.some((frame) => JSON.stringify(frame).includes(missed.id)), { what: 'the ticket of the gap' });
  assert.ok(!later.some((frame) => frame.type === 'snapshot'), 'resumed, not started over');
  assert.ok(!later.some((frame) => frame.type === 'ticket.issued' && JSON.stringify(frame).includes(one.id)), 'nothing twice');
  second.close();
});
