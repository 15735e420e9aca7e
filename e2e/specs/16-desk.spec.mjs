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

/** Waits until the status line of the points says so. */
const said = (page, words) => by(page, 'customer-said').getByText(words).waitFor();

withDemo(
  ({ flow }) => {
    flow('the points of somebody without an account: given, spent, bought, refunded', async ({ open, url }) => {
      const admin = await person(url, 'admin');
      const { rules } = await admin.get('T/reward-programme');
      await admin.put('T/reward-programme', { active: true, pending_minutes: 0, tiers: [], rules: [...rules.filter(({ on }) => on !== 'purchase'), { on: 'purchase', points: 1, per_amount: 100 }] });
      const coffee = (await admin.get('T/rewards?limit=200')).items.find(({ name }) => name === 'Coffee at the bar');
      const petra = await admin.post('T/customers', { name: 'Petra Paper', phone: '+49305550101' });
      const { items: services } = await admin.get('T/services?limit=200');
      const { items: queues } = await admin.get('T/queues?limit=200');
      const queue = queues.find(({ site_id, service_ids }) => site_id === queues[0].site_id && service_ids.length > 0);
      await admin.post('T/tickets', { queue_id: queue.id, service_id: queue.service_ids[0], name: 'Petra Paper', phone: '+49305550101' });
      assert.ok(services.length > 0);

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
      await said(desk, /has counted already/);
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
      await said(desk, /6 points were taken back.*€6.25 can still be refunded/);
      await isAccessible(desk, '[role=dialog]');

      const phone = await at(open, 'reception', '/reception', PHONE);
      await by(phone, 'customers-search').fill('petra');
      await by(phone, 'customers-search-found').getByRole('button').first().click();
      await by(phone, 'customer-points').waitFor();
      await fitsWidth(phone);
    });
  },
  // One person takes several tickets.
  { USHER_LIMITS_CUSTOMER: '0' },
);
