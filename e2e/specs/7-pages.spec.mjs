// Every page: no violation of WCAG 2.2 AA, nothing sideways on a phone, in light and dark, in every language.
import assert from 'node:assert/strict';
import { BOARD, DESK, KIOSK, PHONE, by, fitsWidth, isAccessible, signIn, withDemo } from '../lib/browser.mjs';

const settled = async (page) => {
  await page.getByRole('heading').first().waitFor();
  await page.waitForTimeout(300);
};

withDemo(({ flow }) => {
  const everybody = { '/': PHONE, '/s/demo-bank/main': PHONE, '/s/demo-bank/nowhere': PHONE, '/login': PHONE, '/kiosk': KIOSK, '/display': BOARD };
  for (const [path, size] of Object.entries(everybody)) {
    flow(`${path} for everybody`, async ({ open }) => {
      for (const look of [{}, { colorScheme: 'dark' }]) {
        const page = await open(path, { ...size, ...look });
        await settled(page);
        await isAccessible(page);
        await fitsWidth(page);
      }
    });
  }

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

  for (const [role, path] of [['agent', '/agent'], ['reception', '/reception'], ['manager', '/manage'], ['admin', '/admin']]) {
    flow(`${path} for staff`, async ({ open }) => {
      for (const look of [{}, { colorScheme: 'dark' }]) {
        const page = await open('/login', { ...DESK, ...look });
        await signIn(page, role);
        await page.goto(path);
        await settled(page);
        await isAccessible(page);
      }
    });
  }
});
