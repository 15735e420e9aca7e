// Flow 1, with wishes: help while one waits, and several services in one visit, on the phone, at the kiosk and at the desk.
import assert from 'node:assert/strict';
import { SITE, TENANT, ask, person } from '../lib/api.mjs';
import { DESK, KIOSK, PHONE, by, fitsWidth, isAccessible, signIn, withDemo } from '../lib/browser.mjs';
import { eventually } from '../lib/eventually.mjs';

const BRANCH = `/s/${TENANT}/${SITE}`;

/** The organisation lets people ask for help and choose several services. */
async function offer(url) {
  const admin = await person(url, 'admin');
  await admin.put('T/settings', { several_services: true, assistance: ['seat', 'interpreter', 'A hand with bags'] });
  await eventually(async () => (await ask(url, 'GET', `/api/v1/public/sites/${TENANT}/${SITE}`)).tenant.several_services, { what: 'the board offers it' });
}

/** The newest ticket of the branch, as staff see it. */
const newest = async (staff) => (await staff.get('T/tickets?limit=1')).items[0];

withDemo(({ flow }) => {
  flow('on the phone: what is asked for reaches the agent, and the visit goes on by itself', async ({ open, url }) => {
    const plain = await open(BRANCH, PHONE);
    await by(plain, 'join-service-deposit').first().click();
    await by(plain, 'join-submit').waitFor();
    assert.equal((await by(plain, 'need-seat').count()) + (await by(plain, 'several').count()), 0, 'nothing unless the organisation offers it');

    await offer(url);
    const page = await open(BRANCH, PHONE);
    await by(page, 'join-service-deposit').first().click();
    await by(page, 'need-seat').check();
    await by(page, 'need-A hand with bags').check();
    await by(page, 'several').click();
    await by(page, 'several-passbook').check();
    assert.equal(await by(page, 'several-deposit').count(), 0, 'not what one joins for');
    await isAccessible(page, 'dialog');
    await fitsWidth(page);
    await by(page, 'join-submit').click();
    await by(page, 'ticket-number').waitFor();

    const desk = await person(url, 'reception');
    const made = await newest(desk);
    assert.equal(made.assistance, 'seat, A hand with bags');
    assert.equal(made.remaining_services.length, 1);
    const screen = await open('/login', DESK);
    await signIn(screen, 'reception');
    await by(screen, 'reception-search').fill(made.number);
    await screen.getByText('A seat, A hand with bags').waitFor();
    await isAccessible(screen);
  });

  flow('at the kiosk: with one press more, and only for who wants it', async ({ open, url, ready }) => {
    await offer(url);
    const token = ready.tenants[0].sites.find((site) => site.slug === SITE).kiosk_token;
    for (const options of [KIOSK, { viewport: { width: 1280, height: 800 }, hasTouch: true }]) {
      const kiosk = await open(`/kiosk#token=${token}`, options);
      await by(kiosk, 'kiosk-wishes').click();
      await by(kiosk, 'kiosk-need-interpreter').click();
      assert.equal(await by(kiosk, 'kiosk-need-interpreter').getAttribute('aria-pressed'), 'true');
      await isAccessible(kiosk);
      await fitsWidth(kiosk);
      // Help alone: back to the tiles, which keep what was asked for.
      await by(kiosk, 'kiosk-wishes-done').click();
      await eventually(async () => (await by(kiosk, 'kiosk-wishes').textContent()).includes('An interpreter'), { what: 'what was asked for stands beside the tiles' });
      await isAccessible(kiosk);
      // Several things in the order of the touch.
      await by(kiosk, 'kiosk-wishes').click();
      await by(kiosk, 'kiosk-several-passbook').click();
      await by(kiosk, 'kiosk-several-deposit').click();
      await by(kiosk, 'kiosk-wishes-done').click();
      await by(kiosk, 'kiosk-number').waitFor();
      const number = await by(kiosk, 'kiosk-number').textContent();
      const made = await newest(await person(url, 'reception'));
      assert.deepEqual([made.number, made.service_name, made.assistance, made.remaining_services.length], [number, 'Passbook', 'interpreter', 1]);
      // The next person begins with nothing.
      await by(kiosk, 'kiosk-done').click();
      await by(kiosk, 'kiosk-wishes').waitFor();
      assert.equal(await by(kiosk, 'kiosk-wishes').getAttribute('data-chosen'), 'false');
    }
  });

  flow('at the desk: a visit of several services begins with the one that is tapped', async ({ open, url }) => {
    const page = await open('/login', DESK);
    await signIn(page, 'reception');
    await by(page, 'reception-more').click();
    await page.getByRole('option', { name: 'Passbook', exact: true }).click();
    await page.keyboard.press('Escape');
    await isAccessible(page);
    await by(page, 'reception-name').fill('Rita');
    await by(page, 'reception-service-deposit').first().click();
    await by(page, 'reception-issued').waitFor();
    const made = await newest(await person(url, 'reception'));
    assert.deepEqual([made.service_name, made.customer_name, made.remaining_services.length], ['Deposit', 'Rita', 1]);
  });
});
