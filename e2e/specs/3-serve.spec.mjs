// Flow 3: an agent at a counter, by keyboard, with the phone following.
import assert from 'node:assert/strict';
import { agentAtCounter, ask, person } from '../lib/api.mjs';
import { DESK, PHONE, by, isAccessible, signIn, withDemo } from '../lib/browser.mjs';
import { eventually } from '../lib/eventually.mjs';

const now = async (page) => (await by(page, 'agent-now').textContent()) ?? '';

/** The agent's console, signed in to a counter, and that counter. */
async function atCounter({ open, url }) {
  const { counter, ...agent } = await agentAtCounter(url);
  // What an earlier story left at the counter goes first.
  for (const ticket of (await agent.get('T/agents/me')).now) await agent.post(`T/tickets/${ticket.id}/close`);
  const page = await open('/login', DESK);
  await isAccessible(page);
  // An agent begins at the counter, whatever else the account may look at.
  await signIn(page, 'agent');
  assert.equal(new URL(page.url()).pathname, '/agent');
  await by(page, 'agent-primary').waitFor();
  return { page, agent: { ...agent, counter } };
}

const walkIn = (url, service) => ask(url, 'POST', '/api/v1/public/sites/demo-bank/main/tickets', { body: { service_id: service } });

async function serviceOf(agent) {
  const queue = await agent.get(`T/queues/${agent.counter.queue_ids[0]}`);
  return queue.service_ids[0];
}

withDemo(({ flow }) => {
  flow('call next, complete and call next, undo: one key each, and the phone knows at once', async (world) => {
    const { page, agent } = await atCounter(world);
    const service = await serviceOf(agent);
    const tickets = [await walkIn(world.url, service), await walkIn(world.url, service)];
    const phone = await world.open(tickets[0].url, PHONE);
    await by(phone, 'ticket-number').waitFor();
    await isAccessible(page);

    // Whoever waited before these two comes first.
    for (let calls = 0; !(await now(page)).includes(tickets[0].number); calls += 1) {
      assert.ok(calls < 60, `${tickets[0].number} was never called`);
      const shown = await now(page);
      await page.keyboard.press('F9');
      await eventually(async () => (await now(page)) !== shown, { what: 'the next ticket' });
      await page.waitForTimeout(510);
    }
    await by(phone, 'ticket-called').waitFor();
    await isAccessible(page);

    await page.keyboard.press('F9');
    await eventually(async () => (await now(page)).includes(tickets[1].number), { what: 'the second ticket' });
    const served = await agent.get(`T/tickets?q=${tickets[0].number}`);
    assert.equal(served.items[0].status, 'served');

    // The key takes back what the console offers to take back, once it is done.
    await page.getByText(`Completed, and called ${tickets[1].number}`).waitFor();
    await page.locator('[data-testid=agent-undo]:not([data-disabled])').waitFor();
    await page.keyboard.press('Control+z');
    await eventually(async () => (await now(page)).includes(tickets[0].number), { what: 'the first ticket back' });
    await by(phone, 'ticket-called').waitFor();
    assert.equal((await agent.get(`T/tickets?q=${tickets[1].number}`)).items[0].status, 'waiting');
  });

  flow('a ticket’s whole life without a mouse', async (world) => {
    const { page, agent } = await atCounter(world);
    const service = await serviceOf(agent);
    await walkIn(world.url, service);
    await eventually(async () => by(page, 'agent-primary').isEnabled(), { what: 'somebody to call' });
    const state = async () => (await agent.get('T/agents/me')).now[0]?.status;
    for (const [key, status] of [['F9', 'called'], ['F8', 'called'], ['F2', 'serving'], ['F4', 'paused'], ['F4', 'serving']]) {
      await page.keyboard.press(key);
      await eventually(async () => (await state()) === status, { what: `${key} leads to ${status}` });
      await page.waitForTimeout(510);
    }
    await page.keyboard.press('Shift+F9');
    await eventually(async () => (await state()) === undefined, { what: 'the counter free' });
  });

  flow('missed and taken back, parked, transferred, ended with an outcome, wrapped up: all from the console', async (world) => {
    const { page, agent } = await atCounter(world);
    const manager = await person(world.url, 'manager');
    const service = await serviceOf(agent);
    const held = async () => (await agent.get('T/agents/me')).now[0];
    const stands = (id, status) => eventually(async () => (await agent.get(`T/tickets/${id}`)).status === status, { what: `${id} is ${status}` });
    // A key counts once the one before has been answered, and the same key not twice within half a second.
    const press = async (key) => {
      await page.waitForTimeout(510);
      await eventually(async () => (await by(page, 'agent-primary').getAttribute('aria-busy')) === 'false', { what: 'the console at rest' });
      await page.keyboard.press(key);
    };
    const called = async () => {
      await walkIn(world.url, service);
      await eventually(async () => by(page, 'agent-primary').isEnabled(), { what: 'somebody to call' });
        await press('F9');
      const ticket = await eventually(held, { what: 'a ticket at the counter' });
      await eventually(async () => (await now(page)).includes(ticket.number), { what: 'it on the screen' });
      return ticket;
    };
    const choose = async (item) => {
      await press('Control+k');
      await page.getByRole('menuitem', { name: item }).click();
    };

    const missed = await called();
    await press('Shift+F8');
    await stands(missed.id, 'no_show');
    await page.getByText('Away', { exact: true }).click();
    await page.getByRole('button', { name: `Put ${missed.number} back into the line` }).click();
    await stands(missed.id, 'waiting');

    // Somebody in line says that they are back in a while.
    const { number } = await walkIn(world.url, service);
    const parked = (await agent.get(`T/tickets?q=${number}`)).items[0];
    await page.getByText('Mine', { exact: true }).click();
    await page.getByRole('button', { name: `More for ${number}` }).click();
    await page.getByRole('menuitem', { name: 'Comes back later…' }).click();
    await page.getByRole('button', { name: 'Back in 10 min' }).click();
    await stands(parked.id, 'parked');
    await page.getByText('Away', { exact: true }).click();
    await page.getByRole('button', { name: `Put ${number} back into the line` }).click();
    await stands(parked.id, 'waiting');
    await page.getByText('Mine', { exact: true }).click();

    const moved = await called();
    await choose('Send elsewhere…');
    const form = page.getByRole('dialog');
    await form.locator('[data-field="queue_id"]').click();
    const own = await agent.get(`T/queues/${moved.queue_id}`);
    await page.getByRole('option').filter({ hasNotText: own.name }).first().click();
    await isAccessible(page, '[role="dialog"]');
    await form.getByRole('button').last().click();
    await form.waitFor({ state: 'detached' });
    await stands(moved.id, 'waiting');
    assert.equal((await agent.get(`T/tickets/${moved.id}`)).transfers, 1);

    // From now on the service wants to know how it ended.
    const ended = await called();
    await manager.put(`T/services/${ended.service_id}`, { outcomes: [{ code: 'paid', label: 'Paid out' }, { code: 'sent_away', label: 'Sent away' }], outcome_required: true });
    await page.reload();
    await eventually(async () => (await now(page)).includes(ended.number), { what: 'the ticket on the screen' });
    await press('F2');
    await stands(ended.id, 'serving');
    await press('Shift+F9');
    await page.getByRole('button', { name: 'Paid out' }).click();
    await stands(ended.id, 'served');
    assert.equal((await agent.get(`T/tickets/${ended.id}`)).outcome, 'paid');
    await manager.put(`T/services/${ended.service_id}`, { outcomes: [], outcome_required: false });

    // In this line something is left to write after each service: the first press ends it, the second the writing.
    const wrapped = await called();
    await manager.put(`T/queues/${wrapped.queue_id}`, { wrap_up: true });
    await press('F2');
    await stands(wrapped.id, 'serving');
    await press('Shift+F9');
    await stands(wrapped.id, 'wrap_up');
    await isAccessible(page);
    await press('Shift+F9');
    await stands(wrapped.id, 'served');
    await manager.put(`T/queues/${wrapped.queue_id}`, { wrap_up: false });
  });

  flow('a visit that stops says why in the reader’s language, on the phone and at the counter', async (world) => {
    const { page, agent } = await atCounter(world);
    const manager = await person(world.url, 'manager');
    const passbook = (await manager.get('T/services?limit=200')).items.find((service) => service.code === 'passbook');
    const lines = (await manager.get('T/queues?limit=200')).items.filter((queue) => queue.service_ids.includes(passbook.id));
    assert.ok(lines.length > 0);
    const body = { service_id: await serviceOf(agent), service_ids: [passbook.id] };
    const ticket = await ask(world.url, 'POST', '/api/v1/public/sites/demo-bank/main/tickets', { body });
    const phone = await world.open(`${ticket.url}?lang=de`, PHONE);
    await by(phone, 'ticket-number').waitFor();
    const { id } = (await agent.get(`T/tickets?q=${ticket.number}&status=waiting`)).items[0];
    for (const line of lines) await manager.put(`T/queues/${line.id}`, { status: 'paused' });
    await agent.post(`T/tickets/${id}/call`, { counter_id: agent.counter.id });
    await agent.post(`T/tickets/${id}/close`);
    await by(phone, 'ticket-next-stopped').getByText('Die Warteschlange ist gerade pausiert. Wer schon darin steht').waitFor();
    await isAccessible(phone);

    await page.goto('/agent?lang=de');
    const stopped = by(page, 'agent-visit-stopped').filter({ hasText: ticket.number });
    await stopped.getByText('Die Warteschlange ist gerade pausiert.').waitFor();
    assert.equal(await page.getByText('is paused at the moment').count(), 0, 'no English between it');
    await isAccessible(page);
    for (const line of lines) await manager.put(`T/queues/${line.id}`, { status: 'active' });
    await stopped.getByRole('button').click();
    await stopped.waitFor({ state: 'detached' });
    await by(phone, 'ticket-next').waitFor();
  });

  flow('a key held down calls once', async (world) => {
    const { page, agent } = await atCounter(world);
    const service = await serviceOf(agent);
    await walkIn(world.url, service);
    await walkIn(world.url, service);
    await eventually(async () => by(page, 'agent-primary').isEnabled(), { what: 'somebody to call' });
    const calls = [];
    page.on('request', (request) => /call-next/.test(request.url()) && calls.push(request.url()));
    for (let i = 0; i < 5; i += 1) await page.keyboard.down('F9');
    await page.keyboard.up('F9');
    await eventually(async () => calls.length > 0, { what: 'a call' });
    // A second call would be made once the first is answered, and the same key counts again after half a second.
    await by(page, 'agent-note').waitFor();
    await page.waitForTimeout(600);
    assert.equal(calls.length, 1);
    assert.equal((await agent.get('T/agents/me')).now.length, 1);
  });

  flow('one press of the button counts once, and a note goes with its own ticket', async (world) => {
    const { page, agent } = await atCounter(world);
    const service = await serviceOf(agent);
    await walkIn(world.url, service);
    await walkIn(world.url, service);
    await eventually(async () => by(page, 'agent-primary').isEnabled(), { what: 'somebody to call' });
    const calls = [];
    page.on('request', (request) => /call-next/.test(request.url()) && calls.push(request.url()));
    await by(page, 'agent-primary').dblclick();
    await by(page, 'agent-note').waitFor();
    await page.waitForTimeout(600);
    assert.equal(calls.length, 1);

    const first = (await agent.get('T/agents/me')).now[0];
    await by(page, 'agent-note').fill('asks for a copy');
    await by(page, 'agent-note').press('F9');
    await eventually(async () => !(await now(page)).includes(first.number), { what: 'the next ticket' });
    assert.equal(await by(page, 'agent-note').inputValue(), '', 'nothing of the note is left for the next person');
    const done = await agent.get(`T/tickets/${first.id}`);
    assert.equal(done.status, 'served');
    assert.equal(done.notes.at(-1).text, 'asks for a copy');
    assert.notEqual(await page.evaluate(() => document.activeElement.tagName), 'BODY', 'the keys go somewhere');
  });

  flow('the one big button stands in one place, and keys can be taught', async (world) => {
    const { page, agent } = await atCounter(world);
    await walkIn(world.url, await serviceOf(agent));
    await eventually(async () => by(page, 'agent-primary').isEnabled(), { what: 'somebody to call' });
    const place = async () => JSON.stringify(await by(page, 'agent-primary').boundingBox());
    const free = await place();
    assert.ok((await by(page, 'agent-primary').boundingBox()).height >= 56);

    await page.getByRole('button', { name: 'Keys' }).click();
    await by(page, 'agent-key-next').click();
    await page.keyboard.press('Enter');
    await page.getByText('Enter is needed for forms and lists').waitFor();
    await page.keyboard.press('F7');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('F7');
    await eventually(async () => (await agent.get('T/agents/me')).now.length === 1, { what: 'a call by the new key' });
    // The console hears of it a moment after the server: until then there is nobody to serve.
    const { number } = (await agent.get('T/agents/me')).now[0];
    await eventually(async () => (await now(page)).includes(number), { what: 'the call on the console' });
    assert.equal(await place(), free, 'called');
    // Nor does it take the next key before the answer to the last is there.
    await eventually(async () => (await by(page, 'agent-start').getAttribute('aria-disabled')) === 'false', { what: 'an answer to the call' });
    await page.keyboard.press('F2');
    await eventually(async () => (await agent.get('T/agents/me')).now[0]?.status === 'serving', { what: 'service' });
    assert.equal(await place(), free, 'serving');
    await by(page, 'agent-break').click();
    await page.getByRole('menuitem').first().click();
    await eventually(async () => (await agent.get('T/agents/me')).agent.status === 'paused', { what: 'a break' });
    assert.equal(await place(), free, 'on a break');
    await agent.post('T/agents/set-status', { status: 'available' });
  });

  flow('cut off: calling is off, the note is kept; a counter that is taken away says so', async (world) => {
    const { page, agent } = await atCounter(world);
    await walkIn(world.url, await serviceOf(agent));
    await eventually(async () => by(page, 'agent-primary').isEnabled(), { what: 'somebody to call' });
    await page.keyboard.press('F9');
    await by(page, 'agent-note').fill('half a thought');
    await page.context().setOffline(true);
    await by(page, 'agent-offline').waitFor();
    assert.equal(await by(page, 'agent-primary').getAttribute('aria-disabled'), 'true');
    await page.context().setOffline(false);
    await by(page, 'agent-offline').waitFor({ state: 'detached' });
    assert.equal(await by(page, 'agent-note').inputValue(), 'half a thought');

    const manager = await person(world.url, 'manager');
    await manager.put(`T/counters/${agent.counter.id}`, { status: 'closed' });
    await by(page, 'agent-seat-lost').waitFor();
    await agent.post('T/agents/sign-in', { counter_id: agent.counter.id });
  });

  flow('who is a moment late is told where the ticket went, and has the next one: no refusal', async (world) => {
    const { page, agent } = await atCounter(world);
    const rival = await agentAtCounter(world.url, 'agent2');
    for (const held of (await rival.get('T/agents/me')).now) await rival.post(`T/tickets/${held.id}/close`);
    const manager = await person(world.url, 'manager');
    // Both counters serve one line alone, so both screens name the same person.
    const [queue] = agent.counter.queue_ids;
    for (const counter of [agent.counter, rival.counter]) await manager.put(`T/counters/${counter.id}`, { queue_ids: [queue] });
    const service = await serviceOf(agent);
    for (let n = 0; n < 2; n += 1) await walkIn(world.url, service);
    const other = await world.open('/login', DESK);
    await signIn(other, 'agent2');
    const inLine = async () => {
      const { line } = await agent.get('T/agents/me');
      return line.length >= 2 && line;
    };
    const [head, second] = await eventually(inLine, { what: 'two people in the line' });
    for (const screen of [page, other]) await by(screen, 'agent-primary').filter({ hasText: head.number }).waitFor();

    // The news of what the other one does comes a moment too late.
    let release;
    const held = new Promise((done) => (release = done));
    await page.route('**/agents/me', async (route) => {
      await held;
      await route.continue().catch(() => undefined);
    });
    await other.keyboard.press('F9');
    await eventually(async () => (await now(other)).includes(head.number), { what: `${head.number} at the other counter` });
    await page.keyboard.press('F9');
    await by(page, 'agent-lost').getByText(`${head.number} went to counter ${rival.counter.number}. You have ${second.number}.`).waitFor();
    assert.equal(await by(page, 'refusal').count(), 0, 'nothing was refused');
    release();
    await eventually(async () => (await now(page)).includes(second.number), { what: `${second.number} at this counter` });
    await isAccessible(page);
    const [mine, theirs] = [(await agent.get('T/agents/me')).now, (await rival.get('T/agents/me')).now];
    assert.deepEqual([mine.map((t) => t.number), theirs.map((t) => t.number)], [[second.number], [head.number]]);

    await page.unroute('**/agents/me');
    await rival.post(`T/tickets/${theirs[0].id}/close`);
    for (const counter of [agent.counter, rival.counter]) await manager.put(`T/counters/${counter.id}`, { queue_ids: counter.queue_ids });
  });

  flow('two agents at once: two tickets, no refusal', async ({ url }) => {
    const one = await agentAtCounter(url, 'agent');
    const two = await agentAtCounter(url, 'agent2');
    const shared = one.counter.queue_ids.find((id) => two.counter.queue_ids.includes(id));
    const queue = await one.get(`T/queues/${shared ?? one.counter.queue_ids[0]}`);
    for (const agent of [one, two]) {
      await walkIn(url, queue.service_ids[0]);
      for (const ticket of (await agent.get('T/agents/me')).now) await agent.post(`T/tickets/${ticket.id}/close`);
    }
    const [a, b] = await Promise.all([one.post('T/agents/call-next'), two.post('T/agents/call-next')]);
    assert.ok(a.ticket !== null && b.ticket !== null);
    assert.notEqual(a.ticket.id, b.ticket.id);
  });

  flow('the receptionist issues and finds a ticket', async ({ open }) => {
    const page = await open('/login', DESK);
    await signIn(page, 'reception');
    assert.equal(new URL(page.url()).pathname, '/reception');
    await by(page, 'reception-search').waitFor();
    await isAccessible(page);
    const answer = page.waitForResponse((response) => response.request().method() === 'POST' && response.url().includes('/tickets'));
    await by(page, 'reception-service-deposit').first().click();
    const issued = await (await answer).json();
    await by(page, 'reception-search').fill(issued.number);
    const row = by(page, `reception-row-${issued.number}`);
    await by(row, 'reception-cancel').click();
    await by(page, 'reception-undo').click();
    await by(row, 'reception-cancel').waitFor();
  });

  flow('the receptionist edits a ticket and prints it again', async ({ open, url }) => {
    const agent = await agentAtCounter(url);
    const queue = await agent.get(`T/queues/${agent.counter.queue_ids[0]}`);
    const ticket = await walkIn(url, queue.service_ids[0]);
    const page = await open('/login', DESK);
    await page.addInitScript(() => (window.print = () => (window.printed = document.querySelector('.receipt').textContent)));
    await page.reload();
    await signIn(page, 'reception');
    await by(page, 'reception-search').fill(ticket.number);
    const row = by(page, `reception-row-${ticket.number}`);
    await by(row, 'reception-edit').click();
    await page.getByRole('dialog').getByTestId('reception-name').fill('Maria Silva');
    await by(page, 'reception-save').click();
    await row.getByText('Maria Silva').waitFor();
    assert.equal((await agent.get(`T/tickets?q=${ticket.number}`)).items[0].customer_name, 'Maria Silva');
    await by(row, 'reception-print').click();
    await eventually(() => page.evaluate((number) => (window.printed ?? '').includes(number), ticket.number), { what: 'the receipt printed again' });
  });

  flow('the receptionist checks in who took a ticket from afar', async ({ open, url }) => {
    const agent = await agentAtCounter(url);
    const queue = await agent.get(`T/queues/${agent.counter.queue_ids[0]}`);
    const ticket = await walkIn(url, queue.service_ids[0]);
    const page = await open('/login', DESK);
    await signIn(page, 'reception');
    // A scanner types the address that stands in the code.
    await by(page, 'reception-search').fill(new URL(ticket.url, url).href);
    const row = by(page, `reception-row-${ticket.number}`);
    await by(row, 'reception-check-in').click();
    await by(row, 'reception-check-in').waitFor({ state: 'detached' });
    await eventually(async () => (await agent.get(`T/tickets?q=${ticket.number}`)).items[0].seen_at !== null, { what: 'the check-in' });
  });
});
