// The desk for people without an account: their points and visits, the waitlist, bookings, marks, what happened to a
// ticket, and what they said.
import assert from 'node:assert/strict';
import { SITE, agentAtCounter, person } from '../lib/api.mjs';
import { DESK, PHONE, by, fitsWidth, isAccessible, signIn, withDemo } from '../lib/browser.mjs';
import { eventually } from '../lib/eventually.mjs';

/** Opens a screen for somebody. */
async function at(open, role, path, options = DESK) {
  const page = await open('/login', options);
  await signIn(page, role);
  await page.goto(path);
  return page;
}

/** Waits until an element reads so. */
const reads = (element, words) => eventually(async () => new RegExp(words).test((await element.textContent()) ?? ''), { what: `"${words}"` });

/** Waits until the status line of the points says so. */
const said = (page, words) => reads(by(page, 'customer-said'), words);

withDemo(
  ({ flow }) => {
    flow('the points of somebody without an account: given, spent, bought, refunded', async ({ open, url }) => {
      const admin = await person(url, 'admin');
      // Nothing but purchases counts, so that figures are known.
      await admin.put('T/reward-programme', { active: true, pending_minutes: 0, tiers: [], rules: [{ on: 'purchase', points: 1, per_amount: 100 }] });
      const coffee = (await admin.get('T/rewards?limit=200')).items.find(({ name }) => name === 'Coffee at the bar');
      const petra = await admin.post('T/customers', { name: 'Petra Paper', phone: '+49305550101' });
      const { items: queues } = await admin.get('T/queues?limit=200');
      await admin.post('T/tickets', { queue_id: queues[0].id, name: 'Petra Paper', phone: '+49305550101' });

      // By hand, on the customer's page in the administration: with a reason.
      const office = await at(open, 'admin', '/admin#people');
      await by(office, 'people-search').fill('petra paper');
      await office.getByRole('button', { name: 'Open Petra Paper' }).click();
      await by(office, 'customer-points').waitFor();
      assert.equal(await by(office, 'customer-available').textContent(), '0');
      await by(office, 'customer-adjust').locator('summary').click();
      const adjust = by(office, 'customer-adjust-send');
      assert.equal(await adjust.getAttribute('aria-disabled'), 'true', 'a reason is needed');
      await by(office, 'customer-adjust-points').fill('200');
      await by(office, 'customer-adjust-reason').fill('Sorry for the wait');
      await isAccessible(office, '[role=dialog]');
      await adjust.click();
      await said(office, '200 points were given');
      await eventually(async () => (await by(office, 'customer-available').textContent()) === '200', { what: 'the points are there' });
      assert.match(await by(office, 'customer-history').locator('li').first().textContent(), /Changed by staff.*Sorry for the wait/);
      await by(office, 'customer-tickets').locator('li').first().waitFor();

      // At the desk: found by a piece of the number.
      const desk = await at(open, 'reception', '/reception');
      await by(desk, 'customers-search').fill('5550101');
      await by(desk, 'customers-search-found').getByRole('button').first().click();
      await by(desk, 'customer-points').waitFor();
      assert.equal(await by(desk, 'customer-adjust').count(), 0, 'only who may change points by hand');
      await by(desk, 'customer-purchase').locator('summary').click();
      await by(desk, 'customer-purchase-amount').fill('12.5');
      await by(desk, 'customer-purchase-reference').fill('R-1');
      await by(desk, 'customer-purchase-send').click();
      await said(desk, '12 points were given');
      await by(desk, 'customer-history').getByText('€12.50').first().waitFor();
      await by(desk, 'customer-purchase-amount').fill('12.5');
      await by(desk, 'customer-purchase-reference').fill('R-1');
      await by(desk, 'customer-purchase-send').click();
      await said(desk, 'has counted already');
      assert.equal((await admin.get(`T/customers/${petra.id}/points`)).available, 212);

      // A reward is kept for them, and handed out.
      await by(desk, 'customer-rewards').locator('summary').click();
      await by(desk, 'customer-reward-Coffee at the bar').getByTestId('customer-reserve').click();
      await by(desk, 'customer-kept').waitFor();
      await isAccessible(desk, '[role=dialog]');
      await by(desk, 'customer-kept-give').click();
      await said(desk, 'Coffee at the bar was handed out');
      await eventually(async () => (await by(desk, 'customer-kept').count()) === 0, { what: 'nothing is kept any more' });
      assert.equal((await admin.get(`T/customers/${petra.id}/points`)).available, 212 - coffee.points_required);

      // Half of the purchase is paid back.
      await by(desk, 'customer-refund').locator('summary').click();
      await by(desk, 'customer-refund-reference').fill('R-1');
      await by(desk, 'customer-refund-amount').fill('6.25');
      await by(desk, 'customer-refund-send').click();
      await said(desk, '6 points were taken back.*€6.25 can still be refunded');
      await isAccessible(desk, '[role=dialog]');

      const phone = await at(open, 'reception', '/reception', PHONE);
      await by(phone, 'customers-search').fill('petra');
      await by(phone, 'customers-search-found').getByRole('button').first().click();
      await by(phone, 'customer-points').waitFor();
      await fitsWidth(phone);
    });

    flow('a caller is put on the waitlist where nothing is free, and the desk answers for them; a booking is changed', async ({ open, url }) => {
      const manager = await person(url, 'manager');
      const site = (await manager.get(`T/sites/${SITE}`)).id;
      const service = (await manager.get('T/services?limit=200')).items.find(({ name }) => name === 'Withdrawal').id;
      const date = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
      const exceptions = [{ date, spans: [{ opens: '10:00', closes: '10:15' }] }];
      await manager.post('T/availabilities', { site_id: site, service_id: service, weekly: {}, exceptions, duration_minutes: 15 });
      const { days } = await manager.get(`T/slots?service_id=${service}&site_id=${site}&from=${date}&days=1`);
      const taken = await manager.post('T/tickets/appointments', { service_id: service, site_id: site, starts_at: days[0].slots[0].starts_at, name: 'First' });
      const known = await manager.post('T/customers', { name: 'Kim Known', phone: '+49305550102' });

      const desk = await at(open, 'reception', '/reception');
      await by(desk, 'appointment-new').click();
      await by(desk, 'appointment-service').click();
      await desk.getByRole('option', { name: 'Withdrawal' }).click();
      await by(desk, 'book-wait').click();
      await by(desk, 'waitlist-add').click();
      await desk.getByText('Give the person’s name.').waitFor();
      await by(desk, 'appointment-find').click();
      await by(desk, 'appointment-customer').fill('kim kn');
      await by(desk, 'appointment-customer-found').getByRole('button').first().click();
      await by(desk, 'appointment-known').waitFor();
      assert.equal(await by(desk, 'appointment-phone').inputValue(), '+49305550102');
      await isAccessible(desk, '[role=dialog]');
      await by(desk, 'waitlist-add').click();
      await by(desk, 'waitlist-added').getByText('Kim Known').waitFor();
      assert.match(await by(desk, 'waitlist-added').getByRole('link').getAttribute('href'), /^\/waitlist\//);
      await isAccessible(desk, '[role=dialog]');
      await desk.keyboard.press('Escape');

      // A place is freed: it is offered, and the desk says yes for the caller.
      const entry = by(desk, 'waitlist-entry').filter({ hasText: 'Kim Known' });
      await by(desk, 'appointments-waitlist').locator('summary').click();
      await entry.waitFor();
      await manager.post(`T/tickets/appointments/${taken.id}/cancel`);
      await eventually(async () => (await entry.getAttribute('data-status')) === 'offered', { what: 'an offer' });
      await entry.getByTestId('waitlist-offer').waitFor();
      await isAccessible(desk);
      await entry.getByTestId('waitlist-accept').click();
      await entry.waitFor({ state: 'detached' });
      const { items } = await manager.get('T/tickets/appointments?q=Kim%20Known&status=booked');
      assert.deepEqual([items.length, items[0].customer_id], [1, known.id]);

      // What was booked is changed: more people, a remark, no number.
      const row = by(desk, `appointment-${items[0].reference}`);
      for (let n = 0; n < 3 && (await row.count()) === 0; n += 1) {
        const before = await by(desk, 'appointments-date').textContent();
        await by(desk, 'appointments-after').click();
        await eventually(async () => (await by(desk, 'appointments-date').textContent()) !== before, { what: 'another day' });
        await eventually(async () => (await by(desk, 'reception-appointments').locator('.skeleton').count()) === 0, { what: 'its appointments' });
      }
      await row.getByTestId('appointment-edit').click();
      await by(desk, 'appointment-edit-form').waitFor();
      await by(desk, 'appointment-notes').fill('Brings two children');
      await by(desk, 'appointment-party').fill('3');
      await by(desk, 'appointment-phone').fill('');
      await isAccessible(desk, '[role=dialog]');
      await by(desk, 'appointment-save').click();
      await row.getByText('Brings two children').waitFor();
      const changed = await manager.get(`T/tickets/appointments/${items[0].id}`);
      assert.deepEqual([changed.party_size, changed.phone, changed.name], [3, null, 'Kim Known']);

      // What is wrong is said at its field.
      await row.getByTestId('appointment-edit').click();
      await by(desk, 'appointment-phone').fill('nonsense');
      await by(desk, 'appointment-save').click();
      await by(desk, 'refusal').waitFor();
      assert.equal(await by(desk, 'appointment-phone').getAttribute('aria-invalid'), 'true');
    });
    flow('a priority class of the tenant’s own is given at the desk, where the service has it', async ({ open, url }) => {
      const admin = await person(url, 'admin');
      const deposit = (await admin.get('T/services?limit=200')).items.find(({ code }) => code === 'deposit');
      const own = { head_start_minutes: 15, strict: false, reason_required: true, confirm: false };
      await admin.put(`T/services/${deposit.id}`, { priority_rules: { classes: { ...deposit.priority_rules.classes, 'with a child': own } } });
      const desk = await at(open, 'reception', '/reception');
      await by(desk, 'reception-priority').click();
      await desk.getByRole('option', { name: 'with a child' }).click();
      await desk.getByText('Does not have this priority').first().waitFor();
      assert.equal(await by(desk, 'reception-service-loan-office').first().getAttribute('aria-disabled'), 'true');
      await isAccessible(desk);
      // It wants a reason, and says so at its field.
      const tile = by(desk, 'reception-service-deposit').first();
      await tile.click();
      await by(desk, 'refusal').waitFor();
      const reason = desk.locator('[data-field=priority_reason]');
      assert.equal(await reason.getAttribute('aria-invalid'), 'true');
      await reason.fill('A baby in arms');
      const answer = desk.waitForResponse((response) => response.request().method() === 'POST' && response.status() === 201 && response.url().endsWith('/tickets'));
      // A press right after another one counts as the same.
      await eventually(async () => {
        await tile.click();
        return by(desk, 'reception-issued').waitFor({ timeout: 2_000 }).then(() => true, () => false);
      }, { what: 'a ticket' });
      const issued = await (await answer).json();
      assert.deepEqual([issued.priority.class, issued.priority.reason], ['with a child', 'A baby in arms']);
    });

    flow('marks, what happened, and what somebody said', async ({ open, url }) => {
      const agent = await agentAtCounter(url);
      for (const held of (await agent.get('T/agents/me')).now) await agent.post(`T/tickets/${held.id}/close`);
      const [queue_id] = agent.counter.queue_ids;
      const ticket = await agent.post('T/tickets', { queue_id, name: 'Marga Marked', phone: '+49305550103' });

      // The desk gives a mark; the floor and the counter show it.
      const desk = await at(open, 'reception', '/reception');
      await by(desk, 'reception-search').fill(ticket.number);
      const row = by(desk, `reception-row-${ticket.number}`);
      await by(row, 'ticket-menu').click();
      await by(desk, 'ticket-menu-tags').click();
      await by(desk, 'tags-input').fill('passport');
      await by(desk, 'tags-input').press('Enter');
      await isAccessible(desk, '[role=dialog]');
      await by(desk, 'tags-save').click();
      await by(row, 'ticket-tags').getByText('passport').waitFor();
      await isAccessible(desk);
      assert.deepEqual((await agent.get(`T/tickets/${ticket.id}`)).tags, ['passport']);

      const floor = await at(open, 'manager', '/manage');
      const line = (await agent.get(`T/queues/${queue_id}`)).name;
      await by(floor, `floor-line-${line}`).getByRole('button', { name: line }).first().click();
      const waiting = floor.getByRole('dialog').locator('li').filter({ hasText: ticket.number });
      await by(waiting, 'ticket-tags').getByText('passport').waitFor();
      await isAccessible(floor, '[role=dialog]');

      await agent.post(`T/tickets/${ticket.id}/call`, { counter_id: agent.counter.id });
      const seat = await at(open, 'agent', '/agent');
      await by(seat, 'agent-now').getByText('passport').waitFor();
      await isAccessible(seat);
      await agent.post(`T/tickets/${ticket.id}/start_service`);
      await agent.post(`T/tickets/${ticket.id}/close`);

      // What happened, in words: where they were called, and how it ended.
      await row.locator('[data-state=served]').waitFor();
      await by(row, 'ticket-menu').click();
      await by(desk, 'ticket-menu-happened').click();
      const story = by(desk, 'ticket-history');
      await story.locator('[data-kind=completed]').waitFor();
      const called = await story.locator('[data-kind=called]').first().textContent();
      assert.match(called, new RegExp(`Called.*counter ${agent.counter.number}`));
      assert.ok(called.includes('Somebody who works here'), `the reception does not read who works where: ${called}`);
      assert.deepEqual((await story.locator('li').evaluateAll((all) => all.map((one) => one.dataset.kind))).filter((kind) => kind === 'issued'), ['issued']);
      await isAccessible(desk, '[role=dialog]');
      await desk.keyboard.press('Escape');
      await story.waitFor({ state: 'detached' });

      // What they said is written down, once, by whoever may end a visit.
      const house = await at(open, 'manager', '/reception');
      await by(house, 'reception-search').fill(ticket.number);
      const served = by(house, `reception-row-${ticket.number}`);
      await by(served, 'ticket-menu').click();
      await by(house, 'ticket-menu-opinion').click();
      await by(house, 'opinion-save').click();
      await by(house, 'refusal').waitFor();
      await by(house, 'opinion-2').check();
      await by(house, 'opinion-comment').fill('Nobody told me which counter it was.');
      await isAccessible(house, '[role=dialog]');
      await by(house, 'opinion-save').click();
      await by(house, 'opinion-form').waitFor({ state: 'detached' });
      const manager = await person(url, 'manager');
      const { items } = await manager.get(`T/feedback?ticket_id=${ticket.id}`);
      assert.deepEqual([items[0].csat, items[0].channel], [2, 'staff']);
      await by(served, 'ticket-menu').click();
      await by(house, 'ticket-menu-opinion').click();
      await by(house, 'opinion-5').check();
      await by(house, 'opinion-save').click();
      await by(house, 'opinion-already').waitFor();

      // The manager reads it among all that was said, and the way of the ticket.
      const reports = await at(open, 'manager', '/reports');
      await by(reports, 'reports-period').click();
      await reports.getByRole('option', { name: 'Today', exact: true }).click();
      await reports.getByRole('tab', { name: 'Promises and losses' }).click();
      const said = by(reports, 'reports-opinions').locator('li').filter({ hasText: 'Nobody told me which counter it was.' });
      await said.waitFor();
      await by(reports, 'opinions-low').check();
      await said.waitFor();
      await by(reports, 'opinions-customer').fill('marga');
      await by(reports, 'opinions-customer-found').getByRole('button').first().click();
      await eventually(async () => (await by(reports, 'reports-opinions').locator('li').count()) === 1, { what: 'of that customer alone' });
      await isAccessible(reports);
      await by(said, 'ticket-happened').click();
      await by(reports, 'ticket-way').locator('li').first().waitFor();
      await isAccessible(reports, '[role=dialog]');
      await reports.keyboard.press('Escape');
      await reports.setViewportSize({ width: 390, height: 844 });
      await fitsWidth(reports);
    });

    flow('people without a ticket are counted on the floor, and a shift is changed', async ({ open, url }) => {
      const manager = await person(url, 'manager');
      const agent = await person(url, 'agent2');
      const floor = await at(open, 'manager', '/manage');
      const first = by(floor, 'floor-outside').first();
      const count = by(first, 'floor-outside-count');
      await reads(count, '^0 without a ticket');
      await by(first, 'floor-outside-more').click();
      await by(first, 'floor-outside-more').click();
      await reads(count, '^2 without a ticket');
      const outside = async () => (await manager.get('T/queues?limit=200')).items.reduce((sum, queue) => sum + queue.outside_count, 0);
      await eventually(async () => (await outside()) === 2, { what: 'two people are counted' });
      await isAccessible(floor);
      await by(first, 'floor-outside-less').click();
      await eventually(async () => (await outside()) === 1, { what: 'one fewer' });
      await reads(count, '^1 without a ticket');

      const site_id = (await manager.get(`T/sites/${SITE}`)).id;
      const from = (minutes) => new Date(Date.now() + minutes * 60_000).toISOString();
      const shift = await manager.post('T/shifts', { user_id: agent.user.id, site_id, starts_at: from(-10), ends_at: from(60) });
      await by(floor, 'floor-roster').click();
      await by(floor, 'roster-change').first().waitFor();
      await floor.getByRole('button', { name: `Change the shift of ${agent.user.name}` }).first().click();
      const form = by(floor, 'roster-change-form');
      await by(form, 'roster-note').fill('Until the post comes');
      await isAccessible(floor, '[role=dialog]');
      await by(form, 'roster-save').click();
      await form.waitFor({ state: 'detached' });
      await floor.getByText('Until the post comes').first().waitFor();
      const { items } = await manager.get(`T/shifts?site_id=${site_id}&user_id=${agent.user.id}&limit=200`);
      assert.ok(items.some((one) => one.note === 'Until the post comes' && one.version > shift.version), 'the shift is changed');
    });
  },
  // One person takes several tickets.
  { USHER_LIMITS_CUSTOMER: '0' },
);
