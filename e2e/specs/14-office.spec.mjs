// What the office keeps: the audit trail, the people who are served, keys of programs, routing rules; what the desk and
// the agent know of a person; a screen above one counter.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { agentAtCounter, ask, person } from '../lib/api.mjs';
import { BOARD, DESK, KIOSK, PHONE, by, fitsWidth, isAccessible, signIn, withDemo } from '../lib/browser.mjs';
import { eventually } from '../lib/eventually.mjs';

const field = (page, name) => page.locator(`[data-field="${name}"]`);
/** Chooses an entry of a list by what it is called. */
async function choose(page, name, text) {
  const input = field(page, name);
  // A long list is searched; a short one is opened by its key, for what is chosen already may lie over it.
  if ((await input.getAttribute('readonly')) === null) await input.fill(text);
  else await input.press('ArrowDown');
  await page.getByRole('option', { name: text }).first().click();
  await input.blur();
}

const section = (page, name) => by(page, `admin-section-${name}`).click();

async function administration({ open }, options = DESK) {
  const page = await open('/login', options);
  await signIn(page, 'admin');
  return page;
}

withDemo(({ flow }) => {
  flow('the trail says who changed what, and finds it by kind and day', async (world) => {
    const admin = await person(world.url, 'admin');
    const service = (await admin.get('T/services?limit=200')).items.find((s) => s.name === 'Passbook');
    await admin.put(`T/services/${service.id}`, { default_minutes: 8 });
    const page = await administration(world);
    await section(page, 'trail');
    const entries = by(page, 'trail').locator('li');
    await entries.first().waitFor();
    await isAccessible(page);
    await by(page, 'trail-kind').fill('service.updated');
    await eventually(async () => (await entries.count()) >= 1 && (await by(page, 'trail').locator('code').allTextContents()).every((kind) => kind === 'service.updated'), { what: 'entries of one kind' });
    const first = entries.first();
    assert.match(await first.locator('summary').textContent(), /Passbook/);
    await first.locator('summary').click();
    assert.match(await first.locator('pre').textContent(), /"default_minutes": 8/);
    await isAccessible(page);
    await by(page, 'trail-until').fill('2020-01-01');
    await page.getByText('Nothing happened that fits').waitFor();
    const phone = await administration(world, PHONE);
    await section(phone, 'trail');
    await by(phone, 'trail').locator('li').first().waitFor();
    await fitsWidth(phone);
  });

  flow('people are found, changed, merged, handed out and erased', async (world) => {
    const page = await administration(world);
    await section(page, 'people');
    await by(page, 'people-search').waitFor();
    await by(page, 'people-new').click();
    await field(page, 'name').fill('Ömer Twin');
    await field(page, 'phone').fill('030 123');
    await by(page, 'admin-save').click();
    await by(page, 'refusal').waitFor();
    assert.equal(await field(page, 'phone').getAttribute('aria-invalid'), 'true');
    await field(page, 'phone').fill('+49 30 5550002');
    await by(page, 'admin-save').click();
    await by(page, 'person-form').waitFor({ state: 'detached' });
    const admin = await person(world.url, 'admin');
    const twin = await admin.post('T/customers', { name: 'Ömer Twin', email: 'omer@home.example' });
    await by(page, 'people-search').fill('ömer');
    const rows = by(page, 'people').getByRole('button', { name: 'Open Ömer Twin' });
    await eventually(async () => (await rows.count()) === 2, { what: 'both records' });
    await isAccessible(page);
    await by(page, 'people-search').fill('555 0002');
    await eventually(async () => (await rows.count()) === 1, { what: 'the one with the number' });
    await rows.click();
    await by(page, 'person-alike').waitFor();
    await isAccessible(page, '[role=dialog]');
    await field(page, 'notes').fill('Needs a chair');
    await by(page, 'person-locale').click();
    await page.getByRole('option', { name: 'Deutsch' }).click();
    await by(page, 'metadata-name').fill('contract');
    await by(page, 'metadata-add').click();
    await by(page, 'metadata-contract').fill('A 7');
    await by(page, 'admin-save').click();
    await by(page, 'person-form').waitFor({ state: 'detached' });
    await rows.click();
    assert.equal(await field(page, 'notes').inputValue(), 'Needs a chair');
    await by(page, 'metadata-contract').waitFor();
    const kept = (await admin.get('T/customers?q=5550002')).items[0];
    assert.deepEqual([kept.locale, kept.metadata], ['de', { contract: 'A 7' }]);
    await by(page, 'metadata-contract-remove').click();
    await by(page, 'admin-save').click();
    await by(page, 'person-form').waitFor({ state: 'detached' });
    assert.deepEqual((await admin.get(`T/customers/${kept.id}`)).metadata, {});
    await rows.click();
    await by(page, 'person-alike').waitFor();
    await by(page, 'person-merge').click();
    await by(page, 'person-merge-yes').click();
    await page.getByText('Merged into Ömer Twin').waitFor();
    await eventually(async () => (await field(page, 'email').inputValue()) === 'omer@home.example', { what: 'what the other record knew' });
    await assert.rejects(admin.get(`T/customers/${twin.id}`), /404/);

    const [download] = await Promise.all([page.waitForEvent('download'), by(page, 'person-export').click()]);
    assert.match(download.suggestedFilename(), /\.json$/);
    await by(page, 'person-erase').click();
    assert.equal(await by(page, 'person-erase-yes').isDisabled(), true, 'the name is typed first');
    await by(page, 'person-erase-name').fill('Ömer Twin');
    await by(page, 'person-erase-yes').click();
    await page.getByText('The person is erased').waitFor();
    assert.equal((await admin.get('T/customers?q=Twin')).items.length, 0);
  });

  flow('a key is made, shown once, works, and is revoked', async (world) => {
    const page = await administration(world);
    await section(page, 'keys');
    await by(page, 'admin-new-key').click();
    await field(page, 'name').fill('Website');
    await by(page, 'scope-queues:read').click();
    await isAccessible(page, '[role=dialog]');
    await by(page, 'admin-save').click();
    const key = (await by(page, 'key-fresh').locator('code').textContent()).trim();
    await isAccessible(page);
    const asked = () => ask(world.url, 'GET', '/api/v1/tenants/demo-bank/queues', { headers: { 'x-api-key': key } });
    assert.ok((await asked()).items.length > 0);
    await page.reload();
    await by(page, 'key-revoke').waitFor();
    assert.ok(!(await page.textContent('body')).includes(key), 'it is not shown again');
    await by(page, 'key-revoke').click();
    await by(page, 'key-revoke-yes').click();
    await page.getByText('Website no longer works').waitFor();
    await assert.rejects(asked(), /401/);
  });

  flow('a routing rule is made, refused where it cannot be read, and holds', async (world) => {
    const page = await administration(world);
    await section(page, 'routing');
    await by(page, 'admin-new-rule').click();
    await field(page, 'name').fill('Big parties');
    await field(page, 'condition').fill('customer.party_size >');
    await by(page, 'admin-save').click();
    await by(page, 'refusal').getByText('Say what follows').waitFor();
    await field(page, 'then.refuse').fill('Please call us first.');
    await by(page, 'admin-save').click();
    await by(page, 'refusal').getByText('Say what follows').waitFor({ state: 'detached' });
    await by(page, 'refusal').waitFor();
    assert.equal(await field(page, 'condition').getAttribute('aria-invalid'), 'true');
    await isAccessible(page, '[role=dialog]');
    await field(page, 'condition').fill('customer.party_size > 8');
    await by(page, 'admin-save').click();
    await by(page, 'admin-form').waitFor({ state: 'detached' });
    const admin = await person(world.url, 'admin');
    const queue = (await admin.get('T/queues?limit=200')).items[0];
    await assert.rejects(admin.post('T/tickets', { queue_id: queue.id, party_size: 9 }), /Please call us first/);
    await page.getByRole('button', { name: 'Edit Big parties' }).click();
    assert.equal(await field(page, 'then.refuse').inputValue(), 'Please call us first.');
    // Somebody else changes it first: both versions are there to choose from.
    const rule = (await admin.get('T/routing-rules')).items.find((one) => one.name === 'Big parties');
    await admin.put(`T/routing-rules/${rule.id}`, { name: 'Parties', position: 7 });
    await field(page, 'name').fill('Large parties');
    await by(page, 'admin-save').click();
    await by(page, 'admin-conflict').waitFor();
    assert.match(await by(page, 'admin-conflict').textContent(), /Yours: Large parties.*Theirs: Parties/s);
    await isAccessible(page, '[role=dialog]');
    await by(page, 'admin-save').click();
    await by(page, 'admin-form').waitFor({ state: 'detached' });
    const { name, position } = (await admin.get('T/routing-rules')).items.find((one) => one.id === rule.id);
    assert.deepEqual([name, position], ['Large parties', 7]);
    await page.getByRole('button', { name: 'Edit Large parties' }).click();
    await by(page, 'admin-delete').click();
    await by(page, 'admin-delete-confirm').click();
    await by(page, 'admin-form').waitFor({ state: 'detached' });
    await admin.post('T/tickets', { queue_id: queue.id, party_size: 9 });
  });

  flow('the desk finds a booking by name and by number, checks it in, and looks at other days', async ({ open, url }) => {
    const desk = await person(url, 'reception');
    const site = (await desk.get('T/sites/main')).id;
    const loans = (await desk.get('T/services?limit=200')).items.find((s) => s.name === 'Loan Office');
    const { days } = await desk.get(`T/slots?service_id=${loans.id}&site_id=${site}&days=3`);
    const today = days[0].slots.find((slot) => slot.free > 0) ?? days[0].slots[0];
    const book = (name, phone, slot) => desk.post('T/tickets/appointments', { service_id: loans.id, site_id: site, starts_at: slot.starts_at, name, phone });
    const tomorrow = days.find((day, n) => n > 0 && day.slots.some((slot) => slot.free > 0));
    await book('Dörte Later', '+49 30 5550004', tomorrow.slots.find((slot) => slot.free > 0));
    const page = await open('/login', DESK);
    await signIn(page, 'reception');
    const pick = by(page, 'reception-appointments');
    await pick.waitFor();
    if (today !== undefined) {
      await book('Çağla Here', '+49 30 5550003', today);
      for (const words of ['cagla', '030 555 0003']) {
        await by(page, 'reception-search').fill(words);
        await by(page, 'reception-booked').getByText('Çağla Here').waitFor();
      }
      await isAccessible(page);
      await by(page, 'reception-booked').getByTestId('appointment-check-in').click();
      await by(page, 'reception-arrived').waitFor();
      await by(page, 'reception-search').fill('Çağla');
      await by(page, 'reception-booked').waitFor({ state: 'detached' });
    }
    for (let n = 0; n < 3 && (await pick.getByText('Dörte Later').count()) === 0; n += 1) {
      await by(page, 'appointments-after').click();
      await page.waitForTimeout(600);
    }
    await pick.getByText('Dörte Later').waitFor();
    await isAccessible(page);
    await pick.getByRole('button', { name: 'Today' }).click();
    await pick.getByText('Dörte Later').waitFor({ state: 'detached' });
  });

  flow('the desk books a series, subscribes to the calendar, and takes somebody off the waitlist', async ({ open, url }) => {
    const desk = await person(url, 'reception');
    const site = (await desk.get('T/sites/main')).id;
    const loans = (await desk.get('T/services?limit=200')).items.find((s) => s.name === 'Loan Office');
    // A day on which nothing is free any more.
    const { days } = await desk.get(`T/slots?service_id=${loans.id}&site_id=${site}&days=7`);
    const full = days.filter((day) => day.slots.some((slot) => slot.free > 0)).at(-1);
    for (const slot of full.slots) {
      for (let n = 0; n < slot.free; n += 1) await desk.post('T/tickets/appointments', { service_id: loans.id, site_id: site, starts_at: slot.starts_at });
    }
    await desk.post('T/waitlist', { service_id: loans.id, site_id: site, from: full.date, to: full.date, name: 'Waiting Wim', phone: '+49305550005' });
    const page = await open('/login', DESK);
    await signIn(page, 'reception');
    const waits = by(page, 'appointments-waitlist');
    await waits.locator('summary').click();
    await waits.getByText('Waiting Wim').waitFor();
    await isAccessible(page);
    await by(waits, 'waitlist-remove').click();
    await by(waits, 'waitlist-remove-keep').click();
    await waits.getByText('Waiting Wim').waitFor();
    await by(waits, 'waitlist-remove').click();
    await isAccessible(page);
    await by(waits, 'waitlist-remove-yes').click();
    await waits.waitFor({ state: 'detached' });

    await by(page, 'calendar-subscribe').click();
    const address = await by(page, 'calendar-address').inputValue();
    await isAccessible(page, '[role=dialog]');
    const read = async () => fetch(new URL(new URL(address, url).pathname, url));
    assert.match(await (await read()).text(), /BEGIN:VCALENDAR/);
    await by(page, 'calendar-end').click();
    await isAccessible(page, '[role=dialog]');
    await by(page, 'calendar-end-keep').click();
    assert.equal((await read()).status, 200, 'a question comes first');
    await by(page, 'calendar-end').click();
    await by(page, 'calendar-end-yes').click();
    await eventually(async () => (await read()).status === 404, { what: 'the address is worth nothing' });

    await by(page, 'appointment-new').click();
    await by(page, 'appointment-service').click();
    await page.getByRole('option', { name: 'Loan Office' }).click();
    await by(page, 'book-slot').last().click();
    await by(page, 'appointment-name').fill('Weekly Wanda');
    await by(page, 'appointment-repeat').click();
    await page.getByRole('option', { name: 'Every week' }).click();
    await field(page, 'repeat.count').fill('3');
    await isAccessible(page, '[role=dialog]');
    await by(page, 'appointment-book').click();
    await by(page, 'appointment-booked').waitFor();
    const listed = (await by(page, 'appointment-series').locator('li').count().catch(() => 0)) + 1;
    const booked = (await desk.get('T/tickets/appointments?q=Wanda&limit=50')).items;
    assert.ok(booked.length === listed && booked.length >= 2, `${booked.length} appointments, ${listed} told`);
  });

  flow('the agent sees that somebody was here before, and what staff should know', async ({ open, url }) => {
    const agent = await agentAtCounter(url);
    const queue = agent.counter.queues?.[0]?.id ?? agent.counter.queue_ids[0];
    const known = await agent.post('T/customers', { name: 'Regular Rita', notes: 'Reads lips' });
    const serve = async () => {
      const ticket = await agent.post('T/tickets', { queue_id: queue, customer_id: known.id });
      await agent.post(`/api/tokens/${ticket.id}/assign`, { counter_id: agent.counter.id });
      return ticket;
    };
    const first = await serve();
    await agent.post(`T/tickets/${first.id}/note`, { text: 'Brought her papers' });
    await agent.post(`T/tickets/${first.id}/close`);
    await serve();
    const page = await open('/login', DESK);
    await signIn(page, 'agent');
    const card = by(page, 'agent-customer');
    await card.getByText('Reads lips').waitFor();
    await card.getByText('1 earlier visit').click();
    await card.getByText('Brought her papers').waitFor();
    await isAccessible(page);
  });

  flow('a screen above one counter shows the calls of that one alone', async ({ open, url, ready }) => {
    const admin = await person(url, 'admin');
    const agent = await agentAtCounter(url, 'agent2');
    const board = (await admin.get('T/devices')).items.find((one) => one.type === 'display' && one.site_id === agent.counter.site_id);
    const others = (await admin.get('T/counters?limit=200')).items.filter((one) => one.site_id === agent.counter.site_id && one.id !== agent.counter.id);
    const set = (counters) => admin.put(`T/devices/${board.id}`, { config: { ...board.config, counters } });
    await set([others[0].id]);
    const token = ready.tenants[0].sites.find((one) => one.slug === 'main').display_token;
    const page = await open(`/display#token=${token}`, BOARD);
    await by(page, 'display-board').waitFor();
    const queue = agent.counter.queues?.[0]?.id ?? agent.counter.queue_ids[0];
    const call = async () => {
      const { items } = await agent.get('T/tickets?status=called,serving&limit=50');
      for (const held of items.filter((one) => one.counter_id === agent.counter.id)) await agent.post(`T/tickets/${held.id}/close`);
      await agent.post('T/tickets', { queue_id: queue });
      return agent.post('T/agents/call-next');
    };
    const hidden = await call();
    await page.waitForTimeout(1500);
    assert.equal(await page.locator(`[data-number="${hidden.number}"]`).count(), 0);
    await set([agent.counter.id]);
    await page.reload();
    await by(page, 'display-board').waitFor();
    const shown = await call();
    await page.locator(`[data-number="${shown.number}"]`).first().waitFor();
  });

  flow('everything of the organisation is taken along as one file, which the trail tells of', async (world) => {
    const page = await administration(world);
    await section(page, 'profile');
    await by(page, 'admin-export').waitFor();
    await isAccessible(page);
    const [file] = await Promise.all([page.waitForEvent('download'), by(page, 'admin-export').click()]);
    assert.match(file.suggestedFilename(), /^usher-demo-bank-\d{4}-\d\d-\d\d\.zip$/);
    const archive = (await readFile(await file.path())).toString('latin1');
    assert.equal(archive.slice(0, 4), 'PK\x03\x04');
    // The list of its files is its end: an archive that was cut off has none.
    assert.equal(archive.slice(-22, -18), 'PK\x05\x06');
    for (const name of ['README.txt', 'tickets.ndjson', 'customers.ndjson', 'events.ndjson', 'manifest.json']) assert.ok(archive.includes(name), name);
    await section(page, 'trail');
    await by(page, 'trail-kind').fill('tenant.exported');
    await by(page, 'trail').getByText('tenant.exported').first().waitFor();
    const manager = await world.open('/login', DESK);
    await signIn(manager, 'manager');
    await manager.goto('/admin');
    await by(manager, 'admin-section-queues').waitFor();
    assert.equal(await by(manager, 'admin-section-profile').count(), 0);
    await assert.rejects((await person(world.url, 'manager')).get('T/export'), /403/);
  });

  flow('the organisation says who it is, how it is reached, and which languages it offers', async (world) => {
    const admin = await person(world.url, 'admin');
    const before = await admin.get('/api/v1/tenants/demo-bank');
    const page = await administration(world);
    await section(page, 'profile');
    await field(page, 'name').fill('');
    await field(page, 'contact_email').fill('nonsense');
    await by(page, 'admin-save').click();
    await by(page, 'refusal').waitFor();
    for (const name of ['name', 'contact_email']) assert.equal(await field(page, name).getAttribute('aria-invalid'), 'true', name);
    await isAccessible(page);
    await field(page, 'name').fill('Demo Bank of the South');
    await field(page, 'contact_email').fill('hello@demo-bank.com');
    await field(page, 'address').fill('1 Long Street\n12345 Town');
    await field(page, 'phone_number').fill('+49 30 5550100');
    await choose(page, 'timezone', 'Europe/Lisbon');
    await choose(page, 'currency', 'CHF');
    await choose(page, 'default_locale', 'Deutsch');
    await by(page, 'admin-save').click();
    await by(page, 'admin-said').getByText('Saved').waitFor();
    const { name, contact_email, address, phone_number, timezone, currency, default_locale, locales } = await admin.get('/api/v1/tenants/demo-bank');
    assert.deepEqual([name, contact_email, address, phone_number, timezone, currency, default_locale], ['Demo Bank of the South', 'hello@demo-bank.com', '1 Long Street\n12345 Town', '+49 30 5550100', 'Europe/Lisbon', 'CHF', 'de']);
    assert.ok(locales.includes('de'));
    await page.getByRole('banner').getByText('Demo Bank of the South').waitFor();
    // The kiosk offers what the organisation offers, in its order.
    await eventually(async () => (await field(page, 'currency').inputValue()).startsWith('CHF'), { what: 'the form as it was saved' });
    for (const language of ['English', 'Español', 'العربية']) await choose(page, 'locales', language);
    await by(page, 'admin-save').click();
    await eventually(async () => (await admin.get('/api/v1/tenants/demo-bank')).locales.join() === 'de,fr', { what: 'two languages' });
    const token = world.ready.tenants[0].sites.find((one) => one.slug === 'main').kiosk_token;
    const kiosk = await world.open(`/kiosk#token=${token}`, KIOSK);
    await by(kiosk, 'kiosk-service-deposit').waitFor();
    assert.deepEqual(await kiosk.locator('nav button[lang]').evaluateAll((all) => all.map((one) => one.lang)), ['de', 'fr']);
    const phone = await administration(world, { ...PHONE, colorScheme: 'dark' });
    await section(phone, 'profile');
    await field(phone, 'address').waitFor();
    await fitsWidth(phone);
    await isAccessible(phone);
    await admin.put('/api/v1/tenants/demo-bank', Object.fromEntries(['name', 'timezone', 'currency', 'default_locale', 'locales'].map((key) => [key, before[key]])));
  });

  flow('a site says who runs it, how many people it holds, and that it is the one that is meant', async (world) => {
    const admin = await person(world.url, 'admin');
    const manager = (await person(world.url, 'manager')).user;
    const sites = async () => (await admin.get('T/sites?limit=200')).items;
    const other = (await sites()).find((site) => !site.is_default);
    const page = await administration(world);
    await section(page, 'sites');
    const edit = async (site) => page.getByRole('button', { name: `Edit ${site.name}`, exact: true }).click();
    await edit(other);
    await choose(page, 'manager_id', manager.name);
    await field(page, 'capacity').fill('120');
    await page.getByLabel('The site that is meant where none is named').check();
    await isAccessible(page, '[role=dialog]');
    await by(page, 'admin-save').click();
    await by(page, 'admin-form').waitFor({ state: 'detached' });
    const saved = (await sites()).find((site) => site.id === other.id);
    assert.deepEqual([saved.manager_id, saved.capacity, saved.is_default], [manager.id, 120, true]);
    assert.equal((await sites()).filter((site) => site.is_default).length, 1);
    // The mark is given to another, never merely taken.
    await edit(saved);
    await page.getByLabel('The site that is meant where none is named').uncheck();
    await by(page, 'admin-save').click();
    await by(page, 'refusal').getByText('This is the default site').waitFor();
    await by(page, 'admin-undo-changes').click();
    await page.keyboard.press('Escape');
    await by(page, 'admin-form').waitFor({ state: 'detached' });
    const main = (await sites()).find((site) => site.slug === 'main');
    await admin.put(`T/sites/${main.id}`, { is_default: true });
  });

  flow('a service has names, outcomes and priority classes, a counter its shares', async (world) => {
    const admin = await person(world.url, 'admin');
    const find = async () => (await admin.get('T/services?limit=200')).items.find((one) => one.name === 'Passbook');
    const page = await administration(world);
    await section(page, 'services');
    await page.getByRole('button', { name: 'Edit Passbook' }).click();
    await page.getByRole('textbox', { name: 'Name in other languages: Français' }).fill('Livret');
    await page.getByLabel('Agents must say how it ended').check();
    await by(page, 'admin-save').click();
    await by(page, 'refusal').getByText('This is needed').or(by(page, 'refusal').getByText('List the outcomes')).first().waitFor();
    await by(page, 'admin-outcomes-add').click();
    const outcome = by(page, 'admin-outcomes-0');
    await outcome.getByRole('textbox', { name: 'What agents read' }).fill('New book given');
    await outcome.getByRole('textbox', { name: 'Code' }).focus();
    assert.equal(await outcome.getByRole('textbox', { name: 'Code' }).inputValue(), 'new_book_given');
    const classes = page.getByRole('group', { name: 'VIP' });
    await classes.getByRole('textbox').fill('25');
    await classes.getByLabel('Needs a reason').check();
    await by(page, 'admin-class-name').fill('vip');
    assert.equal(await by(page, 'admin-class-add').isDisabled(), true, 'there is one of this name');
    await by(page, 'admin-class-name').fill('Expecting');
    await by(page, 'admin-class-name').press('Enter');
    await page.getByRole('group', { name: 'Expecting' }).getByLabel('Staff confirm it').check();
    await isAccessible(page, '[role=dialog]');
    await by(page, 'admin-save').click();
    await by(page, 'admin-form').waitFor({ state: 'detached' });
    const saved = await find();
    assert.equal(saved.names.fr, 'Livret');
    assert.deepEqual([saved.outcome_required, saved.outcomes], [true, [{ code: 'new_book_given', label: 'New book given' }]]);
    const { vip, priority, Expecting: expecting } = saved.priority_rules.classes;
    assert.deepEqual([vip.head_start_minutes, vip.reason_required, expecting.head_start_minutes, expecting.confirm, priority !== undefined], [25, true, 10, true, true]);
    await page.getByRole('button', { name: 'Edit Passbook' }).click();
    for (const name of ['VIP', 'Expecting']) await page.getByRole('group', { name }).waitFor();
    await page.getByRole('group', { name: 'Expecting' }).getByRole('button', { name: 'Remove: Expecting' }).click();
    await outcome.getByRole('button', { name: /^Remove/ }).click();
    await page.getByLabel('Agents must say how it ended').uncheck();
    await by(page, 'admin-save').click();
    await by(page, 'admin-form').waitFor({ state: 'detached' });
    const after = await find();
    assert.deepEqual([after.outcomes, Object.keys(after.priority_rules.classes).sort()], [[], ['priority', 'vip']]);

    const counters = async () => (await admin.get('T/counters?limit=200')).items;
    const { id, number, name, site_id: at, queue_ids: queues } = (await counters()).find((one) => one.queue_ids.length >= 2);
    const site = (await admin.get('T/sites?limit=200')).items.find((one) => one.id === at);
    const weights = async () => (await counters()).find((one) => one.id === id).weights;
    const had = await weights();
    await admin.put(`T/counters/${id}`, { weights: null });
    await page.reload();
    await section(page, 'counters');
    const edit = () => page.locator('tr', { has: page.getByRole('cell', { name: number, exact: true }) }).filter({ hasText: site.name }).getByRole('button', { name: `Edit ${name}` }).click();
    await edit();
    assert.equal(await by(page, 'admin-weights').isChecked(), false);
    await by(page, 'admin-weights').check();
    await field(page, `weights.${queues[0]}`).fill('3');
    await isAccessible(page, '[role=dialog]');
    await by(page, 'admin-save').click();
    await by(page, 'admin-form').waitFor({ state: 'detached' });
    assert.deepEqual(await weights(), Object.fromEntries(queues.map((queue, n) => [queue, n === 0 ? 3 : 1])));
    await edit();
    await by(page, 'admin-weights').uncheck();
    await by(page, 'admin-save').click();
    await by(page, 'admin-form').waitFor({ state: 'detached' });
    assert.equal(await weights(), null);
    await admin.put(`T/counters/${id}`, { weights: had });
  });

  flow('what a person agreed to is written down, with how they said so, and can be taken back', async (world) => {
    const admin = await person(world.url, 'admin');
    const { id } = await admin.post('T/customers', { name: 'Consenting Cora', email: 'cora@home.example' });
    const page = await administration(world, PHONE);
    await section(page, 'people');
    await by(page, 'people-search').fill('Cora');
    const open = () => by(page, 'people').getByRole('button', { name: 'Open Consenting Cora' }).click();
    await open();
    await by(page, 'consent-marketing-unasked').waitFor();
    assert.equal(await by(page, 'consent-marketing-unasked').isChecked(), true);
    await by(page, 'consent-purpose').fill('Not A Purpose');
    assert.equal(await by(page, 'consent-add').isDisabled(), true);
    await by(page, 'consent-purpose').fill('research');
    await by(page, 'consent-add').click();
    await by(page, 'consent-research-refused').check();
    await by(page, 'consent-marketing-agreed').check();
    await by(page, 'consent-source').fill('form 7b');
    await fitsWidth(page);
    await isAccessible(page, '[role=dialog]');
    await by(page, 'admin-save').click();
    await by(page, 'person-form').waitFor({ state: 'detached' });
    const said = async () => (await admin.get(`T/customers/${id}`)).consents;
    const { marketing, research } = await said();
    assert.deepEqual([marketing.granted, marketing.source, research.granted], [true, 'form 7b', false]);
    await open();
    await by(page, 'person-consents').getByText(/· form 7b/).first().waitFor();
    assert.equal(await by(page, 'consent-marketing-unasked').count(), 0, 'what was said is not unsaid');
    await by(page, 'consent-marketing-refused').check();
    await by(page, 'admin-save').click();
    await by(page, 'person-form').waitFor({ state: 'detached' });
    assert.equal((await said()).marketing.granted, false);
  });
});
