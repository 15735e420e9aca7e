// Flow 10: an administrator makes a branch, is told what is wrong and what it costs, and loses nothing; devices are
// paired; what was done is in the audit trail; a person's data are taken out, and the person erased.
import assert from 'node:assert/strict';
import { ask, person } from '../lib/api.mjs';
import { DESK, by, isAccessible, signIn, withDemo } from '../lib/browser.mjs';
import { eventually } from '../lib/eventually.mjs';

const field = (page, name) => page.locator(`[data-field="${name}"]`);
const section = (page, name) => by(page, `admin-section-${name}`).click();
const isWrong = async (page, name) => assert.equal(await field(page, name).getAttribute('aria-invalid'), 'true', name);

async function pick(page, name, text) {
  await field(page, name).fill(text);
  await page.getByRole('option', { name: text }).first().click();
  await field(page, name).blur();
}

/** Saves the form and waits until it has gone. */
async function save(page) {
  await by(page, 'admin-save').click();
  await by(page, 'admin-form').waitFor({ state: 'detached' });
}

async function administration({ open }) {
  const page = await open('/login', DESK);
  await signIn(page, 'admin');
  assert.equal(new URL(page.url()).pathname, '/admin');
  return page;
}

withDemo(({ flow }) => {
  flow('a site, a service, a queue, a counter and a member of staff', async (world) => {
    const page = await administration(world);
    await by(page, 'admin-new-site').click();
    await by(page, 'admin-save').click();
    await by(page, 'refusal').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.dataset.testid), 'refusal', 'the summary has the focus');
    await isWrong(page, 'name');
    await isAccessible(page);
    await field(page, 'name').fill('South branch');
    await field(page, 'slug').fill('main');
    await by(page, 'admin-save').click();
    await eventually(async () => (await field(page, 'slug').getAttribute('aria-invalid')) === 'true', { what: 'the taken name at its field' });
    await field(page, 'slug').fill('south');
    await save(page);

    await section(page, 'services');
    await by(page, 'admin-new-service').click();
    await field(page, 'name').fill('Cards');
    await save(page);

    await section(page, 'queues');
    await by(page, 'admin-new-queue').click();
    await field(page, 'name').fill('Cards south');
    await pick(page, 'site_id', 'South branch');
    await pick(page, 'service_ids', 'Cards');
    await field(page, 'prefix').fill('O');
    await page.getByText('O is easily read as 0').waitFor();
    await save(page);

    await section(page, 'counters');
    await by(page, 'admin-new-counter').click();
    await field(page, 'name').fill('Desk south');
    await pick(page, 'site_id', 'South branch');
    await pick(page, 'queue_ids', 'Cards south');
    await save(page);

    await section(page, 'members');
    await by(page, 'admin-new-member').click();
    await field(page, 'email').fill('nia@demo-bank.com');
    await field(page, 'name').fill('Nia South');
    await pick(page, 'roles', 'Agent');
    await save(page);

    await by(page, 'admin-search').fill('south');
    await eventually(async () => (await page.locator('main section[aria-label]').count()) === 4, { what: 'one search over all lists' });

    // A deletion names its cost first.
    const admin = await person(world.url, 'admin');
    const queue = (await admin.get('T/queues?limit=200')).items.find((q) => q.name === 'Cards south');
    for (let i = 0; i < 2; i += 1) await admin.post('T/tickets', { queue_id: queue.id });
    await page.reload();
    await section(page, 'queues');
    await page.getByRole('button', { name: 'Edit Cards south' }).click();
    await by(page, 'admin-delete').click();
    await page.getByText('2 people are waiting.').waitFor();
    assert.equal(await by(page, 'admin-delete-confirm').count(), 0);
  });

  flow('two editors: both versions are shown, and nothing is lost; leaving asks', async (world) => {
    const page = await administration(world);
    const admin = await person(world.url, 'admin');
    const service = (await admin.get('T/services?limit=200')).items.find((s) => s.name === 'Deposit');
    await section(page, 'services');
    await page.getByRole('button', { name: 'Edit Deposit' }).click();
    await field(page, 'default_minutes').fill('9');
    await field(page, 'description').fill('notes and coins');
    await page.getByText('2 changes').waitFor();

    await page.keyboard.press('Escape');
    await by(page, 'admin-stay').waitFor();
    await page.waitForTimeout(300);
    await by(page, 'admin-stay').click();
    assert.equal(await field(page, 'description').inputValue(), 'notes and coins');

    await admin.put(`T/services/${service.id}`, { default_minutes: 7, target_minutes: 25 });
    await by(page, 'admin-save').click();
    const conflict = by(page, 'admin-conflict');
    await conflict.waitFor();
    await isAccessible(page);
    assert.match(await conflict.textContent(), /Yours: 9.*Theirs: 7.*25/s);
    await save(page);
    const { default_minutes: takes, target_minutes: promise, description } = await admin.get(`T/services/${service.id}`);
    assert.deepEqual([takes, promise, description], [9, 25, 'notes and coins']);
  });

  flow('a colour that carries no text is refused, and the nearest that does is offered', async (world) => {
    const page = await administration(world);
    const admin = await person(world.url, 'admin');
    await section(page, 'branding');
    await field(page, 'branding.primary_color').fill('#7C7C7C');
    await field(page, 'branding.primary_color').blur();
    await page.getByText('Neither white nor black text can be read').waitFor();
    await by(page, 'admin-nearest-primary_color').click();
    await by(page, 'admin-save').click();
    await eventually(async () => (await admin.get('T/branding')).primary_color !== null, { what: 'the colour saved' });
    assert.notEqual((await admin.get('T/branding')).primary_color, '#7C7C7C');
  });

  flow('a board is paired by its code, and refused where it could not be read', async (world) => {
    const page = await administration(world);
    const { code } = await ask(world.url, 'POST', '/api/v1/devices/pairing', { body: { type: 'display' } });
    await section(page, 'devices');
    await by(page, 'admin-pair-device').click();
    await by(page, 'device-code').fill(code);
    await by(page, 'device-name').fill('Board upstairs');
    await by(page, 'device-site').click();
    await page.getByRole('option').first().click();
    await by(page, 'device-diagonal').fill('32');
    await by(page, 'device-distance').fill('12');
    await page.getByText('Too far for this screen').waitFor();
    await by(page, 'device-distance').fill('4');
    await by(page, 'device-pair').click();
    await page.getByRole('cell', { name: 'Board upstairs', exact: true }).waitFor();
  });

  flow('a kiosk shows its code, is paired in the administration, and gives a ticket', async (world) => {
    const kiosk = await world.open('/kiosk', { viewport: { width: 1080, height: 1920 } });
    const code = await eventually(async () => {
      const shown = (await by(kiosk, 'pairing-code').textContent()).replace(/[^A-Z0-9]/g, '');
      return shown.length >= 6 ? shown : false;
    }, { what: 'a code on the kiosk' });
    await isAccessible(kiosk);
    const page = await administration(world);
    await section(page, 'devices');
    await by(page, 'admin-pair-device').click();
    await by(page, 'device-code').fill(code);
    await by(page, 'device-name').fill('Kiosk by the stairs');
    // What shows the code says what it is: nobody has to know.
    await eventually(async () => (await field(page, 'type').inputValue()) === 'Kiosk', { what: 'the form knows that it is a kiosk' });
    await by(page, 'device-site').click();
    await page.getByRole('option', { name: 'Main branch' }).click();
    await by(page, 'device-pair').click();
    await page.getByRole('cell', { name: 'Kiosk by the stairs', exact: true }).waitFor();
    await by(kiosk, 'kiosk-service-deposit').click({ timeout: 30_000 });
    await by(kiosk, 'kiosk-number').waitFor();
  });

  flow('what was done stands in the audit trail; a person is exported, erased, and only figures stay', async ({ url }) => {
    const admin = await person(url, 'admin');
    const service = (await admin.get('T/services?limit=200')).items.find((s) => s.name === 'Withdrawal');
    await admin.put(`T/services/${service.id}`, { default_minutes: 11 });
    const trail = await eventually(async () => {
      const { items } = await admin.get(`T/audit/service/${service.id}`);
      return items.length > 0 ? items : false;
    }, { what: 'an entry of the trail' });
    assert.ok(JSON.stringify(trail[0]).includes(admin.user.id), 'it names who did it');

    const made = await admin.post('T/customers', { name: 'Gerda Gone', phone: '+491701234567' });
    const ticket = await admin.post('T/tickets', { service_id: service.id, customer_id: made.id });
    const copy = await admin.get(`T/customers/${made.id}/export`);
    assert.ok(JSON.stringify(copy).includes('Gerda Gone') && JSON.stringify(copy).includes(ticket.number));
    await admin.post(`T/tickets/${ticket.id}/cancel`, { reason: 'Went home' });
    await ask(url, 'DELETE', `/api/v1/tenants/demo-bank/customers/${made.id}`, { token: admin.token });
    const left = await admin.get(`T/tickets/${ticket.id}`);
    assert.ok(!JSON.stringify(left).includes('Gerda'), 'the ticket stays, without the person');
    assert.equal(left.number, ticket.number);
    assert.equal((await admin.get('T/customers?q=Gerda')).items.length, 0);
  });
});
