// Every page: no violation of WCAG 2.2 AA, nothing sideways on a phone, in light and dark, in three languages.
import { BOARD, DESK, KIOSK, PHONE, fitsWidth, isAccessible, signIn, withDemo } from '../lib/browser.mjs';

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
