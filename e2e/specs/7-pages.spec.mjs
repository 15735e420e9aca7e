// Every page: no violation of WCAG 2.2 AA, nothing sideways on a phone, in light and dark, in three languages.
import { PHONE, DESK, fitsWidth, isAccessible, signIn, withDemo } from '../lib/browser.mjs';

const settled = async (page) => {
  await page.getByRole('heading').first().waitFor();
  await page.waitForTimeout(300);
};

withDemo(({ flow }) => {
  for (const path of ['/', '/s/demo-bank/main', '/login', '/kiosk', '/display', '/nowhere']) {
    flow(`${path} for everybody`, async ({ open }) => {
      for (const look of [{}, { colorScheme: 'dark' }]) {
        const page = await open(path, { ...PHONE, ...look });
        await settled(page);
        await isAccessible(page);
        await fitsWidth(page);
      }
    });
  }

  for (const locale of ['fr-FR', 'ar']) {
    flow(`the branch in ${locale}`, async ({ open }) => {
      const page = await open('/s/demo-bank/main', { ...PHONE, locale });
      await settled(page);
      const direction = await page.evaluate(() => document.documentElement.dir || 'ltr');
      if (direction !== (locale === 'ar' ? 'rtl' : 'ltr')) throw new Error(`${locale} is written ${direction}`);
      await isAccessible(page);
      await fitsWidth(page);
    });
  }

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
