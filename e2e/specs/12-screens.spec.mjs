// The desk's and the floor's appointments, the administration of appointments and points, a customer's own page,
// and the installation's.
import assert from 'node:assert/strict';
import { agentAtCounter, ask, login, person } from '../lib/api.mjs';
import { DESK, PHONE, by, fitsWidth, isAccessible, signIn, withDemo, withDemoInTheMorning } from '../lib/browser.mjs';
import { eventually } from '../lib/eventually.mjs';

// What is booked for today.
withDemoInTheMorning(({ flow }) => {
  flow('the desk books for a caller, keeps what was typed, checks in, and cancels after asking', async ({ open }) => {
    const page = await open('/login', DESK);
    await signIn(page, 'reception');
    const day = by(page, 'reception-appointments');
    await day.waitFor();
    const rows = day.locator('li[data-status=booked]');
    await rows.first().waitFor();
    await isAccessible(page);
    const before = await rows.count();
    assert.ok(before >= 2, `${before} are expected`);

    await by(page, 'appointment-new').click();
    await by(page, 'appointment-service').click();
    await page.getByRole('option').first().click();
    await by(page, 'book-slot').nth(1).click();
    await by(page, 'appointment-name').fill('Zoë Caller');
    await by(page, 'appointment-email').fill('nonsense');
    await by(page, 'appointment-book').click();
    await by(page, 'refusal').waitFor();
    assert.equal(await by(page, 'appointment-email').getAttribute('aria-invalid'), 'true');
    await isAccessible(page, '[role=dialog]');
    await by(page, 'appointment-email').fill('');
    await by(page, 'appointment-other-time').click();
    await by(page, 'book-slot').nth(2).click();
    assert.equal(await by(page, 'appointment-name').inputValue(), 'Zoë Caller');
    await by(page, 'appointment-book').click();
    await by(page, 'appointment-booked').waitFor();
    await page.keyboard.press('Escape');

    const first = rows.first();
    const reference = (await first.getAttribute('data-testid')).replace('appointment-', '');
    await first.getByTestId('appointment-check-in').click();
    await by(page, 'appointment-arrived').waitFor();
    const row = by(page, `appointment-${reference}`);
    await eventually(async () => (await row.getAttribute('data-status')) === 'checked_in', { what: 'the row says that the person is here' });
    await eventually(async () => / 1 with one/.test((await by(page, 'appointments-mixed').textContent()) ?? ''), { what: 'they are among the walk-ins' });

    const last = rows.last();
    const gone = await last.getAttribute('data-testid');
    await last.getByTestId('appointment-cancel').click();
    await by(page, 'appointment-reason').fill('Called off by phone');
    await by(page, 'appointment-cancel-yes').click();
    await eventually(async () => (await by(page, gone).count()) === 0 || (await by(page, gone).getAttribute('data-status')) === 'cancelled', { what: 'the appointment is cancelled' });
  });

  flow('what is booked elsewhere appears at the desk and on the floor, and what people say as well', async ({ open, url }) => {
    const manager = await person(url, 'manager');
    const agent = await agentAtCounter(url);
    const { items: served } = await manager.get('T/tickets?status=served&limit=1&site_id=' + agent.counter.site_id);
    await manager.post(`T/tickets/${served[0].id}/feedback`, { csat: 2, comment: 'Nobody told me where to go.' });
    const page = await open('/login', DESK);
    await signIn(page, 'manager');
    await by(page, 'floor-feedback').getByText('Nobody told me where to go.').waitFor();
    assert.match(await by(page, 'floor-csat').textContent(), /\d\.\d \/ 5/);
    await isAccessible(page);
    await by(page, 'floor-appointments-open').click();
    await page.getByRole('dialog').locator('li[data-status]').first().waitFor();
    await isAccessible(page, '[role=dialog]');
  });

  flow('the desk on a phone, in the dark and in Arabic', async ({ open }) => {
    for (const look of [{ colorScheme: 'dark' }, { locale: 'ar' }]) {
      const page = await open('/login', { ...PHONE, ...look });
      await signIn(page, 'reception');
      await by(page, 'reception-appointments').locator('li').first().waitFor();
      await fitsWidth(page);
      await page.evaluate(() => window.scrollTo(0, 0));
      await isAccessible(page);
    }
  });
});

withDemo(({ flow }) => {
  flow('an administrator keeps appointment hours, a reward and the rules of the points', async ({ open, url }) => {
    const page = await open('/login', DESK);
    await signIn(page, 'admin');
    await page.goto('/admin#availabilities');
    await page.getByRole('button', { name: /Edit Loan talks/ }).first().click();
    await by(page, 'admin-field-duration_minutes').fill('45');
    await isAccessible(page, '[role=dialog]');
    await by(page, 'admin-save').click();
    await by(page, 'admin-form').waitFor({ state: 'detached' });
    const admin = await person(url, 'admin');
    const { items } = await admin.get('T/availabilities');
    assert.ok(items.some((one) => one.duration_minutes === 45));

    await by(page, 'admin-section-rewards').click();
    await by(page, 'admin-new-reward').click();
    await by(page, 'admin-save').click();
    await by(page, 'refusal').waitFor();
    await by(page, 'admin-field-name').fill('Umbrella');
    await by(page, 'admin-field-points_required').fill('30');
    await by(page, 'admin-save').click();
    await page.getByRole('cell', { name: 'Umbrella', exact: true }).waitFor();

    await by(page, 'admin-section-programme').click();
    await by(page, 'admin-tiers-add').click();
    const tiers = page.locator('[data-testid^="admin-tiers-"][role=group]');
    await tiers.last().getByRole('textbox', { name: 'Name' }).fill('Platinum');
    await tiers.last().getByRole('textbox', { name: 'From points' }).fill('1');
    await by(page, 'admin-save').click();
    // A level below the one before is refused with a way to its field.
    await by(page, 'refusal').waitFor();
    await tiers.last().getByRole('textbox', { name: 'From points' }).fill('900');
    await by(page, 'admin-save').click();
    await by(page, 'admin-said').getByText(/Saved/).waitFor();
    await isAccessible(page);
    const programme = await admin.get('T/reward-programme');
    assert.equal(programme.tiers.at(-1).name, 'Platinum');
  });

  flow('a customer lands at the own page, has a reward kept and gives it back, and takes a copy of the data', async ({ open, url }) => {
    const manager = await person(url, 'manager');
    const customer = await person(url, 'customer');
    const { items: queues } = await manager.get('T/queues?limit=1');
    await customer.post(`/api/queues/${queues[0].id}/join`);
    const id = await eventually(async () => (await customer.get('T/points')).customer_id, { what: 'the customer has a record' });
    await manager.post(`T/customers/${id}/points`, { points: 60, reason: 'Welcome' });

    const page = await open('/login', PHONE);
    await signIn(page, 'customer');
    assert.equal(new URL(page.url()).pathname, '/wallet');
    const points = async () => Number(await by(page, 'wallet-available').textContent());
    await by(page, 'wallet-available').waitFor();
    const had = await points();
    assert.ok(had >= 60);
    await by(page, 'wallet-in-line').waitFor();
    await fitsWidth(page);
    await isAccessible(page);
    await by(page, 'wallet-reward-Coffee at the bar').getByTestId('wallet-reserve').click();
    await by(page, 'wallet-code').waitFor();
    assert.equal(await eventually(async () => (await points()) === had - 50, { what: 'the points are taken' }), true);
    await isAccessible(page);
    await by(page, 'wallet-release').click();
    await isAccessible(page);
    await by(page, 'wallet-release-keep').click();
    assert.equal(await points(), had - 50, 'a question comes first');
    await by(page, 'wallet-release').click();
    await by(page, 'wallet-release-yes').click();
    await eventually(async () => (await points()) === had, { what: 'the points are back' });

    await page.goto('/account');
    const saved = page.waitForEvent('download');
    await by(page, 'account-copy').click();
    const file = await (await saved).createReadStream();
    const parts = [];
    for await (const part of file) parts.push(part);
    const copy = JSON.parse(Buffer.concat(parts).toString());
    assert.ok(copy.tickets.length >= 1 && copy.engagement.entries.length >= 1 && copy.account.profile.email === 'customer@demo-bank.com');
    await by(page, 'account-erase').click();
    await by(page, 'account-erase-confirm').fill('somebody@else.example');
    await by(page, 'account-erase-yes').click();
    await by(page, 'refusal').waitFor();
    await isAccessible(page, '[role=dialog]');
    await page.keyboard.press('Escape');
    await fitsWidth(page);
    await isAccessible(page);
  });

  flow('the operator makes an organisation, suspends it after asking, and lets it work again', async ({ open }) => {
    const page = await open('/login', DESK);
    await signIn(page, 'platform');
    assert.equal(new URL(page.url()).pathname, '/platform');
    await by(page, 'platform-health').waitFor();
    await isAccessible(page);
    await by(page, 'platform-new').click();
    await by(page, 'admin-field-name').fill('Corner Bakery');
    await by(page, 'admin-field-slug').fill('corner');
    await isAccessible(page, '[role=dialog]');
    await by(page, 'admin-save').click();
    const row = by(page, 'platform-tenant-corner');
    await row.getByTestId('platform-open').click();
    await by(page, 'platform-usage').waitFor();
    await by(page, 'platform-suspend').click();
    await by(page, 'platform-suspend-yes').click();
    await by(page, 'platform-activate').waitFor();
    await eventually(async () => /Suspended/.test((await row.textContent()) ?? ''), { what: 'the list says so' });
    await by(page, 'platform-activate').click();
    await by(page, 'platform-suspend').waitFor();

    // In no organisation there is nothing to administer; the operator goes into one, and out again.
    await page.goto('/admin');
    await isAccessible(page);
    await by(page, 'open-platform').click();
    await row.getByTestId('platform-open').click();
    await by(page, 'platform-enter').click();
    await page.waitForURL((address) => address.pathname === '/admin');
    await by(page, 'admin-section-sites').waitFor();
    await page.goto('/manage');
    await eventually(async () => /Corner Bakery/.test((await page.locator('header').first().textContent()) ?? ''), { what: 'the head names where one is' });
    await page.goto('/platform');
    await by(page, 'platform-inside').waitFor();
    await isAccessible(page);
    await by(page, 'platform-leave').click();
    await by(page, 'platform-inside').waitFor({ state: 'detached' });
  });

  flow('the operator finds somebody over all organisations, keeps them out and lets them in, and clears the log', async ({ open, url }) => {
    const page = await open('/login', DESK);
    await signIn(page, 'platform');
    await by(page, 'platform-users').waitFor();
    await by(page, 'platform-user-search').fill('AGENT2@demo');
    const row = by(page, 'platform-user-agent2@demo-bank.com');
    await eventually(async () => (await by(page, 'platform-users').locator('tbody tr').count()) === 1, { what: 'one person' });
    assert.match(await row.textContent(), /\(Agent\)/);
    const { email, password } = login('agent2');
    const enters = () => ask(url, 'POST', '/api/v1/auth/login', { body: { email, password } }).then(() => true, () => false);
    assert.equal(await enters(), true);
    await by(row, 'platform-user-out').click();
    await isAccessible(page);
    await by(row, 'platform-user-out-yes').click();
    await by(row, 'platform-user-in').waitFor();
    assert.equal(await enters(), false);
    await by(row, 'platform-user-in').click();
    await by(row, 'platform-user-out').waitFor();
    assert.equal(await enters(), true);
    // Oneself is no one to be kept out.
    await by(page, 'platform-user-search').fill(login('platform').email);
    await eventually(async () => (await by(page, 'platform-users').locator('tbody tr').count()) === 1 && (await by(page, 'platform-user-out').count()) === 0, { what: 'oneself, without a button' });
    const phone = await open('/login', PHONE);
    await signIn(phone, 'platform');
    await by(phone, 'platform-users').waitFor();
    await fitsWidth(phone);
    await isAccessible(phone);
    await by(page, 'platform-health').waitFor();
    if ((await by(page, 'platform-log-clear').count()) > 0) {
      await by(page, 'platform-log-clear').click();
      await by(page, 'platform-log-clear-yes').click();
      await by(page, 'platform-log-clear').waitFor({ state: 'detached' });
    }
  });

  flow('an agent looks at the own day', async ({ open, url }) => {
    const agent = await agentAtCounter(url);
    await agent.post('T/tickets', { queue_id: agent.counter.queue_ids[0] });
    await agent.post('T/agents/call-next');
    await agent.post('T/agents/complete-and-call-next');
    const page = await open('/login', DESK);
    await signIn(page, 'agent');
    await by(page, 'agent-my-day').click();
    await eventually(
      async () => {
        if ((await by(page, 'agent-day-served').count()) > 0) return Number(await by(page, 'agent-day-served').textContent()) >= 1;
        await page.keyboard.press('Escape');
        await by(page, 'agent-my-day').click();
        return false;
      },
      { what: 'the figures know of the day' },
    );
    await isAccessible(page, '[role=dialog]');
  });
});
