// The calendar: one's own appointments with what can be done with them; a branch's week and day for staff, live.
import assert from 'node:assert/strict';
import { SITE, person } from '../lib/api.mjs';
import { DESK, PHONE, by, fitsWidth, isAccessible, signIn, withDemo } from '../lib/browser.mjs';
import { eventually } from '../lib/eventually.mjs';

/** What can be booked of a service at the branch, and its free times. */
async function free(staff, name, more = '') {
  const { items: services } = await staff.get('T/services?limit=200');
  const { items: sites } = await staff.get('T/sites?limit=200');
  const what = { service_id: services.find((one) => one.name === name).id, site_id: sites.find((one) => one.slug === SITE).id };
  const { days } = await staff.get(`T/slots?service_id=${what.service_id}&site_id=${what.site_id}&days=7${more}`);
  return { what, slots: days.flatMap((day) => day.slots).filter((slot) => slot.free > 0) };
}

const goTo = (page) => page.getByRole('navigation').getByRole('link', { name: 'Appointments', exact: true }).click();

withDemo(({ flow }) => {
  flow('a customer finds what is to come and what is over, moves it and calls it off', async ({ open, url }) => {
    const customer = await person(url, 'customer');
    const { what, slots } = await free(await person(url, 'manager'), 'Loan Office');
    const booked = await customer.post('T/tickets/appointments', { ...what, starts_at: slots.at(-1).starts_at, name: 'Carla' });

    const page = await open('/login', PHONE);
    await signIn(page, 'customer');
    await goTo(page);
    const row = by(page, 'own-coming').getByTestId(`own-${booked.reference}`);
    await row.waitFor();
    await fitsWidth(page);
    await isAccessible(page);
    const when = () => row.locator('strong').textContent();
    const before = await when();
    await by(row, 'wallet-move').click();
    await by(page, 'book-slot').first().click();
    await eventually(async () => (await when()) !== before, { what: 'another time' });

    await by(row, 'wallet-cancel').click();
    await by(page, 'appointment-cancel-yes').click();
    const over = by(page, 'own-past').getByTestId(`own-${booked.reference}`);
    await over.waitFor();
    assert.equal(await over.getAttribute('data-status'), 'cancelled');
    await isAccessible(page);
    await by(over, 'own-open').click();
    await eventually(async () => (await by(page, 'own-status').getAttribute('data-status')) === 'cancelled', { what: 'its own page' });
  });

  flow('the desk sees a week of the branch live, by service and by person, opens one and calls it off', async ({ open, url }) => {
    const manager = await person(url, 'manager');
    const admin = await person(url, 'admin');
    const { user: agent } = await person(url, 'agent');
    const { what } = await free(manager, 'Loan Office');
    await admin.post('T/availabilities', { ...what, staff_id: agent.id });

    const page = await open('/login', DESK);
    await signIn(page, 'reception');
    await goTo(page);
    await by(page, 'appointments-week').waitFor();
    await isAccessible(page);
    const week = () => by(page, 'week-of').textContent();
    const now = await week();
    await by(page, 'week-after').click();
    await eventually(async () => (await week()) !== now, { what: 'the next week' });
    const dates = () => page.locator('[data-testid^=week-day-]').evaluateAll((all) => all.map((one) => one.dataset.testid.slice('week-day-'.length)));
    const [monday] = await dates();

    // Booked by somebody else: it is there without anything being pressed.
    const { slots } = await free(manager, 'Loan Office', `&from=${monday}&staff_id=${agent.id}`);
    await manager.post('T/tickets/appointments', { ...what, starts_at: slots[0].starts_at, staff_id: agent.id, name: 'Vera Visitor' });
    const vera = by(page, 'week-appointment').filter({ hasText: 'Vera Visitor' });
    await vera.waitFor();
    assert.ok((await vera.textContent()).includes(agent.name));
    await isAccessible(page);

    const choose = async (field, name) => {
      await by(page, field).click();
      await page.getByRole('option', { name, exact: true }).click();
    };
    await choose('calendar-person', agent.name);
    await vera.waitFor();
    await choose('calendar-service', 'Passbook');
    await vera.waitFor({ state: 'detached' });
    await choose('calendar-service', 'Loan Office');
    await vera.waitFor();

    await vera.click();
    const dialog = page.getByRole('dialog').first();
    await by(dialog, 'appointment-cancel').click();
    await by(page, 'appointment-reason').fill('They called');
    await isAccessible(page, '[role=dialog]');
    await by(page, 'appointment-cancel-yes').click();
    await eventually(async () => (await vera.getAttribute('data-status')) === 'cancelled', { what: 'it is called off in the week' });
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    // From the week to the day, with what is over.
    const column = page.locator('[data-testid^=week-day-]').filter({ has: vera });
    await by(column, 'week-open-day').click();
    await by(page, 'appointments-date').waitFor();
    await page.getByText('All', { exact: true }).click();
    await page.locator('[data-status=cancelled]').filter({ hasText: 'Vera Visitor' }).waitFor();
    await isAccessible(page);
    await page.setViewportSize(PHONE.viewport);
    await fitsWidth(page);
  });
});
