// Every page: no violation of WCAG 2.2 AA, nothing sideways on a phone, in light and dark, in every language.
import assert from 'node:assert/strict';
import { agentAtCounter } from '../lib/api.mjs';
import { BOARD, DESK, KIOSK, PHONE, by, fitsWidth, isAccessible, isInside, signIn, withDemo } from '../lib/browser.mjs';

/** A phone in somebody's hand. */
const HAND = { ...PHONE, viewport: { width: 390, height: 844 } };
/** The desk's window at 200 % and at 400 %: what is left of it in CSS pixels. */
const ENLARGED = [{ width: 640, height: 400 }, { width: 320, height: 200 }];

const settled = async (page) => {
  await page.getByRole('heading').first().waitFor();
  await page.waitForTimeout(300);
};

/** The page by day or by night; it is waited for until it has followed. */
const inLight = async (page, colorScheme) => {
  await page.emulateMedia({ colorScheme });
  await page.waitForFunction((wanted) => getComputedStyle(document.documentElement).colorScheme === wanted, colorScheme);
};

withDemo(({ flow }) => {
  const everybody = { '/': PHONE, '/s/demo-bank/main': PHONE, '/s/demo-bank/nowhere': PHONE, '/login': PHONE, '/kiosk': KIOSK, '/display': BOARD };
  for (const [path, size] of Object.entries(everybody)) {
    flow(`${path} for everybody`, async ({ open }) => {
      const page = await open(path, size);
      await settled(page);
      for (const colorScheme of ['light', 'dark']) {
        await inLight(page, colorScheme);
        await isAccessible(page);
        await fitsWidth(page);
      }
    });
  }

  flow('the front page asks once for the branches and how many wait at each, finds one by name, and pages', async ({ open, url }) => {
    const page = await open('about:blank', PHONE);
    const asked = [];
    page.on('request', (request) => request.url().includes('/api/') && asked.push(new URL(request.url()).pathname));
    await page.goto(url);
    const main = by(page, 'home-site-main');
    await main.getByText(/\d+ waiting at \d\d:\d\d/).waitFor();
    assert.deepEqual(asked, ['/api/v1/public/sites']);
    assert.equal(await by(page, 'home-search').count(), 0, 'two branches are found without looking');

    // An installation with more branches than one answer holds.
    const row = (n) => ({ tenant: { slug: 'chain', name: 'Chain', sites: 60 }, slug: `c${n}`, name: `Shop ${n}`, address: null, timezone: 'UTC', open: true, opens_at: null, closes_at: null, notice: null, waiting: n, at: new Date().toISOString() });
    await page.route('**/api/v1/public/sites?*', (route) => {
      const query = new URL(route.request().url()).searchParams;
      if (query.has('q')) return route.continue();
      const from = query.has('cursor') ? 50 : 0;
      return route.fulfill({ json: { items: Array.from({ length: from === 0 ? 50 : 10 }, (_, n) => row(from + n)), next_cursor: from === 0 ? 'next' : null } });
    });
    await page.reload();
    await by(page, 'home-site-c49').waitFor();
    assert.equal(await by(page, 'home-site-c50').count(), 0);
    await isAccessible(page);
    await by(page, 'home-more').click();
    await by(page, 'home-site-c59').waitFor();
    await by(page, 'home-more').waitFor({ state: 'detached' });
    await by(page, 'home-search').fill('MAIN');
    await main.waitFor();
    assert.equal(await by(page, 'home-site-c1').count(), 0);
    await by(page, 'home-search').fill('no such place');
    await page.getByText('No branch is called that').waitFor();
    await isAccessible(page);
    await fitsWidth(page);
  });

  for (const locale of ['de-AT', 'fr-FR', 'es-MX', 'ar']) {
    flow(`the branch in ${locale}`, async ({ open }) => {
      const page = await open('/s/demo-bank/main', { ...PHONE, locale });
      await settled(page);
      const direction = await page.evaluate(() => document.documentElement.dir || 'ltr');
      if (direction !== (locale === 'ar' ? 'rtl' : 'ltr')) throw new Error(`${locale} is written ${direction}`);
      await isAccessible(page);
      await fitsWidth(page);
    });
  }

  flow('the kiosk in each language that it offers, also in large print', async ({ open, ready }) => {
    const { kiosk_token: token } = ready.tenants[0].sites.find((site) => site.slug === 'main');
    const page = await open(`/kiosk#token=${token}`, KIOSK);
    const tile = by(page, 'kiosk-service-deposit');
    await tile.waitFor();
    await page.locator('button', { hasText: 'Larger' }).click();
    const names = { en: 'Deposit', de: 'Einzahlung', fr: 'Dépôt', es: 'Ingreso', ar: 'إيداع' };
    assert.deepEqual(await page.locator('nav button[lang]').evaluateAll((all) => all.map((one) => one.lang)), Object.keys(names));
    for (const [language, name] of Object.entries(names)) {
      await page.locator(`nav button[lang=${language}]`).click();
      await tile.filter({ hasText: name }).waitFor();
      assert.equal(await page.evaluate(() => document.documentElement.lang), language);
      await isAccessible(page);
      await fitsWidth(page);
    }
  });

  for (const [role, path] of [['agent', '/agent'], ['reception', '/reception'], ['reception', '/appointments'], ['manager', '/manage'], ['admin', '/admin']]) {
    flow(`${path} for staff`, async ({ open }) => {
      const page = await open('/login', DESK);
      await signIn(page, role);
      await page.goto(path);
      await settled(page);
      for (const colorScheme of ['light', 'dark']) {
        await inLight(page, colorScheme);
        await isAccessible(page);
      }
    });
  }

  const parts = async (page, path) => {
    if (path !== '/admin') return [''];
    const names = await page.locator('[data-testid^="admin-section-"]').evaluateAll((all) => all.map((one) => one.dataset.testid.slice('admin-section-'.length)));
    assert.ok(names.length > 10, names.join(' '));
    return names;
  };
  /** All that a screen has, in each of the sizes. */
  const staysInside = async (page, path, sizes) => {
    for (const part of await parts(page, path)) {
      if (part !== '') await by(page, `admin-section-${part}`).click();
      for (const size of sizes) {
        await page.setViewportSize(size);
        await settled(page);
        await fitsWidth(page);
        await isInside(page);
      }
    }
    for (const size of sizes) {
      await page.setViewportSize(size);
      await isAccessible(page);
    }
  };
  const screens = [['agent', '/agent', 'agent-primary'], ['reception', '/reception', 'reception-search'], ['reception', '/appointments', 'appointments-week'], ['customer', '/appointments', 'own-book'], ['manager', '/manage', 'floor-waiting'], ['admin', '/admin', 'admin-search']];
  for (const [role, path, there] of screens) {
    flow(`${path} for the ${role}, enlarged and on a phone, in Arabic and in the dark too: nothing sticks out sideways`, async ({ open, url }) => {
      if (role === 'agent') {
        const agent = await agentAtCounter(url);
        await agent.post('T/tickets', { queue_id: agent.counter.queue_ids[0], name: 'Wolfeschlegelsteinhausenbergerdorff', notes: 'Needs a chair, and somebody who reads the form aloud' });
        if ((await agent.get('T/agents/me')).now.length === 0) await agent.post('T/agents/call-next');
      }
      const enter = async (options) => {
        const page = await open('/login', options);
        await signIn(page, role);
        await page.goto(path);
        await by(page, there).first().waitFor();
        return page;
      };
      await staysInside(await enter({ viewport: ENLARGED[0] }), path, ENLARGED);
      const hand = await enter(HAND);
      await staysInside(hand, path, [HAND.viewport]);
      await hand.evaluate(() => localStorage.setItem('usher.language', 'ar'));
      await hand.reload();
      await by(hand, there).first().waitFor();
      await inLight(hand, 'dark');
      assert.equal(await hand.evaluate(() => document.documentElement.dir), 'rtl');
      await staysInside(hand, path, [HAND.viewport]);
    });
  }

  for (const [role, path, there] of [[null, '/book/demo-bank/main', 'book-service-Loan Office'], ['customer', '/wallet', 'wallet-available'], ['customer', '/appointments', 'own-book'], ['reception', '/appointments', 'week-of'], ['customer', '/account', 'account-save'], ['manager', '/reports', 'reports-sentence']]) {
    flow(`${path} in each language, on a phone`, async ({ open }) => {
      const page = await open(role === null ? path : '/login', { ...HAND, colorScheme: 'dark' });
      if (role !== null) {
        await signIn(page, role);
        await page.goto(path);
      }
      const titles = new Set();
      for (const [language, direction] of Object.entries({ en: 'ltr', de: 'ltr', fr: 'ltr', es: 'ltr', ar: 'rtl' })) {
        await page.evaluate((code) => localStorage.setItem('usher.language', code), language);
        await page.reload();
        await by(page, there).first().waitFor();
        await settled(page);
        assert.deepEqual(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir || 'ltr']), [language, direction]);
        titles.add(await page.title());
        // A text that is missing shows its key.
        assert.doesNotMatch(await page.locator('main').innerText(), /(^|\s)[a-z]+(\.[a-zA-Z]+)+(\s|$)/);
        await fitsWidth(page);
        await isInside(page);
        if (language === 'en' || language === 'ar') await isAccessible(page);
      }
      assert.equal(titles.size, 5, [...titles].join(', '));
    });
  }
});
