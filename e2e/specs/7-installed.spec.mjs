// Screens that are put on a home screen or opened as an app of their own: what each says of itself, and where it begins.
import assert from 'node:assert/strict';
import { BOARD, DESK, KIOSK, PHONE, by, withDemo } from '../lib/browser.mjs';
import { eventually } from '../lib/eventually.mjs';

const BRANCH = '/s/demo-bank/main';
/** How a manifest may ask to be shown: without the browser's own bars. */
const APART = ['standalone', 'fullscreen', 'minimal-ui'];

/** The manifest that a page links, once it is the one that is meant: what Chromium reads of it, and what stands there. */
async function manifestOf(page, expected) {
  const linked = () => page.evaluate(() => document.querySelector('link[rel=manifest]')?.getAttribute('href'));
  await eventually(async () => (await linked()) === expected, { what: `${page.url()} links ${expected}` });
  const cdp = await page.context().newCDPSession(page);
  const { url, errors } = await cdp.send('Page.getAppManifest');
  assert.equal(new URL(url).pathname, expected);
  assert.deepEqual(errors, []);
  const answer = await fetch(url);
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type'), /^application\/manifest\+json/);
  return { url, manifest: await answer.json() };
}

/** Holds a manifest to what it needs; the address where it begins. */
async function isWhole(page, { url, manifest }, display) {
  for (const name of ['name', 'short_name']) assert.ok(manifest[name]?.trim().length > 0, `${name} in ${url}`);
  assert.ok(APART.includes(manifest.display), `${manifest.display} in ${url}`);
  assert.equal(manifest.display, display);
  const [scope, start] = [new URL(manifest.scope, url), new URL(manifest.start_url, url)];
  assert.equal(start.origin, new URL(url).origin);
  assert.ok(start.href.startsWith(scope.href), `${start.href} lies in ${scope.href}`);
  assert.ok(page.url().startsWith(scope.href), `${page.url()} lies in ${scope.href}`);
  const sizes = new Set();
  for (const icon of manifest.icons) {
    const address = new URL(icon.src, url).href;
    const answer = await fetch(address);
    assert.equal(answer.status, 200, address);
    assert.equal(answer.headers.get('content-type').split(';')[0], icon.type, address);
    // It is a picture, and as large as it is said to be.
    const seen = await page.evaluate(async (src) => {
      const picture = new Image();
      picture.src = src;
      await picture.decode();
      return `${picture.naturalWidth}x${picture.naturalHeight}`;
    }, address);
    if (icon.sizes !== 'any') assert.equal(seen, icon.sizes, address);
    for (const size of icon.sizes.split(' ')) sizes.add(size);
  }
  for (const size of ['192x192', '512x512']) assert.ok(sizes.has(size), `${size} in ${url}`);
  assert.ok(manifest.icons.some((icon) => icon.purpose?.includes('maskable')), `an icon of ${url} that may be cut`);
  return start.href;
}

withDemo(({ flow }) => {
  for (const [who, path, options, expected, display, begins] of [
    ['a kiosk', '/kiosk', KIOSK, '/kiosk.webmanifest', 'fullscreen', 'pairing-code'],
    ['a board', '/display', BOARD, '/display.webmanifest', 'fullscreen', 'pairing-code'],
    ['staff', '/login', DESK, '/app.webmanifest', 'standalone', null],
    ['everybody', '/', PHONE, '/app.webmanifest', 'standalone', null],
  ]) {
    flow(`what ${who} put on a home screen has a name, icons, and a place to begin`, async ({ open }) => {
      const page = await open(path, options);
      const found = await manifestOf(page, expected);
      const start = await isWhole(page, found, display);
      const answer = await page.goto(start);
      assert.equal(answer.status(), 200);
      await page.getByRole('heading').first().waitFor();
      if (begins !== null) await by(page, begins).waitFor();
      await manifestOf(page, expected);
    });
  }

  flow('the ticket on a phone’s home screen opens the ticket of that phone, and the front page once there is none', async ({ open, url }) => {
    const page = await open(BRANCH, PHONE);
    await by(page, 'join-service-deposit').first().click();
    await by(page, 'join-submit').click();
    await page.waitForURL('**/t/*');
    await by(page, 'ticket-number').waitFor();
    const own = page.url();
    const number = await by(page, 'ticket-number').textContent();
    const found = await manifestOf(page, '/ticket.webmanifest');
    const start = await isWhole(page, found, 'standalone');
    // It goes on to the ticket by itself, perhaps before it has come as a whole.
    await page.goto(start, { waitUntil: 'commit' });
    await page.waitForURL(own);
    await by(page, 'ticket-number').waitFor();
    assert.equal(await by(page, 'ticket-number').textContent(), number);

    const other = await open('about:blank', PHONE);
    await other.goto(start, { waitUntil: 'commit' });
    await other.waitForURL(`${url}/`);
    await other.getByRole('heading').first().waitFor();
  });
});
