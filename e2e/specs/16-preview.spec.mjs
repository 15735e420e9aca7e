// What the administration draws of a kiosk, a board and a ticket is what the screens show: the same words at the same
// places, of the same size and colour.
import assert from 'node:assert/strict';
import { SITE, agentAtCounter, ask, person } from '../lib/api.mjs';
import { BOARD, DESK, KIOSK, PHONE, by, isAccessible, signIn, withDemo } from '../lib/browser.mjs';
import { eventually } from '../lib/eventually.mjs';

const site = (ready) => ready.tenants[0].sites.find((one) => one.slug === SITE);
const NAMES = { kiosk: 'Kiosk at the door', display: 'Board in the hall' };

/** Every text that is seen below `root`, with its place, size and colours; what tells the time, how old it is, how long it takes (a screen stays with what it has said), and whether this machine has a voice, is left out. */
const seen = (page, root) =>
  page.evaluate((selector) => {
    const told = [];
    const walk = document.createTreeWalker(document.querySelector(selector) ?? document.body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node !== null; node = walk.nextNode()) {
      const text = node.textContent.trim();
      const holder = node.parentElement;
      if (text === '' || holder === null || holder.closest('time, [data-said=true], .live-age, .visually-hidden, dialog, option, [role=status], [data-testid=display-no-voice]') !== null || !holder.checkVisibility()) continue;
      const { left, top, width, height } = holder.getBoundingClientRect();
      const { color, fontSize, fontFamily } = getComputedStyle(holder);
      told.push([text, ...[left, top, width, height].map(Math.round), color, fontSize, fontFamily].join(' | '));
    }
    return told;
  }, root);

/** The page in the frame of a preview. */
async function framed(page, what) {
  await by(page, `admin-preview-${what}`).waitFor();
  return eventually(() => page.frames().find((one) => one.url().endsWith(`/preview/${what}`)), { what: `the frame of the ${what}` });
}

/** Waits until the preview, whose form may be drawn anew meanwhile, shows what the screen shows; tells what differs when it never does. */
async function alike(screen, [page, of], root, what) {
  let both = [[], []];
  try {
    await eventually(async () => {
      both = [await seen(screen, root), await seen(await framed(page, of), root)];
      return both[0].length > 3 && both[0].join() === both[1].join();
    }, { what });
  } catch {
    assert.deepEqual(both[1], both[0], what);
  }
}

withDemo(({ flow }) => {
  flow('a kiosk and a board look in their set-up as they do in the hall, before and after a change', async ({ open, url, ready }) => {
    const agent = await agentAtCounter(url);
    await agent.post('T/tickets', { queue_id: agent.counter.queue_ids[0] });
    const kiosk = await open(`/kiosk#token=${site(ready).kiosk_token}`, KIOSK);
    await by(kiosk, 'kiosk-service-deposit').waitFor();
    const page = await open('/login', DESK);
    await signIn(page, 'admin');
    await page.goto('/admin#devices');
    const form = async (kind) => {
      await page.getByRole('button', { name: `Edit ${NAMES[kind]}` }).first().click();
      await by(page, 'device-name').waitFor();
      return framed(page, kind);
    };
    let preview = await form('kiosk');
    await alike(kiosk, [page, 'kiosk'], 'body', 'the kiosk');
    await isAccessible(page, '[role=dialog]');
    // What is changed is seen at once, here alone; saved, the kiosk follows.
    await page.getByLabel('Out of service').check();
    await preview.getByText('This kiosk is being serviced').waitFor();
    assert.equal(await kiosk.getByText('This kiosk is being serviced').count(), 0);
    await by(page, 'admin-save').click();
    await kiosk.getByText('This kiosk is being serviced').waitFor();
    await by(page, 'device-name').waitFor({ state: 'detached' });
    await form('kiosk');
    await alike(kiosk, [page, 'kiosk'], 'body', 'the kiosk out of service');
    await page.getByLabel('Out of service').uncheck();
    await by(page, 'admin-save').click();
    await by(page, 'device-name').waitFor({ state: 'detached' });

    // A board shows what it has announced itself in that order: one that has announced nothing yet goes by the calls' times.
    const board = await open(`/display#token=${site(ready).display_token}`, BOARD);
    await by(board, 'display-start').click();
    await by(board, 'display-locked').waitFor({ state: 'detached' });
    preview = await form('display');
    await alike(board, [page, 'display'], '[data-testid=display-board]', 'the board');
    await by(page, 'device-layout').click();
    await page.getByRole('option', { name: 'Waits first' }).click();
    await preview.locator('[data-testid=display-board][data-layout=waits]').waitFor();
    await by(page, 'admin-save').click();
    await board.locator('[data-testid=display-board][data-layout=waits]').waitFor();
    await by(page, 'device-name').waitFor({ state: 'detached' });
    await form('display');
    await alike(board, [page, 'display'], '[data-testid=display-board]', 'the board with waits first');
    await page.keyboard.press('Escape');
  });

  flow('colours and words of the house are tried on a kiosk, a board and a ticket before they are saved', async ({ open, url, ready }) => {
    const admin = await person(url, 'admin');
    const before = await admin.get('/api/v1/tenants/demo-bank');
    const page = await open('/login', DESK);
    await signIn(page, 'admin');
    await page.goto('/admin#branding');
    const kiosk = await framed(page, 'kiosk');
    await by(page, 'admin-field-tagline').fill('Good morning, neighbour');
    await by(page, 'admin-field-primary_color').fill('#8E0F1C');
    await kiosk.getByText('Good morning, neighbour').waitFor();
    const brand = (one) => one.evaluate(() => document.documentElement.style.getPropertyValue('--brand').toLowerCase());
    await eventually(async () => (await brand(kiosk)) === '#8e0f1c', { what: 'the kiosk wears the colour' });
    await isAccessible(page);
    await by(page, 'admin-preview-which').getByText('Board').click();
    const board = await framed(page, 'display');
    await eventually(async () => (await brand(board)) === '#8e0f1c', { what: 'the board wears it' });
    await by(page, 'admin-preview-which').getByText('Ticket').click();
    const ticket = await framed(page, 'ticket');
    await by(ticket, 'ticket-number').waitFor();
    assert.equal((await admin.get('/api/v1/tenants/demo-bank')).branding.tagline, before.branding.tagline, 'nothing is saved yet');
    // Nobody can touch it: a preview gives no tickets.
    const waiting = async () => (await ask(url, 'GET', '/api/v1/public/sites/demo-bank/main')).queues.reduce((sum, queue) => sum + queue.waiting, 0);
    const counted = await waiting();
    await by(page, 'admin-preview-which').getByText('Kiosk').click();
    await (await framed(page, 'kiosk')).getByTestId('kiosk-service-deposit').waitFor();
    const box = await by(page, 'admin-preview-kiosk').boundingBox();
    for (const share of [0.4, 0.5, 0.6]) await page.mouse.click(box.x + box.width * 0.3, box.y + box.height * share);
    await page.waitForTimeout(500);
    assert.equal(await waiting(), counted);

    await by(page, 'admin-save').click();
    await by(page, 'admin-said').getByText(/\S/).first().waitFor();
    const real = await open(`/kiosk#token=${site(ready).kiosk_token}`, KIOSK);
    await real.getByText('Good morning, neighbour').waitFor();
    await alike(real, [page, 'kiosk'], 'body', 'the kiosk in its colours');
    const { branding } = await admin.get('/api/v1/tenants/demo-bank');
    await admin.put('/api/v1/tenants/demo-bank', { branding: Object.fromEntries(Object.keys(branding).map((key) => [key, before.branding[key] ?? null])) });
  });

  flow('a preview by itself shows nothing and asks for nothing', async ({ open }) => {
    const asked = [];
    const page = await open('about:blank', PHONE);
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.goto('/preview/kiosk');
    await page.waitForLoadState('networkidle');
    assert.equal(await by(page, 'preview').count(), 0);
    assert.deepEqual(asked.filter((path) => path.startsWith('/api/')), []);
  });
});
