// Flow 5: the manager's floor moves with the line and asks for nothing twice; counters are opened, people moved, and
// a site closed in an emergency, with everybody told.
import assert from 'node:assert/strict';
import { SITE, agentAtCounter, ask, person } from '../lib/api.mjs';
import { DESK, PHONE, by, fitsWidth, isAccessible, signIn, withDemo } from '../lib/browser.mjs';
import { eventually } from '../lib/eventually.mjs';

withDemo(({ flow }) => {
  flow('what happens in the line appears on the floor, unpolled', async ({ open, url }) => {
    const agent = await agentAtCounter(url);
    const page = await open('/login', DESK);
    await signIn(page, 'manager');
    assert.equal(new URL(page.url()).pathname, '/manage');
    const waiting = by(page, 'floor-waiting');
    await waiting.waitFor();
    await isAccessible(page);
    const count = async () => Number(await waiting.textContent());
    const before = await count();

    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    const queue = agent.counter.queue_ids[0];
    for (let i = 1; i <= 3; i += 1) {
      await agent.post('T/tickets', { queue_id: queue });
      await eventually(async () => (await count()) === before + i, { ms: 5000, what: `${before + i} waiting` });
    }
    // A screen may fetch what an event announced; left alone it asks for nothing.
    await page.waitForTimeout(1500);
    asked.length = 0;
    await page.waitForTimeout(3000);
    const answers = asked.filter((address) => address.includes('/api/') && !address.includes('/events'));
    const twice = answers.filter((address, i) => answers.indexOf(address) !== i);
    assert.deepEqual(twice, [], 'asked again and again');
  });

  flow('the floor counts the people at a site that says how many it holds, and warns when it is full', async ({ open, url }) => {
    const admin = await person(url, 'admin');
    const agent = await agentAtCounter(url);
    const path = `T/sites/${agent.counter.site_id}`;
    const { strip } = await admin.get(`${path}/floor`);
    assert.equal(strip.capacity, null);
    await admin.put(path, { capacity: strip.people + 2 });
    const page = await open('/login', DESK);
    await signIn(page, 'manager');
    await by(page, 'floor-people').filter({ hasText: `${strip.people}/${strip.people + 2}` }).waitFor();
    await agent.post('T/tickets', { queue_id: agent.counter.queue_ids[0], party_size: 2 });
    await page.locator('[data-testid=floor-crowd][data-full=true]').waitFor();
    await isAccessible(page);
    const phone = await open('/login', PHONE);
    await signIn(phone, 'manager');
    await by(phone, 'floor-crowd').waitFor();
    await fitsWidth(phone);
    await admin.put(path, { capacity: null });
    await by(page, 'floor-people').waitFor({ state: 'detached' });
  });

  flow('who has not come for a shift is on the floor until they sit down, and reads the shift themselves', async ({ open, url }) => {
    const manager = await person(url, 'manager');
    const late = await agentAtCounter(url, 'agent2');
    for (const held of (await late.get('T/agents/me')).now) await late.post(`T/tickets/${held.id}/close`);
    await late.post('T/agents/sign-out');
    const at = (minutes) => new Date(Date.now() + minutes * 60_000).toISOString();
    const site_id = late.counter.site_id;
    await manager.post('T/shifts', { user_id: late.user.id, site_id, starts_at: at(-20), ends_at: at(90), note: 'Until the post comes' });
    const floor = await open('/login', DESK);
    await signIn(floor, 'manager');
    await by(floor, 'floor-waiting').waitFor();
    await floor.waitForTimeout(1000);
    assert.equal(await by(floor, 'floor-late').count(), 0, 'nobody is late for what is not published');

    // In the roster in front of the floor: once it is published the floor behind it knows.
    await by(floor, 'floor-roster').click();
    await by(floor, 'roster-publish').click();
    await by(floor, 'floor-late').getByText(late.user.name).waitFor({ state: 'attached' });
    await floor.keyboard.press('Escape');
    await by(floor, 'floor-late').getByText(late.user.name).waitFor();
    await isAccessible(floor);

    const own = await open('/login', PHONE);
    await signIn(own, 'agent2');
    await by(own, 'agent-my-day').click();
    const shifts = own.getByRole('dialog').getByTestId('my-shifts');
    await shifts.getByText('Until the post comes').waitFor();
    await shifts.getByText('you have not signed in yet').waitFor();
    await isAccessible(own, '[role=dialog]');
    await late.post('T/agents/sign-in', { counter_id: late.counter.id });
    await by(floor, 'floor-late').waitFor({ state: 'detached' });
    await own.goto('/account');
    await by(own, 'account-shifts').getByText(/came at \d\d:\d\d/).waitFor();
    await fitsWidth(own);
    await isAccessible(own);
    // Somebody without shifts has no empty part for them.
    const customer = await open('/login', PHONE);
    await signIn(customer, 'customer');
    await customer.goto('/account');
    await by(customer, 'account-save').waitFor();
    assert.equal(await by(customer, 'account-shifts').count(), 0);
    await late.post('T/agents/sign-out');
  });

  flow('a call that a board could only show, without a sound, is on the floor until the person has come', async ({ open, url, ready }) => {
    const agent = await agentAtCounter(url);
    for (const held of (await agent.get('T/agents/me')).now) await agent.post(`T/tickets/${held.id}/close`);
    await agent.post('T/tickets', { queue_id: agent.counter.queue_ids[0] });
    const { ticket } = await agent.post('T/agents/call-next');
    const token = ready.tenants[0].sites.find((one) => one.slug === SITE).display_token;
    const board = (method, path, body) => ask(url, method, `/api/v1/device/${path}`, { body, headers: { authorization: `Token ${token}` } });
    const floor = await open('/login', DESK);
    await signIn(floor, 'manager');
    await by(floor, 'floor-waiting').waitFor();
    const mute = by(floor, 'floor-unheard').getByRole('listitem').filter({ hasText: 'without sound' });
    assert.equal(await mute.count(), 0);
    const called = await eventually(async () => (await board('GET', 'board')).queue_of_calls.find((call) => call.ticket_id === ticket.id), { what: 'the call is at the board' });
    await board('POST', `announcements/${called.announcement_id}/ack`, { outcome: 'blocked' });
    await mute.waitFor();
    assert.ok((await mute.textContent()).includes(ticket.number.split('-').at(-1)));
    await isAccessible(floor);
    await agent.post(`T/tickets/${ticket.id}/start_service`);
    await mute.waitFor({ state: 'detached' });
    await agent.post(`T/tickets/${ticket.id}/close`);
  });

  flow('rows stand still below a pointer, and the worst is first again afterwards', async ({ open, url }) => {
    const agent = await agentAtCounter(url);
    const page = await open('/login', DESK);
    await signIn(page, 'manager');
    await by(page, 'floor-waiting').waitFor();
    const rows = page.locator('[data-testid^="floor-line-"]');
    const order = () => rows.evaluateAll((all) => all.map((row) => row.dataset.testid));
    const before = await order();
    // The last line becomes the worst, by an answer of our making.
    await page.route('**/floor', async (route) => {
      const answer = await route.fetch();
      const floor = await answer.json();
      for (const line of floor.lines) {
        const worst = `floor-line-${line.name}` === before.at(-1);
        Object.assign(line, { waiting: 3, target_minutes: 15, longest_minutes: worst ? 6 : 1, state: worst ? 'at_risk' : 'ok', breach_at: new Date(Date.now() + 9 * 60_000) });
      }
      await route.fulfill({ response: answer, json: floor });
    });
    await rows.first().hover();
    await agent.post('T/tickets', { queue_id: agent.counter.queue_ids[0] });
    await page.getByText(/Will pass 15 min at about \d\d:\d\d/).waitFor();
    assert.deepEqual(await order(), before);
    await page.mouse.move(5, 5);
    await eventually(async () => (await order())[0] === before.at(-1), { what: 'the worst line first' });
  });

  flow('the suggested counter is opened by one press and closed again by the next; after ten seconds it stays open', async ({ open, url }) => {
    const manager = await person(url, 'manager');
    const site = (await manager.get('T/sites')).items.find((one) => one.slug === SITE).id;
    const free = (await manager.get(`T/counters?site_id=${site}&limit=200`)).items.find((one) => one.agent == null);
    const status = async () => (await manager.get(`T/counters/${free.id}`)).status;
    await manager.put(`T/counters/${free.id}`, { status: 'closed' });
    const page = await open('/login', DESK);
    // A line in need, which this counter would help.
    await page.route('**/floor', async (route) => {
      const answer = await route.fetch();
      const floor = await answer.json();
      const suggestion = { text_key: 'open_counter', counter_id: free.id, counter_number: free.number, from_minutes: 24, to_minutes: 9 };
      // What other lines need is another story.
      for (const line of floor.lines) line.suggestion = null;
      Object.assign(floor.lines[0], { waiting: 9, target_minutes: 15, longest_minutes: 11, state: 'at_risk', breach_at: new Date(Date.now() + 9 * 60_000), suggestion: (await status()) === 'closed' ? suggestion : null });
      await route.fulfill({ response: answer, json: floor });
    });
    await signIn(page, 'manager');
    const press = by(page, 'floor-suggestion');
    await press.getByText(`Open counter ${free.number}: 25 → 9 min`).waitFor();
    await isAccessible(page);
    await press.click();
    await by(page, 'floor-undo').waitFor();
    await eventually(async () => (await status()) === 'open', { what: 'the counter is open' });
    await by(page, 'floor-undo').click();
    await eventually(async () => (await status()) === 'closed', { what: 'the counter is closed again' });
    await press.waitFor();
    await page.waitForTimeout(600);
    await press.click();
    await by(page, 'floor-undo').waitFor();
    await isAccessible(page);
    await by(page, 'floor-undo').waitFor({ state: 'detached', timeout: 15_000 });
    assert.equal(await status(), 'open');
    await manager.put(`T/counters/${free.id}`, { status: 'closed' });
  });

  flow('without colour the floor still ranks its lines: by order, by a word and a picture, and in grey', async ({ open }) => {
    const page = await open('/login', DESK);
    const STATES = ['ok', 'broken', 'at_risk'];
    await page.route('**/floor', async (route) => {
      const answer = await route.fetch();
      const floor = await answer.json();
      floor.lines.forEach((line, at) => {
        const state = STATES[at] ?? 'ok';
        Object.assign(line, { waiting: 4, target_minutes: 15, longest_minutes: { ok: 2, broken: 21, at_risk: 9 }[state], forecast_p50: { ok: 4, broken: 19, at_risk: 13 }[state], forecast_p90: { ok: 8, broken: 28, at_risk: 19 }[state], state, basis: state === 'ok' ? 'declared' : 'pace', breach_at: state === 'at_risk' ? new Date(Date.now() + 5 * 60_000) : null, suggestion: null });
      });
      await route.fulfill({ response: answer, json: floor });
    });
    await signIn(page, 'manager');
    await page.locator('[data-testid^="floor-line-"][data-state=broken]').waitFor();
    const rows = await page.locator('[data-testid^="floor-line-"]').evaluateAll((all) => {
      // What is left of a colour without its hue: its luminance.
      const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
      const grey = (colour) => {
        const [r, g, b] = colour.match(/[\d.]+/g).map((part) => linear(Number(part) / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      return all.map((row) => {
        const badge = row.querySelector('.badge');
        const style = badge && getComputedStyle(badge);
        return {
          state: row.dataset.state,
          badge: badge && { word: badge.textContent.trim(), picture: badge.querySelector('svg') !== null, fill: grey(style.backgroundColor), ink: grey(style.color) },
          bar: row.querySelector('[role=img]')?.getAttribute('aria-label') ?? null,
          first: row.querySelector('[data-testid=floor-first-day]')?.textContent ?? null,
        };
      });
    });
    assert.deepEqual(rows.slice(0, 3).map((row) => row.state), ['broken', 'at_risk', 'ok'], 'the worst first');
    const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const [broken, risk] = rows.map((row) => row.badge);
    for (const badge of [broken, risk]) {
      assert.ok(badge.word !== '' && badge.picture, 'a word and a picture');
      assert.ok(ratio(badge.fill, badge.ink) >= 4.5, `${badge.word} is read in grey: ${ratio(badge.fill, badge.ink)}`);
    }
    assert.notEqual(broken.word, risk.word);
    assert.ok(ratio(broken.fill, risk.fill) >= 1.8, `the two are told apart in grey: ${ratio(broken.fill, risk.fill)}`);
    assert.equal(rows[2].badge, null, 'where all is well nothing is said');
    assert.deepEqual(rows.slice(0, 2).map((row) => row.first), [null, null]);
    assert.match(rows[2].first, /^first day/, 'a line of which nothing is known yet says so');
    assert.ok(rows.slice(0, 3).every((row) => row.bar !== null), 'each bar is said in words, too');
  });

  flow('the day report is black on its paper, also in the dark', async ({ open }) => {
    const page = await open('/login', { ...DESK, colorScheme: 'dark' });
    await signIn(page, 'manager');
    await by(page, 'floor-report').click();
    await by(page, 'report-print').waitFor();
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 680, height: 1000 });
    const paper = await page.getByRole('dialog').evaluate((dialog) => ({
      colours: [...new Set([...dialog.querySelectorAll('h2, th, td, p')].map((e) => getComputedStyle(e).color))],
      wide: Math.max(...[...dialog.querySelectorAll('th, td')].map((cell) => cell.getBoundingClientRect().right)),
    }));
    assert.deepEqual(paper.colours, ['rgb(0, 0, 0)']);
    assert.ok(paper.wide <= 680, `a column ends at ${paper.wide} of 680 px`);
  });

  flow('a counter is closed and opened again, and somebody is sent there', async ({ open, url }) => {
    const page = await open('/login', DESK);
    await signIn(page, 'manager');
    await by(page, 'floor-waiting').waitFor();
    const manager = await person(url, 'manager');
    const site = (await manager.get('T/sites')).items.find((one) => one.slug === SITE).id;
    const free = (await manager.get(`T/counters?site_id=${site}&limit=200`)).items.find((one) => one.agent == null);
    const now = () => manager.get(`T/counters/${free.id}`);
    const menu = by(page, `floor-counter-${free.number}`);
    const turn = async (verb, status) => {
      await menu.click();
      await page.getByRole('menuitem', { name: `${verb} counter ${free.number}` }).click();
      await eventually(async () => (await now()).status === status, { what: `the counter is ${status}` });
    };
    if (free.status === 'open') await turn('Close', 'closed');
    await turn('Open', 'open');
    await turn('Close', 'closed');
    await turn('Open', 'open');
    await menu.click();
    await isAccessible(page);
    const item = page.getByRole('menuitem').filter({ hasNotText: 'counter' }).filter({ hasNotText: /at \d/ }).first();
    const name = (await item.textContent()).trim();
    await item.click();
    await eventually(async () => (await now()).agent?.name === name, { what: `${name} sits there` });
  });

  flow('people are moved to the front of their line, with a reason', async ({ open, url }) => {
    const agent = await agentAtCounter(url);
    const made = [];
    for (let n = 0; n < 3; n += 1) made.push(await agent.post('T/tickets', { queue_id: agent.counter.queue_ids[0] }));
    const last = made.at(-1);
    const page = await open('/login', DESK);
    await signIn(page, 'manager');
    const manager = await person(url, 'manager');
    const line = await manager.get(`T/queues/${agent.counter.queue_ids[0]}`);
    await by(page, `floor-line-${line.name}`).getByRole('button', { name: line.name }).first().click();
    await page.getByRole('dialog').getByRole('checkbox', { name: last.number }).check();
    await by(page, 'floor-move').click();
    await by(page, 'refusal').waitFor();
    assert.equal(await page.locator('[data-field=reason]').getAttribute('aria-invalid'), 'true', 'a reason is asked for');
    await page.locator('[data-field=reason]').fill('Has a small child');
    await isAccessible(page, '[role=dialog]');
    await by(page, 'floor-move').click();
    await eventually(async () => (await manager.get(`T/tickets/${last.id}`)).position === 1, { what: 'at the front' });
  });

  flow('who is moved reads on their phone where they stand now, and why', async ({ open, url }) => {
    const agent = await agentAtCounter(url);
    const manager = await person(url, 'manager');
    const own = await manager.get(`T/queues/${agent.counter.queue_ids[0]}`);
    const phone = await open('/s/demo-bank/main', PHONE);
    await by(phone, 'join-service-deposit').first().click();
    await by(phone, 'join-submit').click();
    await by(phone, 'ticket-number').waitFor();
    const number = await by(phone, 'ticket-number').textContent();
    const ticket = (await manager.get(`T/tickets?q=${number}&status=waiting`)).items[0];
    assert.equal(await by(phone, 'ticket-moved').count(), 0);
    const line = await manager.get(`T/queues/${ticket.queue_id}`);

    const page = await open('/login', DESK);
    await signIn(page, 'manager');
    await by(page, `floor-line-${line.name}`).getByRole('button', { name: line.name }).first().click();
    await page.getByRole('dialog').getByRole('checkbox', { name: number }).check();
    await page.locator('[data-field=reason]').fill('Came with a small child');
    await by(page, 'floor-move').click();
    const moved = by(phone, 'ticket-moved');
    await moved.getByText('The staff gave you another place in the line.').waitFor();
    await moved.getByText('Came with a small child').waitFor();
    await isAccessible(phone);
    await fitsWidth(phone);

    // Sent on to another line: there they stand as if they had just come, and what staff noted stays with staff.
    const other = (await manager.get('T/queues?limit=200')).items.find((one) => one.site_id === line.site_id && one.id !== line.id && one.status === 'active');
    assert.ok(other !== undefined && own.site_id === line.site_id);
    await agent.post(`T/tickets/${ticket.id}/transfer`, { queue_id: other.id, note: 'signs for her mother' });
    await moved.getByText(`You were moved to ${other.name}. You stand there as if you had just come.`).waitFor();
    assert.equal(await phone.getByText('signs for her mother').count(), 0);
    assert.equal(await phone.getByText('Came with a small child').count(), 0, 'that was another move');
  });

  flow('a site is closed at once: everybody is told why, and stands where they stood when it opens again', async ({ open, url, ready }) => {
    const agent = await agentAtCounter(url);
    const token = ready.tenants[0].sites.find((one) => one.slug === SITE).kiosk_token;
    const phone = await open('/s/demo-bank/main', PHONE);
    await by(phone, 'join-service-deposit').first().click();
    await by(phone, 'join-submit').click();
    await by(phone, 'ticket-number').waitFor();
    const number = await by(phone, 'ticket-number').textContent();
    const kiosk = await open(`/kiosk#token=${token}`, { viewport: { width: 1080, height: 1920 } });
    await by(kiosk, 'kiosk-service-deposit').waitFor();

    const page = await open('/login', DESK);
    await signIn(page, 'manager');
    await by(page, 'floor-emergency').click();
    await page.getByText(/\d+ (person is|people are) waiting/).waitFor();
    await isAccessible(page, '[role=dialog]');
    await page.locator('[data-field=reason]').fill('Water in the hall');
    await page.getByRole('button', { name: 'Close Main branch' }).click();
    await by(page, 'floor-closed').getByText('Water in the hall').waitFor();
    await isAccessible(page);
    await kiosk.getByText('Water in the hall').waitFor();
    assert.equal(await by(kiosk, 'kiosk-service-deposit').count(), 0, 'the kiosk gives no tickets');
    // The phone of whoever stands in line says it, too: the place is kept, and nothing is estimated.
    await by(phone, 'ticket-closed').getByText('Water in the hall').waitFor();
    await by(phone, 'ticket-closed').getByText('Your place in the line is kept').waitFor();
    assert.equal(await by(phone, 'ticket-number').textContent(), number);
    assert.equal(await by(phone, 'ticket-estimate').count(), 0);
    await isAccessible(phone);
    await assert.rejects(agent.post('T/tickets', { queue_id: agent.counter.queue_ids[0] }), /409/);
    const manager = await person(url, 'manager');
    const { items } = await manager.get(`T/tickets?q=${number}&status=waiting`);
    assert.equal(items.length, 1, 'the place is kept');

    await page.getByRole('button', { name: 'Open Main branch again' }).click();
    await by(page, 'floor-closed').waitFor({ state: 'detached' });
    await by(kiosk, 'kiosk-service-deposit').waitFor();
    await by(phone, 'ticket-closed').waitFor({ state: 'detached' });
    await by(phone, 'ticket-estimate').waitFor();
    assert.equal((await manager.get(`T/tickets?q=${number}&status=waiting`)).items.length, 1);
    await agent.post('T/tickets', { queue_id: agent.counter.queue_ids[0] });
  });

  flow('an emergency that ends the tickets says why on the phones of those who were in line', async ({ open, url }) => {
    const manager = await person(url, 'manager');
    const site = (await manager.get('T/sites')).items.find((one) => one.slug === SITE).id;
    const phone = await open('/s/demo-bank/main', PHONE);
    await by(phone, 'join-service-deposit').first().click();
    await by(phone, 'join-submit').click();
    await by(phone, 'ticket-number').waitFor();
    await by(phone, 'live-age').first().waitFor();
    await manager.post(`T/sites/${site}/close`, { reason: 'The power is out', mode: 'cancel' });
    await by(phone, 'ticket-closed-because').getByText('The power is out').waitFor();
    assert.equal(await by(phone, 'ticket-undo').count(), 0);
    await isAccessible(phone);
    await manager.post(`T/sites/${site}/reopen`);
  });

  flow('the floor in the dark and on a tablet', async ({ open }) => {
    const page = await open('/login', { ...DESK, colorScheme: 'dark', viewport: { width: 820, height: 1180 } });
    await signIn(page, 'manager');
    await page.goto('/manage');
    await by(page, 'floor-waiting').waitFor();
    await isAccessible(page);
  });

  flow('a screen that was heard of and is silent now is named on the floor, one that nobody ever opened is not', async ({ open }) => {
    const page = await open('/login', PHONE);
    await page.route('**/floor', async (route) => {
      const answer = await route.fetch();
      const silent = (id, name, last_seen) => ({ id, name, type: 'kiosk', last_seen });
      const devices = [silent('0192d3f0-0000-7000-8000-000000000001', 'Kiosk by the door', new Date(Date.now() - 600_000).toISOString()), silent('0192d3f0-0000-7000-8000-000000000002', 'Kiosk in its box', null)];
      await route.fulfill({ json: { ...(await answer.json()), devices_silent: devices } });
    });
    await signIn(page, 'manager');
    await by(page, 'floor-silent').getByText(/Kiosk by the door · last heard of/).waitFor();
    assert.equal(await by(page, 'floor-silent').getByText('Kiosk in its box').count(), 0);
    await fitsWidth(page);
    await isAccessible(page);
  });
});
