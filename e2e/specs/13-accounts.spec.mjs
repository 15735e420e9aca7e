// Accounts: somebody new and somebody who works elsewhere are invited and belong; signing in at another issuer.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { SITE, TENANT, ask, login, person } from '../lib/api.mjs';
import { DESK, PHONE, by, fitsWidth, isAccessible, signIn, withDemo } from '../lib/browser.mjs';
import { eventually } from '../lib/eventually.mjs';
import { startIssuer } from '../lib/issuer.mjs';

const issuer = await startIssuer();
after(() => issuer.stop());

const field = (page, name) => page.locator(`[data-field="${name}"]`);

/** An administrator fills in the form of a new member, and saves it. */
async function takeOn(open, email, name, role) {
  const page = await open('/login', DESK);
  await signIn(page, 'admin');
  await by(page, 'admin-section-members').click();
  await by(page, 'admin-new-member').click();
  await field(page, 'email').fill(email);
  await field(page, 'name').fill(name);
  await field(page, 'roles').fill(role);
  await page.getByRole('option', { name: role }).first().click();
  await field(page, 'roles').blur();
  await by(page, 'admin-save').click();
  await by(page, 'admin-form').waitFor({ state: 'detached' });
  return page;
}

/** The path of the link in the newest mail to `address`. */
async function mailed(mails, address, what) {
  const link = new RegExp(`https?://\\S+#${what}=[\\w-]+`);
  const found = await eventually(async () => (await mails(address)).map((text) => link.exec(text)?.[0]).find((one) => one !== undefined), { what: `a mail to ${address}` });
  const { pathname, hash } = new URL(found);
  return pathname + hash;
}

async function logIn(page, email, password) {
  await by(page, 'login-email').fill(email);
  await by(page, 'login-password').fill(password);
  await by(page, 'login-submit').click();
  await page.waitForURL((address) => !address.pathname.startsWith('/login'));
}

/** What the issuer's own pages ask: a name, and whether it may tell. */
async function atIssuer(page, email) {
  await page.waitForURL(`${issuer.url}/**`);
  await page.locator('input[name=login]').fill(email);
  await page.locator('input[name=password]').fill('whatever');
  await page.locator('button[type=submit]').click();
  await page.locator('button[type=submit]').click();
  await page.waitForURL((address) => address.origin !== issuer.url && !address.search.includes('code='));
}

const member = async (url, email, role = '') => {
  const admin = await person(url, 'admin');
  const { items } = await admin.get(`T/members?limit=200${role && `&role=${role}`}`);
  return items.find((one) => one.user.email === email);
};

withDemo(
  ({ flow }) => {
    flow('who has no account gets a mail, chooses a password, and works', async ({ open, url, mails }) => {
      const email = 'nora@new.example';
      await takeOn(open, email, 'Nora New', 'Agent');
      const page = await open(await mailed(mails, email, 'reset'), PHONE);
      await by(page, 'reset-password').waitFor();
      await isAccessible(page);
      await fitsWidth(page);
      await by(page, 'reset-password').fill('short');
      await by(page, 'reset-submit').click();
      await eventually(async () => (await by(page, 'reset-password').getAttribute('aria-invalid')) === 'true', { what: 'a password that is too short is refused at its field' });
      await by(page, 'reset-password').fill('long enough for Nora');
      await by(page, 'reset-submit').click();
      await by(page, 'login-email').waitFor();
      assert.equal(new URL(page.url()).hash, '', 'the secret left the address');
      await logIn(page, email, 'long enough for Nora');
      assert.equal(new URL(page.url()).pathname, '/agent');
      assert.deepEqual((await member(url, email)).roles, ['agent']);

      // The link of the mail is good once.
      const again = await open(await mailed(mails, email, 'reset'), DESK);
      await by(again, 'reset-password').fill('long enough for another');
      await by(again, 'reset-submit').click();
      await by(again, 'refusal').waitFor();
    });

    flow('a customer makes an account from a branch’s page, joins as themselves, and proves the address', async ({ open, url, mails }) => {
      const email = 'zoe@home.example';
      const page = await open(`/s/${TENANT}/${SITE}`, PHONE);
      await by(page, 'account-enter').click();
      await by(page, 'login-create').click();
      await by(page, 'create-name').waitFor();
      await isAccessible(page);
      await fitsWidth(page);
      const wrong = (name) => by(page, name).getAttribute('aria-invalid');

      // What is wrong stands at its field, and what was typed stays.
      await by(page, 'create-name').fill('Zoë Zimmer');
      await by(page, 'create-email').fill('zoe');
      await by(page, 'create-password').fill('short');
      await by(page, 'create-submit').click();
      await eventually(async () => (await wrong('create-email')) === 'true' && (await wrong('create-password')) === 'true', { what: 'both fields are refused' });
      await isAccessible(page);
      await by(page, 'create-email').fill(login('customer').email);
      await by(page, 'create-password').fill('long enough for Zoë');
      await by(page, 'create-submit').click();
      await eventually(async () => (await wrong('create-email')) === 'true' && (await wrong('create-password')) !== 'true', { what: 'an address that somebody has is refused at its field' });
      assert.equal(await by(page, 'create-name').inputValue(), 'Zoë Zimmer');

      await by(page, 'create-email').fill(email);
      await by(page, 'create-email').press('Enter');
      await by(page, 'create-go').waitFor();
      await isAccessible(page);
      await by(page, 'create-go').press('Enter');
      await by(page, 'account-own').waitFor();
      assert.equal(new URL(page.url()).pathname, `/s/${TENANT}/${SITE}`, 'back where they came from');
      assert.deepEqual((await member(url, email, 'customer')).roles, ['customer']);

      await by(page, 'join-service-deposit').first().click();
      await by(page, 'join-as').waitFor();
      await by(page, 'join-submit').click();
      await by(page, 'ticket-number').waitFor();
      await page.goto('/wallet');
      await by(page, 'wallet-in-line').getByTestId('wallet-ticket').first().waitFor();

      // The mail of the registration, or one that is asked for anew, proves the address.
      await page.goto('/account');
      await by(page, 'account-prove').click();
      await by(page, 'account-prove').waitFor({ state: 'detached' });
      await isAccessible(page);
      await page.goto(await mailed(mails, email, 'verify'));
      await by(page, 'verified').waitFor();
      await by(page, 'verified-go').click();
      await by(page, 'wallet-in-line').waitFor();
      await page.goto('/account');
      await by(page, 'account-save').waitFor();
      assert.equal(await by(page, 'account-unproved').count(), 0);
    });

    flow('who has an account elsewhere is asked first, and belongs once they accept', async ({ open, url, mails }) => {
      const email = 'olga@corner.example';
      const password = 'long enough for Olga';
      const { access_token: token } = await ask(url, 'POST', '/api/v1/auth/login', { body: login('platform') });
      await ask(url, 'POST', '/api/v1/tenants', { token, body: { name: 'Corner Shop', slug: 'corner' } });
      await ask(url, 'POST', '/api/v1/tenants/corner/members', { token, body: { email, name: 'Olga Owner', password, roles: ['admin'] } });

      const admin = await takeOn(open, email, 'Somebody', 'Manager');
      await by(admin, 'admin-invited').getByText(email).waitFor();
      await isAccessible(admin);
      assert.ok(!(await admin.locator('main').textContent()).includes('Olga Owner'), 'nothing of her is shown before she accepts');
      assert.equal(await member(url, email), undefined);
      // An invitation is withdrawn after a question only.
      const other = 'otto@corner.example';
      await ask(url, 'POST', '/api/v1/tenants/corner/members', { token, body: { email: other, name: 'Otto Other', password, roles: ['agent'] } });
      const { token: ours } = await person(url, 'admin');
      await ask(url, 'POST', `/api/v1/tenants/${TENANT}/invitations`, { token: ours, body: { email: other, roles: ['agent'] } });
      await admin.reload();
      await by(admin, 'admin-section-members').click();
      const row = by(admin, 'admin-invited').getByRole('row').filter({ hasText: other });
      await by(row, 'invited-withdraw').click();
      await by(row, 'invited-withdraw-keep').click();
      await by(row, 'invited-withdraw').click();
      await admin.evaluate(() => window.scrollTo(0, 0));
      await isAccessible(admin);
      await by(row, 'invited-withdraw-yes').click();
      await row.waitFor({ state: 'detached' });
      await by(admin, 'admin-invited').getByText(email).waitFor();

      const page = await open(await mailed(mails, email, 'invitation'), PHONE);
      await by(page, 'invitation-accept').waitFor();
      await isAccessible(page);
      await fitsWidth(page);
      assert.equal(await member(url, email), undefined, 'opening the link accepts nothing');
      await by(page, 'invitation-accept').click();
      await by(page, 'invitation-accept').waitFor({ state: 'detached' });
      assert.equal(new URL(page.url()).hash, '');
      assert.deepEqual((await member(url, email)).roles, ['manager']);
      // Whoever belongs to several says in which one they go on, and changes later.
      await logIn(page, email, password);
      await by(page, `organisation-${TENANT}`).waitFor();
      await isAccessible(page);
      await fitsWidth(page);
      await by(page, `organisation-${TENANT}`).click();
      await page.waitForURL((address) => address.pathname === '/manage');
      await by(page, 'account-menu').click();
      await by(page, 'open-organisations').click();
      await by(page, 'organisation-corner').click();
      await page.waitForURL((address) => address.pathname === '/admin');
      await page.reload();
      await by(page, 'account-menu').click();
      await by(page, 'open-organisations').click();
      await eventually(async () => (await by(page, 'organisation-corner').getAttribute('aria-current')) === 'true', { what: 'the choice is kept' });

      await admin.reload();
      await by(admin, 'admin-section-members').click();
      await admin.getByRole('cell', { name: 'Olga Owner' }).first().waitFor();
      assert.equal(await by(admin, 'admin-invited').count(), 0);
      // She works here with her own password, and still in her shop.
      for (const tenant of [TENANT, 'corner']) {
        const { access_token: hers } = await ask(url, 'POST', '/api/v1/auth/login', { body: { email, password, tenant } });
        await ask(url, 'GET', `/api/v1/tenants/${tenant}/queues`, { token: hers });
      }
      const used = await open(await mailed(mails, email, 'invitation'), DESK);
      await by(used, 'invitation-accept').click();
      await by(used, 'refusal').waitFor();
      await isAccessible(used);
    });

    flow('who signs in at another issuer for the first time is a customer, and is known the next time', async ({ open, url }) => {
      issuer.trust(url);
      issuer.knows('ines@acme.example', { name: 'Ines Issuer' });
      const ids = [];
      for (let n = 0; n < 2; n += 1) {
        const page = await open('/login', PHONE);
        await by(page, 'login-with-sso').waitFor();
        await isAccessible(page);
        await by(page, 'login-with-sso').click();
        await atIssuer(page, 'ines@acme.example');
        await by(page, 'wallet-available').waitFor();
        assert.equal(new URL(page.url()).pathname, '/wallet');
        assert.equal(new URL(page.url()).search, '', 'code and state left the address');
        const me = await page.evaluate(async () => (await fetch('/api/v1/auth/me')).json());
        const user = me.user ?? me;
        assert.deepEqual([user.name, user.email, user.email_verified], ['Ines Issuer', 'ines@acme.example', true]);
        ids.push(user.id);
      }
      assert.equal(ids[0], ids[1]);
    });

    flow('a customer says how they want to be reached and what they agree to, and staff read it', async ({ open, url }) => {
      const admin = await person(url, 'admin');
      const { email } = login('customer');
      const record = async () => (await admin.get(`T/customers?email=${encodeURIComponent(email)}`)).items[0];
      const page = await open('/login', PHONE);
      await signIn(page, 'customer');
      await page.goto('/account');
      const wishes = by(page, 'account-wishes');
      await by(wishes, 'wishes-name').fill('Casey C.');
      const sms = by(wishes, 'wishes-sms');
      const wanted = !(await sms.isChecked());
      await sms.setChecked(wanted);
      await by(wishes, 'wishes-marketing-refused').check();
      await fitsWidth(page);
      await isAccessible(page);
      await by(wishes, 'wishes-save').click();
      await by(wishes, 'wishes-done').waitFor();
      const kept = await record();
      assert.deepEqual([kept.name, kept.preferences.sms, kept.consents.marketing.granted, kept.consents.marketing.source], ['Casey C.', wanted, false, 'account']);

      // Staff write something in the meantime: what is saved next is refused, and the form begins again with theirs.
      await admin.put(`T/customers/${kept.id}`, { name: 'Casey Customer' });
      await by(wishes, 'wishes-marketing-agreed').check();
      await by(wishes, 'wishes-done').waitFor({ state: 'detached' });
      await by(wishes, 'wishes-save').click();
      await eventually(async () => (await by(wishes, 'wishes-name').inputValue()) === 'Casey Customer', { what: 'what staff wrote is shown' });
      await by(wishes, 'refusal').waitFor();
      assert.equal((await record()).consents.marketing.granted, false);
      await by(wishes, 'wishes-marketing-agreed').check();
      await by(wishes, 'wishes-save').click();
      await by(wishes, 'wishes-done').waitFor();
      assert.equal((await record()).consents.marketing.granted, true);
    });

    flow('somebody changes what they sign in with, and proves the new address', async ({ open, url, mails }) => {
      const email = 'rita@old.example';
      const password = 'long enough for Rita';
      await ask(url, 'POST', '/api/register', { body: { email, password, name: 'Rita', tenant: TENANT } });
      const page = await open('/login', PHONE);
      await logIn(page, email, password);
      await page.goto('/account');
      await by(page, 'account-unproved').waitFor();
      await by(page, 'account-prove').click();
      await by(page, 'account-unproved').getByText('on its way').waitFor();
      await eventually(async () => (await mails(email)).length === 2, { what: 'the mail comes once more' });
      await by(page, 'account-username').fill('a b');
      await by(page, 'account-email').fill('rita@new.example');
      await by(page, 'account-save').click();
      await by(page, 'refusal').waitFor();
      assert.equal(await by(page, 'account-username').getAttribute('aria-invalid'), 'true');
      await isAccessible(page);
      await by(page, 'account-username').fill('rita.new');
      await by(page, 'account-save').click();
      await by(page, 'account-saved').getByText('rita@new.example').waitFor();
      await fitsWidth(page);
      const proof = await open(await mailed(mails, 'rita@new.example', 'verify'), PHONE);
      await proof.getByRole('status').filter({ hasText: /confirmed/ }).waitFor();
      await page.reload();
      await by(page, 'account-email').waitFor();
      assert.equal(await by(page, 'account-unproved').count(), 0);
      await logIn(proof, 'rita.new', password);
    });

    flow('who turns back at the issuer is at the log-in again, and is told', async ({ open, url }) => {
      issuer.trust(url);
      const page = await open('/login', DESK);
      await by(page, 'login-with-sso').click();
      await page.waitForURL(`${issuer.url}/**`);
      await page.getByRole('link', { name: /cancel/i }).click();
      await page.waitForURL((address) => address.origin !== issuer.url);
      await page.getByRole('status').filter({ hasText: /\S/ }).first().waitFor();
      await by(page, 'login-email').waitFor();
      assert.equal(new URL(page.url()).search, '');
      await isAccessible(page);
    });

    flow('a member connects an account elsewhere, and signs in with it as who they are', async ({ open, url }) => {
      issuer.trust(url);
      const page = await open('/login', DESK);
      await signIn(page, 'agent2');
      await page.goto('/account');
      await page.getByRole('button', { name: /Acme/ }).click();
      await atIssuer(page, 'private@acme.example');
      const linked = page.getByRole('listitem').filter({ hasText: 'private@acme.example' });
      await linked.waitFor();
      await isAccessible(page);

      const other = await open('/login', DESK);
      await by(other, 'login-with-sso').click();
      await atIssuer(other, 'private@acme.example');
      await other.waitForURL('**/agent');

      // Cut again, the account elsewhere opens nothing of hers.
      await by(linked, 'linked-cut').dblclick();
      await linked.waitFor();
      await by(linked, 'linked-cut-yes').click();
      await linked.waitFor({ state: 'detached' });
    });

    flow('an address that was never proved here is proved before it opens an account', async ({ open, url, mails }) => {
      issuer.trust(url);
      const { email } = login('reception');
      const page = await open('/login', DESK);
      await by(page, 'login-with-sso').click();
      await atIssuer(page, email);
      await by(page, 'refusal').getByText('was never confirmed').waitFor();
      await isAccessible(page);
      await by(page, 'login-forgot').click();
      await by(page, 'forgot-email').fill(email);
      await by(page, 'forgot-submit').click();
      const mail = await open(await mailed(mails, email, 'reset'), DESK);
      await by(mail, 'reset-password').fill('another one for me');
      await by(mail, 'reset-submit').click();
      await by(mail, 'login-email').waitFor();
      const again = await open('/login', DESK);
      await by(again, 'login-with-sso').click();
      await atIssuer(again, email);
      await again.waitForURL('**/reception');
    });
  },
  issuer.settings,
);
