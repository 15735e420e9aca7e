// What a line asks of who joins by phone: to be near, or the code that the screens of the branch show and change.
import assert from 'node:assert/strict';
import { SITE, ask, person } from '../lib/api.mjs';
import { BOARD, PHONE, by, fitsWidth, isAccessible, withDemo } from '../lib/browser.mjs';
import { eventually } from '../lib/eventually.mjs';

const BRANCH = '/s/demo-bank/main';
/** The branch stands here; a town away is too far. */
const HERE = { latitude: 52.52, longitude: 13.405, accuracy: 10 };
const AWAY = { latitude: 52.4, longitude: 13.05, accuracy: 10 };
/** How often the code on the screens changes, in seconds; it is good for its own time and the next. */
const CHANGES = 20;

const branch = (ready) => ready.tenants[0].sites.find((site) => site.slug === SITE);

/** Lets the line for deposits ask for something while `story` is told. */
async function asking(url, ready, wish, story) {
  const admin = await person(url, 'admin');
  const { items } = await admin.get('T/queues?limit=200');
  const queue = items.find((one) => one.site_id === branch(ready).id && one.name === 'Deposit');
  await admin.put(`T/queues/${queue.id}`, wish);
  try {
    await story(admin);
  } finally {
    await admin.put(`T/queues/${queue.id}`, Object.fromEntries(Object.keys(wish).map((name) => [name, null])));
  }
}

/** Opens the dialog for a place in that line. */
async function dialog(page) {
  await by(page, 'join-service-deposit').first().click();
  await by(page, 'join-submit').waitFor();
}

/** Sends it, and is in line. */
async function joins(page) {
  await by(page, 'join-submit').click();
  await page.waitForURL('**/t/*');
  await by(page, 'ticket-number').waitFor();
}

withDemo(({ flow }) => {
  flow('a line that one joins nearby: who is there joins, who is away is told to come, who does not say where is told what to do', async ({ open, url, ready }) => {
    const site = branch(ready);
    const admin = await person(url, 'admin');
    await admin.put(`T/sites/${site.id}`, { latitude: HERE.latitude, longitude: HERE.longitude });
    await asking(url, ready, { join_within_meters: 200 }, async () => {
      const near = await open(BRANCH, { ...PHONE, geolocation: HERE, permissions: ['geolocation'] });
      const sent = [];
      near.on('request', (request) => request.method() === 'POST' && request.url().endsWith('/tickets') && sent.push(request.postDataJSON()));
      await dialog(near);
      await by(near, 'join-position-why').waitFor();
      await fitsWidth(near);
      await isAccessible(near);
      await joins(near);
      assert.equal(sent.length, 1);
      assert.ok(Math.abs(sent[0].position.latitude - HERE.latitude) < 0.001, JSON.stringify(sent[0]));

      const away = await open(BRANCH, { ...PHONE, geolocation: AWAY, permissions: ['geolocation'] });
      await dialog(away);
      await by(away, 'join-submit').click();
      const refused = by(away, 'join-fault');
      await refused.getByText('You are too far away').waitFor();
      assert.match(await refused.textContent(), /Come to the branch and try again, or ask the staff for a ticket/);
      assert.equal(await away.evaluate(() => document.activeElement.dataset.testid), 'join-fault', 'a reader of the screen is led there');
      await fitsWidth(away);
      await isAccessible(away);
      // The way out holds: who has come gets in.
      await away.context().setGeolocation(HERE);
      await away.reload();
      await dialog(away);
      await joins(away);

      const silent = await open(BRANCH, { ...PHONE, permissions: [] });
      await dialog(silent);
      await by(silent, 'join-submit').click();
      const unknown = by(silent, 'join-fault');
      await unknown.getByText('Your phone did not say where you are').waitFor();
      assert.match(await unknown.textContent(), /Allow this page your position in the browser’s settings, or ask the staff for a ticket/);
      await isAccessible(silent);
      // Other lines ask nobody.
      await silent.reload();
      await by(silent, 'join-service-withdrawal').first().click();
      await by(silent, 'join-submit').waitFor();
      assert.equal(await by(silent, 'join-position-why').count(), 0);
      await joins(silent);
    });
    await admin.put(`T/sites/${site.id}`, { latitude: null, longitude: null });
  });

  flow('a line that one joins before a screen: its code opens the line, one that has run out says so, and a screen in the street hides it', async ({ open, url, ready }) => {
    const site = branch(ready);
    await asking(url, ready, { join_code_seconds: CHANGES }, async (admin) => {
      const board = await open(`/display#token=${site.display_token}`, BOARD);
      await by(board, 'display-start').click({ timeout: 2000 }).catch(() => undefined);
      const shown = by(board, 'display-join-code');
      await shown.waitFor();
      await fitsWidth(board);
      await isAccessible(board);
      const code = async () => (await shown.textContent()).replace(/\s/g, '');
      const first = await code();

      // Typed: without one the field says where it is found; with the one on the screen the person is in line.
      const typing = await open(BRANCH, PHONE);
      await dialog(typing);
      await by(typing, 'join-submit').click();
      await by(typing, 'join-fault').waitFor();
      assert.equal(await by(typing, 'join-code').getAttribute('aria-invalid'), 'true');
      await typing.getByText(/Scan the code on a screen at the branch/).waitFor();
      await isAccessible(typing);
      await by(typing, 'join-code').fill((await code()).toLowerCase());
      await joins(typing);

      // Scanned: the address that the screen's picture leads to brings the code along.
      const device = { headers: { authorization: `Token ${site.display_token}` } };
      const { join_code: now } = await ask(url, 'GET', '/api/v1/device/board', device);
      const scanning = await open(now.url, PHONE);
      await dialog(scanning);
      assert.equal(await by(scanning, 'join-code').inputValue(), now.code);
      await joins(scanning);

      // The screen has shown two others by then: what somebody wrote down is worth nothing.
      const late = await open(BRANCH, PHONE);
      await dialog(late);
      const seen = new Set([first]);
      await eventually(async () => seen.add(await code()).size > 2, { ms: 4 * CHANGES * 1000, what: 'the screen shows another code, and another' });
      await by(late, 'join-code').fill(first);
      await by(late, 'join-submit').click();
      await by(late, 'join-fault').getByText('This code has run out').waitFor();
      assert.equal(await by(late, 'join-code').getAttribute('aria-invalid'), 'true');
      await late.getByText(/Scan the code on the screen again/).waitFor();
      await fitsWidth(late);
      await isAccessible(late);
      await by(late, 'join-code').fill(await code());
      await joins(late);

      const { items } = await admin.get('T/devices');
      const { id } = items.find((one) => one.type === 'display' && one.site_id === site.id);
      await admin.put(`T/devices/${id}`, { config: { join_code: false } });
      await by(board, 'display-join').waitFor({ state: 'detached' });
      assert.equal((await ask(url, 'GET', '/api/v1/device/board', device)).join_code, null);
      await admin.put(`T/devices/${id}`, { config: {} });
      await by(board, 'display-join').waitFor();
    });
  }, { timeout: 240_000 });
});
