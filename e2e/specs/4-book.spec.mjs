// Flow 4: choose a service, a day and a time, say who one is, check; a calendar file; move, cancel, check in.
import assert from 'node:assert/strict';
import { SITE, person } from '../lib/api.mjs';
import { DESK, PHONE, by, fitsWidth, isAccessible, signIn, withDemo, withDemoInTheMorning } from '../lib/browser.mjs';
import { eventually } from '../lib/eventually.mjs';
import { listen } from '../lib/measure.mjs';

const BRANCH = '/book/demo-bank/main';

/** As far as the times of a service. */
async function atTimes(open, service) {
  const page = await open(BRANCH, PHONE);
  await by(page, `book-service-${service}`).click();
  await by(page, 'book-slot').first().waitFor();
  return page;
}

/** On the last day that is shown: it has all its times, whatever the hour at which this runs. */
async function onAFullDay(page) {
  const day = page.locator('[data-testid^=book-day-][aria-disabled=false]').last();
  await day.click();
  await eventually(async () => (await day.getAttribute('aria-pressed')) === 'true', { what: 'another day' });
  await by(page, 'book-slot').nth(2).waitFor();
}

/** From a time to a booking: a name is all that has to be said. */
async function book(page, slot, name) {
  await slot.click();
  await by(page, 'book-name').fill(name);
  await by(page, 'book-submit').click();
  await by(page, 'book-confirm').click();
  await page.waitForURL('**/appointments/*');
  await by(page, 'own-reference').waitFor();
}

const status = (page) => by(page, 'own-status').getAttribute('data-status');

withDemo(({ flow }) => {
  flow('three taps and a name lead to an appointment that a bookmark opens again', async ({ open }) => {
    const start = await open('/book', PHONE);
    await by(start, 'book-place-main').waitFor();
    await fitsWidth(start);
    await isAccessible(start);

    const page = await open(BRANCH, PHONE);
    const service = by(page, 'book-service-Loan Office');
    assert.match((await service.textContent()) ?? '', /\d\d:\d\d/, 'the first screen shows a bookable time');
    await isAccessible(page);
    await service.click();
    await by(page, 'book-slot').first().waitFor();
    await fitsWidth(page);
    await isAccessible(page);
    const box = await by(page, 'book-slot').first().boundingBox();
    assert.ok(box.width >= 90 && box.height >= 48, `a time is a target of ${box.width} × ${box.height}`);
    await by(page, 'book-slot').nth(2).click();
    await by(page, 'book-hold').waitFor();
    await fitsWidth(page);
    await isAccessible(page);
    // Without a name it goes no further, and says so at the field.
    await by(page, 'book-submit').click();
    assert.equal(await by(page, 'book-name').getAttribute('aria-invalid'), 'true');
    await by(page, 'book-name').fill('Carla');
    await by(page, 'book-submit').click();
    await by(page, 'book-confirm').waitFor();
    await isAccessible(page);
    const when = await by(page, 'book-when').textContent();
    await by(page, 'book-confirm').click();
    await page.waitForURL('**/appointments/*');
    assert.equal((await by(page, 'own-when').textContent())?.trim(), when?.trim());
    const reference = await by(page, 'own-reference').textContent();
    await page.reload();
    assert.equal(await by(page, 'own-reference').textContent(), reference);
    await fitsWidth(page);
    await isAccessible(page);
    const file = await page.request.get(await by(page, 'own-calendar').getAttribute('href'));
    assert.match(file.headers()['content-type'], /^text\/calendar/);
    assert.match(await file.text(), /BEGIN:VEVENT[\s\S]*DTSTART:\d{8}T\d{6}Z/);
  });

  flow('the loser of a last place keeps what was typed, and the nearest times are one tap away', async ({ open }) => {
    const slow = await open(BRANCH, PHONE);
    // This phone hears of nothing.
    await slow.route('**/events*', (route) => route.abort());
    await slow.reload();
    await by(slow, 'book-service-Passbook').click();
    await by(slow, 'book-slot').first().waitFor();
    await onAFullDay(slow);
    await by(slow, 'book-slot').nth(1).click();
    await by(slow, 'book-name').fill('Slow Sam');
    await by(slow, 'book-other-time').click();
    await by(slow, 'book-slot').first().waitFor();
    await onAFullDay(slow);
    const time = await by(slow, 'book-slot').first().textContent();

    const fast = await atTimes(open, 'Passbook');
    await onAFullDay(fast);
    await book(fast, by(fast, 'book-slot').filter({ hasText: time }), 'Fast Fay');

    await by(slow, 'book-slot').filter({ hasText: time }).click();
    await by(slow, 'book-lost').waitFor();
    await isAccessible(slow);
    await by(slow, 'book-lost').getByRole('button').first().click();
    await eventually(async () => (await by(slow, 'book-name').count()) === 1, { what: 'the next best time is held' });
    assert.equal(await by(slow, 'book-name').inputValue(), 'Slow Sam');
  });

  flow('arrow keys walk over days and times; the hold warns a minute before its end, is made longer, and ends with all that was typed', async ({ open }) => {
    const page = await open(BRANCH, PHONE);
    await page.clock.install();
    await page.reload();
    await by(page, 'book-service-Loan Office').click();
    const slots = by(page, 'book-slot');
    await slots.first().focus();
    const focused = () => page.evaluate(() => document.activeElement.textContent);
    await page.keyboard.press('ArrowRight');
    assert.equal(await focused(), await slots.nth(1).textContent());
    await page.keyboard.press('ArrowLeft');
    assert.equal(await focused(), await slots.first().textContent());

    // The page's clock runs ahead of the server's: a hold lasts as long all the same.
    const pass = (ms) => page.clock.fastForward(ms);
    const heard = await listen(page);
    await page.keyboard.press('Enter');
    const hold = by(page, 'book-hold');
    await hold.getByText(/Kept for you until \d\d:\d\d/).waitFor();
    await by(page, 'book-name').fill('Patient Pat');
    await pass(200_000);
    assert.equal(await by(page, 'book-extend').count(), 0, 'more than a minute is left');
    await pass(50_000);
    await by(page, 'book-extend').waitFor();
    await hold.getByText(/for \d+ more seconds/).waitFor();
    await isAccessible(page);
    await eventually(async () => (await heard()).polite.some((said) => said.includes('less than a minute')), { what: 'the warning is read aloud' });
    await by(page, 'book-extend').tap();
    await hold.getByText(/Kept for you until/).waitFor();
    assert.equal(await by(page, 'book-extend').count(), 0);
    await pass(301_000);
    await page.getByText('The chosen time is no longer kept for you').waitFor();
    await isAccessible(page);
    await slots.first().click();
    await by(page, 'book-name').waitFor();
    assert.equal(await by(page, 'book-name').inputValue(), 'Patient Pat', 'what was typed is still there');
  });

  flow('a time that somebody takes goes from everybody’s screen, and nothing is polled', async ({ open }) => {
    const watching = await atTimes(open, 'Passbook');
    await onAFullDay(watching);
    const slots = by(watching, 'book-slot');
    const time = await slots.first().textContent();
    const reads = () => watching.evaluate(() => performance.getEntriesByType('resource').filter(({ name }) => new URL(name).pathname.endsWith('/slots')).length);
    await eventually(async () => (await reads()) > 1, { what: 'the times as they are since the feed stands' });
    const asked = [];
    watching.on('request', (request) => asked.push(request.url()));
    const other = await atTimes(open, 'Passbook');
    await onAFullDay(other);
    assert.equal(asked.filter((address) => address.includes('/api/')).length, 0, 'nothing is polled');
    await by(other, 'book-slot').filter({ hasText: time }).click();
    await by(other, 'book-hold').waitFor();
    await eventually(async () => (await slots.filter({ hasText: time }).count()) === 0, { what: 'the time is gone' });
  });

  flow('an appointment is moved, and cancelled after it was asked', async ({ open }) => {
    const page = await atTimes(open, 'Loan Office');
    await by(page, 'book-later').click();
    await by(page, 'book-slot').first().waitFor();
    await book(page, by(page, 'book-slot').nth(4), 'Mo');
    const before = await by(page, 'own-when').textContent();
    await by(page, 'own-move').click();
    await by(page, 'book-slot').nth(6).waitFor();
    await isAccessible(page);
    await by(page, 'book-slot').nth(6).click();
    await eventually(async () => (await by(page, 'own-when').textContent()) !== before, { what: 'another time' });
    await by(page, 'own-cancel').click();
    assert.equal(await status(page), 'booked', 'a question comes first');
    await by(page, 'own-cancel-yes').click();
    await eventually(async () => (await status(page)) === 'cancelled', { what: 'cancelled' });
    await by(page, 'own-again').waitFor();
    await isAccessible(page);
  });

  flow('who is here in time checks in and stands in line', async ({ open }) => {
    const page = await atTimes(open, 'Loan Office');
    await book(page, by(page, 'book-slot').first(), 'Early Eve');
    await by(page, 'own-check-in').click();
    await eventually(async () => (await status(page)) === 'checked_in', { what: 'checked in' });
    await by(page, 'own-ticket').click();
    await page.waitForURL('**/t/*');
    await by(page, 'ticket-number').waitFor();
  });

  flow('a freed place is offered to who waits for it, on the page that they have open', async ({ open, url }) => {
    const manager = await person(url, 'manager');
    const { items: sites } = await manager.get('T/sites');
    const { items: services } = await manager.get('T/services');
    const site = sites.find((one) => one.slug === SITE).id;
    const service = services.find((one) => one.name === 'Withdrawal').id;
    const date = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
    const exceptions = [{ date, spans: [{ opens: '10:00', closes: '10:15' }] }];
    await manager.post('T/availabilities', { site_id: site, service_id: service, weekly: {}, exceptions, duration_minutes: 15 });
    const { days } = await manager.get(`T/slots?service_id=${service}&site_id=${site}&from=${date}&days=1`);
    const only = { service_id: service, site_id: site, starts_at: days[0].slots[0].starts_at, name: 'First' };
    const taken = await manager.post('T/tickets/appointments', only);

    const page = await open(BRANCH, PHONE);
    await by(page, 'book-service-Withdrawal').click();
    // A day without a free time cannot be chosen, and says why to everybody.
    const day = by(page, `book-day-${date}`);
    assert.equal(await day.getAttribute('aria-disabled'), 'true');
    assert.match(await day.textContent(), /full$/);
    await day.focus();
    await page.keyboard.press('Enter');
    assert.equal(await day.getAttribute('aria-pressed'), 'false');
    assert.equal(await page.getByText('closed', { exact: true }).count(), (await page.locator('[data-testid^=book-day-]').count()) - 1);
    assert.equal(await by(page, 'book-slot').count(), 0);
    await isAccessible(page);
    await by(page, 'book-wait').click();
    await by(page, 'book-name').fill('Wanda');
    await by(page, 'book-submit').click();
    await page.waitForURL('**/waitlist/*');
    const stands = () => by(page, 'wait-status').getAttribute('data-status');
    await eventually(async () => (await stands()) === 'waiting', { what: 'on the waitlist' });
    await fitsWidth(page);
    await isAccessible(page);
    await manager.post(`T/tickets/appointments/${taken.id}/cancel`);
    await eventually(async () => (await stands()) === 'offered', { what: 'an offer' });
    await isAccessible(page);
    await by(page, 'wait-accept').click();
    await page.waitForURL('**/appointments/*');
    await eventually(async () => (await status(page)) === 'booked', { what: 'booked' });
  });

  flow('with whom and how many are chosen before the time, and the appointment says so', async ({ open, url }) => {
    const admin = await person(url, 'admin');
    const { user: agent } = await person(url, 'agent');
    const { items: sites } = await admin.get('T/sites');
    const { items: services } = await admin.get('T/services');
    const [site, service] = [sites.find((one) => one.slug === SITE).id, services.find((one) => one.name === 'Passbook').id];
    await admin.post('T/availabilities', { site_id: site, service_id: service, staff_id: agent.id, max_party: 3 });
    const page = await atTimes(open, 'Passbook');
    const asked = (what) => page.waitForResponse((answer) => answer.url().includes('/slots?') && answer.url().includes(what));
    await Promise.all([asked(`staff_id=${agent.id}`), by(page, 'book-with').selectOption({ label: agent.name })]);
    await Promise.all([asked('party_size=2'), by(page, 'party-more').click()]);
    await onAFullDay(page);
    await fitsWidth(page);
    await isAccessible(page);
    await by(page, 'book-slot').nth(1).click();
    await by(page, 'book-name').fill('Petra and Paul');
    await by(page, 'book-submit').click();
    assert.equal((await by(page, 'book-staff').textContent()).trim(), agent.name);
    await isAccessible(page);
    await by(page, 'book-confirm').click();
    await page.waitForURL('**/appointments/*');
    const told = await by(page, 'own-with').textContent();
    assert.ok(told.includes(agent.name) && told.includes('2 people'), told);
    // Whoever moves it stays with the same person, unless they say otherwise.
    await by(page, 'own-move').click();
    await by(page, 'book-slot').first().waitFor();
    assert.equal(await by(page, 'book-with').inputValue(), agent.id);
    await isAccessible(page);
  });

  flow('who is signed in is told as whom they book, and books for somebody else', async ({ open, url }) => {
    const { user } = await person(url, 'customer');
    const manager = await person(url, 'manager');
    const page = await open('/login', PHONE);
    await signIn(page, 'customer');
    await page.goto(BRANCH);
    await by(page, 'book-service-Loan Office').click();
    await by(page, 'book-slot').first().waitFor();
    await onAFullDay(page);
    await by(page, 'book-slot').nth(2).click();
    await by(page, 'book-as').getByText(`You are signed in as ${user.name}`).waitFor();
    // The account speaks for its owner, and not for anybody else.
    await eventually(async () => (await by(page, 'book-name').inputValue()) === user.name, { what: 'one’s own name' });
    await fitsWidth(page);
    await isAccessible(page);
    await by(page, 'book-for-other').click();
    await by(page, 'book-as').getByText('book for somebody else').waitFor();
    assert.equal(await by(page, 'book-name').inputValue(), '');
    await by(page, 'book-name').fill('Grandma Olga');
    await by(page, 'book-phone').fill('+49 30 5550777');
    await isAccessible(page);
    await by(page, 'book-submit').click();
    assert.equal((await by(page, 'book-by').textContent()).trim(), user.name);
    await isAccessible(page);
    await by(page, 'book-confirm').click();
    await page.waitForURL('**/appointments/*');
    const reference = (await by(page, 'own-reference').textContent()).trim();
    const { items } = await manager.get(`T/tickets/appointments?q=${reference}`);
    assert.deepEqual([items[0].name, items[0].booked_by], ['Grandma Olga', user.id]);
    assert.ok(items[0].customer_id, 'it is hers');
    // Whoever booked finds it among their own.
    await page.goto('/appointments');
    await by(page, `own-${reference}`).getByTestId('own-for').getByText('for Grandma Olga').waitFor();
    await fitsWidth(page);
    await isAccessible(page);
  });

  flow('a wrong address says so', async ({ open }) => {
    for (const address of ['/appointments/not-one', '/waitlist/not-one']) {
      const page = await open(address, PHONE);
      await page.getByRole('heading').first().waitFor();
      assert.equal(await by(page, 'own-reference').count(), 0);
      await isAccessible(page);
    }
  });
});

// A time of today goes to another day.
withDemoInTheMorning(({ flow }) => {
  flow('a site that has to close says so on the page of who has booked, and finds them another time', async ({ open, url }) => {
    const manager = await person(url, 'manager');
    const page = await atTimes(open, 'Loan Office');
    await book(page, by(page, 'book-slot').first(), 'Flo');
    const floor = await open('/login', DESK);
    await signIn(floor, 'manager');
    await floor.goto('/manage');
    await by(floor, 'floor-emergency').click();
    await floor.getByRole('radio', { name: /bookings move to the next free times/ }).check();
    await floor.locator('[data-field="reason"]').fill('A pipe burst');
    await isAccessible(floor);
    await floor.getByRole('button', { name: 'Close Main branch' }).click();
    await by(floor, 'floor-closed').waitFor();
    // The page hears of it by itself.
    await by(page, 'own-closed').getByText('A pipe burst').waitFor();
    const { items } = await manager.get('T/sites');
    const site = items.find(({ slug }) => slug === SITE);
    const dateOf = (moment) => new Intl.DateTimeFormat('en-CA', { timeZone: site.timezone }).format(moment);
    const starts = async () => new Date(await by(page, 'own-when').locator('time').getAttribute('datetime'));
    await eventually(async () => dateOf(await starts()) !== dateOf(new Date()), { what: 'a time of another day' });
    assert.equal(await status(page), 'booked');
    await isAccessible(page);
    await fitsWidth(page);
    await manager.post(`T/sites/${site.id}/reopen`);
  });
});
