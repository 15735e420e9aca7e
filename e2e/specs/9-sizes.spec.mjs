// What the screens measure for the person in front of them: millimetres, type sizes, the fold, the yellow.
import assert from 'node:assert/strict';
import { SITE, TENANT, agentAtCounter, ask } from '../lib/api.mjs';
import { BOARD, DESK, PHONE, by, fitsWidth, isAccessible, signIn, withDemo } from '../lib/browser.mjs';
import { eventually } from '../lib/eventually.mjs';
import { CAPITAL, areAtLeast, cutFor, listen, pixelsPerMm, smallestText, targets, YELLOW, yellows } from '../lib/measure.mjs';

const BRANCH = '/s/demo-bank/main';
const PANELS = [[{ width: 1080, height: 1920 }, 21.5], [{ width: 1280, height: 800 }, 10.1]];

const device = (ready, kind) => ready.tenants[0].sites.find((site) => site.slug === SITE)[`${kind}_token`];

/** Opens a paired screen whose set-up says what `config` says. */
async function paired(world, kind, config, options) {
  const page = await world.open('about:blank', { ...options, baseURL: world.url });
  await page.route('**/api/v1/device', async (route) => {
    const answer = await route.fetch();
    const self = await answer.json();
    await route.fulfill({ json: { ...self, device: { ...self.device, config } } });
  });
  await page.goto(`/${kind}#token=${device(world.ready, kind)}`);
  return page;
}

async function join(open, options = PHONE) {
  const page = await open(BRANCH, options);
  await by(page, 'join-service-deposit').first().click();
  await by(page, 'join-submit').click();
  await by(page, 'ticket-number').waitFor();
  return page;
}

withDemo(({ flow }) => {
  for (const [viewport, diagonal] of PANELS) {
    flow(`the kiosk of ${diagonal} inches in millimetres`, async (world) => {
      const kiosk = await paired(world, 'kiosk', { diagonal_inches: diagonal, ask_phone: true }, { viewport, hasTouch: true });
      const mm = pixelsPerMm(viewport, diagonal);
      await by(kiosk, 'kiosk-service-deposit').waitFor();
      for (const [mode, capital] of [[null, 4.8], ['large', 7.3]]) {
        if (mode !== null) await by(kiosk, `kiosk-mode-${mode}`).click();
        await areAtLeast(kiosk, 20 * mm);
        assert.ok((await smallestText(kiosk)) * CAPITAL.text >= capital * mm - 0.1, `capitals of ${capital} mm`);
        for (const tile of await targets(kiosk, '[data-testid=kiosk-tiles]')) {
          assert.ok(tile.width >= 80 * mm && tile.height >= 25 * mm - 0.5, `${tile.name} is a tile`);
        }
      }
      assert.deepEqual(await yellows(kiosk), []);
      await by(kiosk, 'kiosk-mode-large').click();

      // The question, then the number.
      await by(kiosk, 'kiosk-service-deposit').click();
      await kiosk.getByRole('button', { name: '7', exact: true }).click();
      await areAtLeast(kiosk, 20 * mm);
      await by(kiosk, 'kiosk-skip').click();
      await by(kiosk, 'kiosk-number').waitFor();
      const block = await by(kiosk, 'kiosk-number').locator('..').boundingBox();
      assert.ok(block.height >= viewport.height / 4 - 1, `the number has ${Math.round((block.height / viewport.height) * 100)} % of the height`);
      const code = await by(kiosk, 'kiosk-qr').boundingBox();
      assert.ok(code.width >= 40 * mm && code.height >= 40 * mm, 'the code is 40 mm');
      assert.ok((await by(kiosk, 'kiosk-done').boundingBox()).y < viewport.height, 'Done is in sight');
    });
  }

  flow('four arrows and Enter take a ticket at the kiosk, in Arabic mirrored', async (world) => {
    const kiosk = await paired(world, 'kiosk', {}, { viewport: PANELS[0][0] });
    await by(kiosk, 'kiosk-service-deposit').waitFor();
    await kiosk.locator('button[lang=ar]').click();
    await kiosk.waitForFunction(() => document.documentElement.dir === 'rtl');
    const [first, second] = await targets(kiosk, '[data-testid=kiosk-tiles]');
    assert.ok(first.x > second.x && first.y === second.y, 'the first tile is on the right');
    const onTile = () => kiosk.evaluate(() => document.activeElement?.closest('[data-testid=kiosk-tiles]') !== null && document.activeElement?.ariaDisabled !== 'true');
    for (let i = 0; i < 6 && !(await onTile()); i += 1) await kiosk.keyboard.press('ArrowDown');
    await kiosk.keyboard.press('Enter');
    await by(kiosk, 'kiosk-number').waitFor();
    assert.equal(await by(kiosk, 'kiosk-number').getAttribute('dir'), 'ltr');
  });

  flow('a touch in the warning keeps what was entered; leaving wipes it', async (world) => {
    const kiosk = await paired(world, 'kiosk', { ask_phone: true }, { viewport: PANELS[0][0], hasTouch: true });
    await kiosk.clock.install();
    await kiosk.reload();
    await by(kiosk, 'kiosk-service-deposit').click();
    for (const digit of '123') await kiosk.getByRole('button', { name: digit, exact: true }).click();
    for (let n = 0; n < 11; n += 1) {
      await kiosk.clock.runFor(45_000);
      await by(kiosk, 'kiosk-idle').waitFor();
      await kiosk.touchscreen.tap(540, 300);
      await kiosk.clock.runFor(1000);
      await by(kiosk, 'kiosk-idle').waitFor({ state: 'detached' });
    }
    assert.equal(await by(kiosk, 'kiosk-digits').textContent(), '123');
    await kiosk.clock.runFor(45_000);
    await by(kiosk, 'kiosk-leave').tap();
    await by(kiosk, 'kiosk-service-deposit').waitFor();
    assert.equal(await by(kiosk, 'kiosk-digits').count(), 0);
  });

  flow('the ticket page: the fold, the targets, narrow and enlarged', async ({ open, url }) => {
    // Somebody serves, and enough people are before this one for a time to be there by.
    const agent = await agentAtCounter(url);
    const { queues } = await ask(url, 'GET', `/api/v1/public/sites/${TENANT}/${SITE}`);
    const line = queues.find((queue) => queue.services.some((service) => service.code === 'deposit'));
    for (let made = 0; made < 20; made += 1) await agent.post('T/tickets', { queue_id: line.id });
    const page = await join(open);
    // The first estimate may be older than those who came just before.
    await by(page, 'ticket-here-by').filter({ hasText: /^Be here by \d\d:\d\d$/ }).waitFor();
    assert.match(await by(page, 'ticket-called-by').textContent(), /^very likely called by \d\d:\d\d$/);
    for (const id of ['ticket-number', 'ticket-status', 'ticket-ahead', 'ticket-estimate', 'ticket-here-by']) {
      const box = await by(page, id).boundingBox();
      assert.ok(box.y + box.height <= 640, `${id} is above the fold`);
    }
    await areAtLeast(page, 44, 'main');
    assert.ok((await smallestText(page)) >= 14);
    assert.deepEqual(await yellows(page), []);
    for (const size of [{ width: 320, height: 568 }, { width: 180, height: 320 }]) {
      await page.setViewportSize(size);
      await fitsWidth(page);
    }
  });

  flow('a call turns the page yellow, once, and says so once', async ({ open, url }) => {
    const agent = await agentAtCounter(url);
    const page = await join(open);
    const heard = await listen(page);
    const number = await by(page, 'ticket-number').textContent();
    const { items } = await agent.get(`T/tickets?q=${number}&status=waiting`);
    await agent.post(`T/tickets/${items[0].id}/call`, { counter_id: agent.counter.id });
    await by(page, 'ticket-called').waitFor();
    assert.equal(await page.title(), `Counter ${agent.counter.number} · ${number}`);
    assert.equal((await yellows(page)).length, 1);
    assert.equal((await heard()).urgent.length, 1);
    await agent.post(`T/tickets/${items[0].id}/recall`);
    await eventually(async () => (await heard()).urgent.length === 2, { what: 'the recall is said, too' });
    await areAtLeast(page, 44, 'main');
  });

  flow('a cut feed: the age is told, the estimate goes, the number stays; leaving can be taken back', async ({ open }) => {
    const page = await join(open);
    await page.clock.install();
    await page.reload();
    await by(page, 'ticket-estimate').waitFor();
    await cutFor(page, 40);
    await by(page, 'ticket-offline').waitFor();
    await page.clock.fastForward(100_000);
    await by(page, 'ticket-estimate').waitFor({ state: 'detached' });
    assert.match(await by(page, 'ticket-number').textContent(), /^[A-Z]+-\d+$/);
    await page.unroute('**/events*');
    await page.clock.resume();
    await by(page, 'ticket-estimate').waitFor({ timeout: 20_000 });

    await by(page, 'ticket-leave').click();
    await by(page, 'ticket-undo').click();
    await by(page, 'ticket-leave').waitFor();
  });

  flow('the board: heights for the farthest seat, yellow without motion', async (world) => {
    const agent = await agentAtCounter(world.url);
    const config = { diagonal_inches: 55, distance_m: 8 };
    const board = await paired(world, 'display', config, { ...BOARD, reducedMotion: 'reduce' });
    await by(board, 'live-age').first().waitFor();
    await by(board, 'display-start').click({ timeout: 2000 }).catch(() => undefined);
    const acks = [];
    board.on('request', (request) => request.url().endsWith('/ack') && acks.push(request.url().split('/').at(-2)));
    await agent.post('T/tickets', { queue_id: agent.counter.queue_ids[0] });
    await agent.post('T/agents/complete-and-call-next');
    const newest = board.locator('[data-testid=display-newest][data-fresh=true]');
    await newest.waitFor({ timeout: 30_000 });
    const look = await newest.evaluate((e) => {
      const { backgroundColor, animationName, fontSize } = getComputedStyle(e);
      return { backgroundColor, animationName, size: Number.parseFloat(fontSize) };
    });
    assert.equal(look.backgroundColor, YELLOW);
    assert.equal(look.animationName, 'none');
    const mm = pixelsPerMm(BOARD.viewport, config.diagonal_inches);
    const capital = (share) => ((config.distance_m * 1000) / share) * mm;
    assert.ok(look.size * CAPITAL.code >= capital(82) - 1, `the newest call: ${look.size} px`);
    assert.ok((await smallestText(board, 'main ul')) * CAPITAL.code >= capital(120) - 1, 'the calls before it');
    assert.ok((await smallestText(board, 'main footer')) * CAPITAL.text >= capital(200) - 1, 'everything else');
    await eventually(() => acks.length === 1, { ms: 30_000, what: 'the call is acknowledged' });

    const far = await paired(world, 'display', { diagonal_inches: 32, distance_m: 12 }, BOARD);
    await far.getByRole('heading', { name: /too far/i }).waitFor();
  });

  flow('a board beside pictures, and one with the waits first; what cannot be loaded is passed over', async (world) => {
    const agent = await agentAtCounter(world.url);
    await agent.post('T/tickets', { queue_id: agent.counter.queue_ids[0] });
    await agent.post('T/agents/complete-and-call-next');
    const media = [{ url: '/icons/usher-192.png', alt: 'The bank in the evening', seconds: 1 }, { url: '/icons/not-there.png' }, { url: '/icons/usher-512.png', alt: 'The bank by day', seconds: 1 }];
    const config = { diagonal_inches: 55, distance_m: 3, media };
    const shown = async (layout, extra = {}) => {
      const board = await paired(world, 'display', { ...config, layout, ...extra }, BOARD);
      await by(board, 'display-newest').waitFor();
      await by(board, 'display-start').click({ timeout: 2000 }).catch(() => undefined);
      assert.equal(await by(board, 'display-board').getAttribute('data-layout'), layout);
      await fitsWidth(board);
      return board;
    };
    const box = (board, selector) => board.locator(selector).first().boundingBox();
    const split = await shown('split');
    const pictures = split.getByRole('img', { name: /The bank/ });
    const seen = new Set();
    await eventually(async () => seen.add(await pictures.getAttribute('alt')).size === 2, { ms: 15_000, what: 'both pictures in turn' });
    const [calls, strip] = [await box(split, '[data-testid=display-newest]'), await pictures.boundingBox()];
    assert.ok(strip.x >= calls.x + calls.width - 1, 'the pictures stand beside the calls');
    assert.ok(strip.width >= BOARD.viewport.width * 0.3 && strip.height >= BOARD.viewport.height * 0.3, `${strip.width} × ${strip.height}`);
    await isAccessible(split);
    const mm = pixelsPerMm(BOARD.viewport, config.diagonal_inches);
    const size = await by(split, 'display-newest').evaluate((e) => Number.parseFloat(getComputedStyle(e).fontSize));
    assert.ok(size * CAPITAL.code >= ((config.distance_m * 1000) / 82) * mm - 1, 'the farthest seat reads the newest call here, too');

    const waits = await shown('waits', { media: [{ url: '/icons/none.mp4', kind: 'video' }] });
    const first = await waits.getByRole('list', { name: 'Waiting times' }).boundingBox();
    assert.ok(first.y + first.height <= (await box(waits, '[data-testid=display-newest]')).y + 1, 'the waits stand above the calls');
    assert.equal(await waits.locator('video').evaluate((e) => e.muted), true, 'a film is silent');
    await isAccessible(waits);

    const plain = await shown('calls');
    const below = await plain.getByRole('img', { name: /The bank/ }).boundingBox();
    assert.ok(below.y > (await box(plain, '[data-testid=display-newest]')).y && below.height <= BOARD.viewport.height * 0.26, 'the pictures have a quarter of the height at most');
  });

  flow('a board that is cut off says so within 15 s, hides its waits, and after a minute asks to listen', async (world) => {
    await agentAtCounter(world.url);
    const board = await paired(world, 'display', { diagonal_inches: 55, distance_m: 5 }, BOARD);
    await board.clock.install();
    await board.reload();
    const waits = board.getByRole('list', { name: 'Waiting times' });
    await waits.waitFor();
    await by(board, 'display-start').click({ timeout: 2000 }).catch(() => undefined);
    const bar = by(board, 'display-stale');
    const heard = board.waitForEvent('request', (request) => request.url().includes('/device/events'));
    await cutFor(board, 16);
    await bar.waitFor();
    assert.match(await bar.textContent(), /No connection since \d\d:\d\d:\d\d/);
    assert.equal(await waits.count(), 0, 'a wait that may be wrong is not shown');
    await isAccessible(board);
    await heard;
    await board.clock.fastForward(46_000);
    await bar.getByText('Please listen for staff').waitFor();
    assert.equal(await waits.count(), 0);
    await board.unroute('**/events*');
    await board.clock.resume();
    await bar.waitFor({ state: 'detached', timeout: 20_000 });
    await waits.waitFor();
  });

  flow('a board whose sound is locked says so, and staff are told', async (world) => {
    const agent = await agentAtCounter(world.url);
    const board = await world.open('about:blank', BOARD);
    // A browser that waits for a tap leaves the sound suspended.
    await board.addInitScript(() => {
      const Real = window.AudioContext;
      const held = { on: false };
      window.allowSound = () => (held.on = true);
      window.AudioContext = class extends Real {
        get state() {
          return held.on ? 'running' : 'suspended';
        }
        resume() {
          return held.on ? super.resume() : new Promise(() => undefined);
        }
      };
    });
    const pings = [];
    board.on('request', (request) => request.url().endsWith('/device/ping') && pings.push(request.postDataJSON().audio));
    await board.goto(`${world.url}/display#token=${device(world.ready, 'display')}`);
    const bar = by(board, 'display-locked');
    await bar.waitFor();
    assert.match(await bar.textContent(), /No sound: tap this screen once/);
    await eventually(() => pings.includes('blocked'), { what: 'the server is told' });
    await isAccessible(board);

    // Whoever called is told to call by voice; whoever keeps the devices sees which of them is silent.
    const desk = await world.open('/login', DESK);
    await signIn(desk, 'agent');
    await by(desk, 'agent-primary').waitFor();
    await agent.post('T/tickets', { queue_id: agent.counter.queue_ids[0] });
    const { ticket } = await agent.post('T/agents/complete-and-call-next');
    await by(desk, 'agent-unheard').getByText(ticket.number).waitFor({ timeout: 30_000 });
    const office = await world.open('/login', DESK);
    await signIn(office, 'admin');
    await by(office, 'admin-section-devices').click();
    await office.getByText('sound is blocked').first().waitFor();

    await board.evaluate(() => window.allowSound());
    await by(board, 'display-start').click();
    await bar.waitFor({ state: 'detached' });
  });

  flow('paper of 80 mm: the number of 14 mm, the code of 31 mm, one piece as long as what is on it', async (world) => {
    const kiosk = await paired(world, 'kiosk', { printer: true }, { viewport: PANELS[0][0], hasTouch: true });
    await kiosk.addInitScript(() => (window.print = () => (window.printed = (window.printed ?? 0) + 1)));
    await kiosk.reload();
    await by(kiosk, 'kiosk-service-deposit').click();
    await kiosk.waitForFunction(() => window.printed === 1);
    const number = await by(kiosk, 'kiosk-number').textContent();
    await kiosk.emulateMedia({ media: 'print' });
    const mm = 96 / 25.4;
    const receipt = await kiosk.locator('.receipt').boundingBox();
    assert.ok(Math.abs(receipt.width - 72 * mm) < 1, `${receipt.width / mm} mm wide`);
    assert.ok(receipt.height <= 106 * mm, `${receipt.height / mm} mm long`);
    const size = await kiosk.locator('.receipt-number').evaluate((e) => Number.parseFloat(getComputedStyle(e).fontSize));
    assert.ok(size * CAPITAL.code >= 14 * mm, `the number is ${(size * CAPITAL.code) / mm} mm high`);
    assert.equal(await kiosk.locator('.receipt-number').textContent(), number);
    const box = await kiosk.locator('.receipt-number bdi').boundingBox();
    assert.ok(box.width < receipt.width, 'the number is on the paper');
    const code = await kiosk.locator('.receipt-qr').boundingBox();
    assert.ok(Math.abs(code.width - 31 * mm) <= 1.5 * mm && Math.abs(code.width - code.height) < 1, `the code is ${code.width / mm} mm`);
    const modules = await kiosk.locator('.receipt-qr').evaluate((e) => Number(getComputedStyle(e).getPropertyValue('--modules')));
    assert.ok(Math.abs(code.width / modules - 0.75 * mm) < 0.01, 'six dots to a module');
    const colours = await kiosk.locator('.receipt *').evaluateAll((all) => [...new Set(all.filter((e) => e.textContent.trim() !== '' && e.closest('svg') === null).map((e) => getComputedStyle(e).color))]);
    assert.deepEqual(colours, ['rgb(0, 0, 0)']);
    const others = await kiosk.locator('#root').evaluate((e) => e.checkVisibility());
    assert.equal(others, false, 'nothing else is printed');

    // What the printer gets: one page, whose size is the paper's width and the receipt's length.
    const paper = (await kiosk.pdf({ preferCSSPageSize: true })).toString('latin1');
    assert.equal(paper.match(/\/Type \/Page\b/g).length, 1);
    const [, width, height] = paper.match(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/);
    const point = 25.4 / 72;
    assert.ok(Math.abs(width * point - 80) < 1, `${width * point} mm of paper`);
    assert.ok(height * point <= 110.5 && height * point >= receipt.height / mm + 3, `${height * point} mm of paper for ${receipt.height / mm} mm`);
  });
});
