// The front door: a kiosk without the network, a second step at log-in, a tenant's own role, a roster, and people who
// are asked whether they still come.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { SITE, ask, login, person } from '../lib/api.mjs';
import { eventually } from '../lib/eventually.mjs';
import { KIOSK, PHONE, by, isAccessible, signIn, withDemo } from '../lib/browser.mjs';

const site = (ready) => ready.tenants[0].sites.find((one) => one.slug === SITE);
const openKiosk = (world) => world.open(`/kiosk#token=${site(world.ready).kiosk_token}`, KIOSK);

/** The code that an authenticator app shows for a secret in Base32 (RFC 6238). */
function code(secret, at = Date.now()) {
  const bits = [...secret.replaceAll(' ', '')].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac('sha1', key).update(step).digest();
  const from = mac[19] & 0xf;
  return String((mac.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** A kiosk that the browser keeps, for when there is no network. */
const KEPT = { ...KIOSK, serviceWorkers: 'allow' };

withDemo(({ flow }) => {
  flow('a kiosk gives tickets without the network, and the server has each once when it is back', async (world) => {
    const agent = await person(world.url, 'agent');
    const leased = (kiosk) => kiosk.waitForResponse((response) => response.url().endsWith('/device/leases') && response.ok());
    const kiosk = await world.open('about:blank', KEPT);
    const first = leased(kiosk);
    await kiosk.goto(`/kiosk#token=${site(world.ready).kiosk_token}`);
    const tile = by(kiosk, 'kiosk-service-deposit');
    await tile.waitFor();
    await first;
    // Every line has its numbers, and the browser every part of the screen, before the network goes.
    await kiosk.waitForLoadState('networkidle').catch(() => undefined);
    await kiosk.waitForTimeout(1500);
    await kiosk.context().setOffline(true);
    const numbers = [];
    for (let n = 0; n < 2; n += 1) {
      await tile.click();
      await by(kiosk, 'kiosk-number').waitFor({ timeout: 10_000 });
      numbers.push(await by(kiosk, 'kiosk-number').textContent());
      await by(kiosk, 'kiosk-qr').waitFor();
      await by(kiosk, 'kiosk-done').click();
      await tile.waitFor();
    }
    assert.equal(new Set(numbers).size, 2, numbers.join());
    const uploaded = kiosk.waitForResponse((response) => /\/device\/leases\/.*\/tickets$/.test(response.url()) && response.ok(), { timeout: 90_000 });
    await kiosk.context().setOffline(false);
    await uploaded;
    for (const number of numbers) {
      const { items } = await agent.get(`T/tickets?q=${number}&site_id=${site(world.ready).id}&status=waiting`);
      assert.equal(items.filter((ticket) => ticket.number === number).length, 1, `${number} is there once`);
    }
  });

  flow('a kiosk that was loaded once opens and gives tickets without the network', async (world) => {
    const kiosk = await world.open('about:blank', KEPT);
    const leased = kiosk.waitForResponse((response) => response.url().endsWith('/device/leases') && response.ok());
    await kiosk.goto(`/kiosk#token=${site(world.ready).kiosk_token}`);
    await by(kiosk, 'kiosk-service-deposit').waitFor();
    await leased;
    // The worker has taken over the page that brought it, and keeps it; nothing was loaded a second time.
    const kept = () => kiosk.evaluate(async () => navigator.serviceWorker.controller !== null && (await caches.match('/kiosk')) !== undefined);
    await eventually(kept, { ms: 20_000, what: 'the kiosk is kept' });
    await kiosk.context().setOffline(true);
    await kiosk.reload();
    const tile = by(kiosk, 'kiosk-service-deposit');
    await tile.waitFor();
    await kiosk.locator('button[lang=de]').click();
    await kiosk.waitForFunction(() => document.documentElement.lang === 'de');
    await tile.click();
    await by(kiosk, 'kiosk-number').waitFor({ timeout: 20_000 });
    await by(kiosk, 'kiosk-qr').waitFor();
    await by(kiosk, 'kiosk-done').click();
    await tile.waitFor();
    // Who booked is told that this needs the network, and what to do.
    await by(kiosk, 'kiosk-booking').click();
    for (const letter of 'ABCDEF') await kiosk.getByRole('button', { name: letter, exact: true }).click();
    await by(kiosk, 'kiosk-check-in').click();
    assert.equal(await by(kiosk, 'kiosk-refused').getAttribute('data-why'), 'no_network');
    await by(kiosk, 'kiosk-again').click();
    assert.equal(await by(kiosk, 'kiosk-code').textContent(), 'ABCDEF');
  });

  flow('a second step is set up, asked at log-in, and removed', async (world) => {
    const page = await world.open('/login');
    await signIn(page, 'reception');
    await page.goto('/account');
    await by(page, 'account-second-begin').click();
    await by(page, 'account-ask-password').fill(login('reception').password);
    await by(page, 'account-ask-submit').click();
    await by(page, 'account-qr').waitFor();
    await isAccessible(page);
    const secret = await by(page, 'account-secret').textContent();
    await by(page, 'account-ask-code').fill(code(secret));
    await by(page, 'account-ask-submit').click();
    await by(page, 'account-codes').locator('li').first().waitFor();
    const codes = await by(page, 'account-codes').locator('li').allTextContents();
    assert.equal(codes.length, 10);
    await by(page, 'account-codes-kept').click();
    await by(page, 'account-second-on').waitFor();

    const other = await world.open('/login');
    const { email, password } = login('reception');
    await by(other, 'login-email').fill(email);
    await by(other, 'login-password').fill(password);
    await by(other, 'login-submit').click();
    await by(other, 'login-code').waitFor();
    await isAccessible(other);
    await by(other, 'login-code').fill('000000');
    await by(other, 'login-code-submit').click();
    await by(other, 'refusal').waitFor();
    await by(other, 'login-code').fill(codes[0]);
    await by(other, 'login-code-submit').click();
    await other.waitForURL((address) => !address.pathname.startsWith('/login'));

    // Who lost app and codes is let in by an administrator, who is asked before.
    const { user } = await person(world.url, 'agent2');
    const admin = await person(world.url, 'admin');
    const { items } = await admin.get('T/members?limit=200');
    const desk = await world.open('/login');
    await signIn(desk, 'admin');
    await desk.goto('/admin#members');
    const named = (mail) => desk.getByRole('button', { name: `Edit ${items.find((one) => one.user.email === mail).user.name}`, exact: true });
    await named(email).click();
    await by(desk, 'admin-factor').click();
    await by(desk, 'admin-factor-keep').click();
    await by(desk, 'admin-factor').click();
    await isAccessible(desk, '[role=dialog]');
    await by(desk, 'admin-factor-yes').and(desk.locator('[aria-disabled=false]')).click();
    await by(desk, 'admin-factor-said').filter({ hasText: 'password alone' }).waitFor();
    await ask(world.url, 'POST', '/api/v1/auth/login', { body: { email, password } });
    await desk.keyboard.press('Escape');
    await by(desk, 'admin-form').waitFor({ state: 'detached' });
    await named(user.email).click();
    await by(desk, 'admin-factor').click();
    await by(desk, 'admin-factor-yes').and(desk.locator('[aria-disabled=false]')).click();
    await by(desk, 'admin-factor-said').filter({ hasText: 'no second step' }).waitFor();
  });

  flow('an administrator makes a role, and a manager plans and publishes a shift', async (world) => {
    const admin = await world.open('/login');
    await signIn(admin, 'admin');
    await admin.goto('/admin#roles');
    await by(admin, 'admin-new-role').click();
    await by(admin, 'role-name').fill('greeter');
    await by(admin, 'scope-tickets:issue').check();
    await isAccessible(admin);
    await by(admin, 'role-form').locator('button[type=submit]').click();
    await by(admin, 'admin-said').filter({ hasText: 'greeter' }).waitFor();
    await by(admin, 'role-form').waitFor({ state: 'detached' });
    await admin.getByRole('button', { name: 'Edit greeter' }).click();
    await by(admin, 'role-delete').click();
    // Escape is the question's, not the form's.
    await admin.keyboard.press('Escape');
    await by(admin, 'role-delete').waitFor();
    await by(admin, 'role-delete').click();
    await isAccessible(admin, '[role=dialog]');
    await by(admin, 'role-delete-yes').click();
    await by(admin, 'admin-said').filter({ hasText: 'Deleted: greeter' }).waitFor();

    const manager = await world.open('/login');
    await signIn(manager, 'manager');
    await by(manager, 'floor-roster').click();
    await by(manager, 'roster-person').click();
    await manager.getByRole('option').first().click();
    await by(manager, 'roster-from').fill('06:00');
    await by(manager, 'roster-to').fill('06:30');
    await by(manager, 'roster-add').click();
    await by(manager, 'roster-shift').first().waitFor();
    await isAccessible(manager);
    await by(manager, 'roster-publish').click();
    await manager.waitForFunction(() => document.querySelector('[data-testid=roster-publish]')?.disabled === true);
    const shifts = by(manager, 'roster-shift');
    const planned = await shifts.count();
    await by(shifts.first(), 'roster-cancel').click();
    await by(manager, 'roster-cancel-keep').click();
    assert.equal(await shifts.count(), planned);
    await by(shifts.first(), 'roster-cancel').click();
    await isAccessible(manager, '[role=dialog]');
    await by(manager, 'roster-cancel-yes').click();
    await eventually(async () => (await shifts.count()) === planned - 1, { what: 'the shift is out of the roster' });
  });

  flow('somebody near their turn is asked on the page, and says that they come', async (world) => {
    const kiosk = await openKiosk(world);
    const answer = kiosk.waitForResponse((response) => response.url().endsWith('/device/tickets'));
    await by(kiosk, 'kiosk-service-deposit').click();
    const issued = await (await answer).json();
    const manager = await person(world.url, 'manager');
    const { items } = await manager.get(`T/tickets?q=${issued.number}&status=waiting&site_id=${site(world.ready).id}`);
    await manager.post(`T/tickets/${items[0].id}/move`, { position: 1, reason: 'test' });
    const phone = await world.open(issued.url, PHONE);
    await by(phone, 'ticket-asked').waitFor();
    await isAccessible(phone);
    await by(phone, 'ticket-still-coming').click();
    await by(phone, 'ticket-asked').waitFor({ state: 'detached' });
    await eventually(async () => (await manager.get(`T/tickets/${items[0].id}`)).seen_at !== null, { what: 'the answer is known' });
  });
});
