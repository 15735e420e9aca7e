// The machines of a branch: a kiosk without paper says so and so does the floor, a printer on the network is asked how
// it is and can be on record itself, and a screen that is set up anew from afar is so at once.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { SITE, person } from '../lib/api.mjs';
import { BOARD, DESK, KIOSK, by, isAccessible, signIn, withDemo } from '../lib/browser.mjs';
import { eventually } from '../lib/eventually.mjs';

const NAMES = { kiosk: 'Kiosk at the door', display: 'Board in the hall' };
const device = (ready, kind) => ready.tenants[0].sites.find((site) => site.slug === SITE)[`${kind}_token`];

/** Opens a paired screen that counts what it prints, and how often it was loaded. */
async function opened(world, kind, options) {
  const page = await world.open('about:blank', { ...options, baseURL: world.url });
  await page.addInitScript(() => {
    window.printed = 0;
    window.print = () => void (window.printed += 1);
  });
  await page.goto(`/${kind}#token=${device(world.ready, kind)}`);
  const loads = { count: 0 };
  page.on('load', () => void (loads.count += 1));
  return { page, loads };
}

/** The device of the main branch, and how its set-up is changed. */
async function setUp(url, kind) {
  const admin = await person(url, 'admin');
  const { items } = await admin.get('T/devices');
  const { id } = items.find((one) => one.name === NAMES[kind]);
  return { id, read: () => admin.get(`T/devices/${id}`), put: (config) => admin.put(`T/devices/${id}`, { config }) };
}

/** Opens the form of a device in the administration. */
async function form(page, kind) {
  await page.getByRole('button', { name: `Edit ${NAMES[kind]}` }).first().click();
  await by(page, 'device-name').waitFor();
}

async function saved(page) {
  await by(page, 'admin-save').click();
  await by(page, 'device-name').waitFor({ state: 'detached' });
}

/** A receipt printer: what it says of its paper and of itself, and what came out of it. */
async function printer() {
  const one = { paper: 0x12, state: 0x12, slips: [] };
  const server = createServer((socket) => {
    let bytes = Buffer.alloc(0);
    socket.on('data', (part) => {
      bytes = Buffer.concat([bytes, part]);
      for (const [question, say] of [['100404', () => one.paper], ['100401', () => one.state]]) {
        if (!bytes.subarray(-3).equals(Buffer.from(question, 'hex'))) continue;
        bytes = bytes.subarray(0, -3);
        socket.write(Buffer.from([say()]));
      }
    });
    socket.on('end', () => {
      if (bytes.length > 0) one.slips.push(bytes.toString('latin1'));
      socket.end();
    });
    socket.on('error', () => undefined);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return Object.assign(one, { address: `127.0.0.1:${server.address().port}`, close: () => new Promise((done) => server.close(done)) });
}

withDemo(({ flow }) => {
  flow('a kiosk without paper shows number and code, and the floor says so until there is a new roll', async (world) => {
    const { put, read } = await setUp(world.url, 'kiosk');
    await put({ printer: true });
    const { page: kiosk } = await opened(world, 'kiosk', KIOSK);
    await by(kiosk, 'kiosk-service-deposit').click();
    await by(kiosk, 'kiosk-number').waitFor();
    await eventually(() => kiosk.evaluate(() => window.printed === 1), { what: 'a slip' });
    assert.equal(await by(kiosk, 'kiosk-no-slip').count(), 0);
    await by(kiosk, 'kiosk-done').click();

    const floor = await world.open('/login', DESK);
    await signIn(floor, 'manager');
    await floor.goto('/manage');
    await by(floor, 'floor-waiting').waitFor();
    const page = await world.open('/login', DESK);
    await signIn(page, 'admin');
    await by(page, 'admin-section-devices').click();
    await form(page, 'kiosk');
    await isAccessible(page, '[role=dialog]');
    await by(page, 'device-paper').click();
    await page.getByRole('option', { name: 'None' }).click();
    await saved(page);
    await page.getByText('out of paper').waitFor();
    await by(floor, 'floor-paper').getByText('Kiosk at the door · out of paper').waitFor();
    await isAccessible(floor);

    await by(kiosk, 'kiosk-service-deposit').click();
    await by(kiosk, 'kiosk-no-slip').getByText(/no paper.*photo/i).waitFor();
    await by(kiosk, 'kiosk-number').waitFor();
    await by(kiosk, 'kiosk-qr').waitFor();
    await isAccessible(kiosk);
    assert.equal(await kiosk.evaluate(() => window.printed), 1, 'nothing is sent to a printer without paper');
    await by(kiosk, 'kiosk-done').click();

    await form(page, 'kiosk');
    await by(page, 'device-paper').click();
    await page.getByRole('option', { name: 'There is enough' }).click();
    await saved(page);
    await by(floor, 'floor-paper').waitFor({ state: 'detached' });
    assert.equal((await read()).paper, 'ok');
    await by(kiosk, 'kiosk-service-deposit').click();
    await eventually(() => kiosk.evaluate(() => window.printed === 2), { what: 'a slip from the new roll' });
  });

  flow('a printer on the network says how it is; one that is switched off is missed', async (world) => {
    const roll = await printer();
    const { put } = await setUp(world.url, 'kiosk');
    await put({ printer_address: roll.address });
    const { page: kiosk } = await opened(world, 'kiosk', KIOSK);
    const floor = await world.open('/login', DESK);
    await signIn(floor, 'manager');
    await floor.goto('/manage');
    await by(floor, 'floor-waiting').waitFor();
    const take = async () => {
      await by(kiosk, 'kiosk-service-deposit').click();
      await by(kiosk, 'kiosk-number').waitFor();
      return by(kiosk, 'kiosk-number').textContent();
    };
    roll.paper = 0x1e;
    const number = await take();
    await eventually(() => roll.slips.length === 1 && roll.slips[0].includes(number), { what: 'the slip' });
    await by(floor, 'floor-paper').getByText('Kiosk at the door · paper is low').waitFor();
    assert.equal(await by(kiosk, 'kiosk-no-slip').count(), 0);
    await by(kiosk, 'kiosk-done').click();

    roll.paper = 0x7e;
    await take();
    await by(kiosk, 'kiosk-no-slip').getByText(/no paper/i).waitFor();
    await by(floor, 'floor-paper').getByText('Kiosk at the door · out of paper').waitFor();
    await by(kiosk, 'kiosk-done').click();
    assert.equal(roll.slips.length, 1);

    await roll.close();
    await take();
    await by(kiosk, 'kiosk-no-slip').getByText(/does not answer/).waitFor();
    await by(floor, 'floor-paper').getByText(/the printer does not answer/).waitFor();
    await by(kiosk, 'kiosk-done').click();
    await put({});
  });

  flow('a board and a kiosk that are set up anew are so at once, without being loaded again', async (world) => {
    const board = await opened(world, 'display', BOARD);
    const kiosk = await opened(world, 'kiosk', KIOSK);
    await by(board.page, 'live-age').first().waitFor();
    await by(kiosk.page, 'kiosk-service-deposit').waitFor();
    const looks = [await setUp(world.url, 'display'), await setUp(world.url, 'kiosk')];
    assert.equal(await by(board.page, 'display-board').getAttribute('data-layout'), 'calls');
    const began = Date.now();
    await looks[0].put({ layout: 'waits' });
    await looks[1].put({ maintenance: true });
    await board.page.locator('[data-testid=display-board][data-layout=waits]').waitFor();
    await kiosk.page.getByText('This kiosk is being serviced').waitFor();
    assert.ok(Date.now() - began < 30_000, 'no screen waited until it asks by itself');
    await looks[1].put({});
    await by(kiosk.page, 'kiosk-service-deposit').waitFor();
    await looks[0].put({});
    await board.page.locator('[data-testid=display-board][data-layout=calls]').waitFor();
    assert.deepEqual([board.loads.count, kiosk.loads.count], [0, 0]);
  });

  flow('the pictures of a board are set up with their words and their time, in their order', async (world) => {
    const page = await world.open('/login', DESK);
    await signIn(page, 'admin');
    await page.goto('/admin#devices');
    await form(page, 'display');
    const item = (n) => by(page, 'media-item').nth(n);
    await by(page, 'media-add').click();
    await by(item(0), 'media-url').fill('hall.png');
    await by(item(0), 'media-alt').fill('The bank by day');
    await by(item(0), 'media-seconds').fill('4');
    await by(page, 'media-add').click();
    await by(item(1), 'media-url').fill('https://films.example/hall.mp4');
    await by(item(1), 'media-alt').fill('The hall');
    assert.equal(await by(item(1), 'media-kind').inputValue(), 'Film');
    await by(page, 'admin-save').click();
    await by(page, 'refusal').waitFor();
    await by(item(0), 'media-url').fill('/icons/usher-192.png');
    await by(item(1), 'media-earlier').click();
    await isAccessible(page, '[role=dialog]');
    await by(page, 'admin-save-bar').getByText(/on Board in the hall/).waitFor();
    await saved(page);
    const look = await setUp(world.url, 'display');
    assert.deepEqual((await look.read()).config.media, [
      { url: 'https://films.example/hall.mp4', alt: 'The hall', kind: 'video' },
      { url: '/icons/usher-192.png', alt: 'The bank by day', seconds: 4 },
    ]);
    await look.put({});
  });

  flow('a printer is put on record by its address, tested from afar, shared by kiosks, and its paper is missed on the floor', async (world) => {
    const roll = await printer();
    const page = await world.open('/login', DESK);
    await signIn(page, 'admin');
    await page.goto('/admin#devices');
    await by(page, 'admin-add-printer').click();
    await by(page, 'device-printer-add').click();
    await by(page, 'refusal').waitFor();
    for (const id of ['device-name', 'device-printer-address']) assert.equal(await by(page, id).getAttribute('aria-invalid'), 'true', id);
    await isAccessible(page, '[role=dialog]');
    await by(page, 'device-name').fill('Printer in the hall');
    await by(page, 'device-site').click();
    await page.getByRole('option', { name: 'Main branch' }).click();
    await by(page, 'device-printer-address').fill(roll.address);
    await by(page, 'device-printer-add').click();
    await page.getByRole('cell', { name: 'Printer in the hall', exact: true }).waitFor();
    await isAccessible(page);

    // The server prints there itself: nobody has to stand at a kiosk.
    await page.getByRole('button', { name: 'Test Printer in the hall' }).click();
    const says = (outcome) => page.locator(`[data-testid=device-test-said][data-outcome=${outcome}]`).waitFor();
    assert.equal(await by(page, 'device-test-chime').count(), 0);
    await by(page, 'device-test-print').click();
    await says('done');
    await eventually(() => roll.slips.length === 1 && /TEST/.test(roll.slips[0]) && roll.slips[0].includes('Printer in the hall'), { what: 'a slip that says where it comes from' });
    roll.paper = 0x7e;
    await by(page, 'device-test-print').click();
    await says('no_paper');
    await isAccessible(page, '[role=dialog]');
    await page.keyboard.press('Escape');
    const admin = await person(world.url, 'admin');
    const stands = async () => (await admin.get('T/devices')).items.find((one) => one.name === 'Printer in the hall');
    const { id, online, paper, type } = await stands();
    assert.deepEqual([type, online, paper], ['printer', true, 'out']);

    // A kiosk that names it prints there; what it says of its paper is said of the printer.
    await form(page, 'kiosk');
    await by(page, 'device-printer-id').click();
    await page.getByRole('option', { name: 'Printer in the hall' }).click();
    assert.equal(await by(page, 'device-printer-address').count(), 0, 'an address of its own is not asked for beside it');
    await isAccessible(page, '[role=dialog]');
    await saved(page);
    const look = await setUp(world.url, 'kiosk');
    assert.equal((await look.read()).config.printer_id, id);
    roll.paper = 0x1e;
    const { page: kiosk } = await opened(world, 'kiosk', KIOSK);
    await by(kiosk, 'kiosk-service-deposit').click();
    await by(kiosk, 'kiosk-number').waitFor();
    const number = await by(kiosk, 'kiosk-number').textContent();
    await eventually(() => roll.slips.length === 2 && roll.slips[1].includes(number), { what: 'the slip' });
    const floor = await world.open('/login', DESK);
    await signIn(floor, 'manager');
    await floor.goto('/manage');
    await by(floor, 'floor-paper').getByText('Printer in the hall · paper is low').waitFor();
    assert.equal(await by(floor, 'floor-paper').getByText('Kiosk at the door').count(), 0);
    await isAccessible(floor);
    await by(kiosk, 'kiosk-done').click();

    await roll.close();
    await by(kiosk, 'kiosk-service-deposit').click();
    await by(kiosk, 'kiosk-no-slip').getByText(/does not answer/).waitFor();
    await by(floor, 'floor-paper').getByText(/Printer in the hall.*the printer does not answer/).waitFor();
    await by(kiosk, 'kiosk-done').click();

    await page.getByRole('button', { name: 'Remove Printer in the hall' }).click();
    await page.getByRole('dialog').getByText(/print nothing until they are given another one/).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove Printer in the hall' }).click();
    await page.getByRole('cell', { name: 'Printer in the hall', exact: true }).waitFor({ state: 'detached' });
    await by(floor, 'floor-paper').waitFor({ state: 'detached' });
    await look.put({});
  });

  flow('what a kiosk and a board read of their set-up is in their forms: camera, code, address, sound, and the counter below', async (world) => {
    const page = await world.open('/login', DESK);
    await signIn(page, 'admin');
    await page.goto('/admin#devices');
    await form(page, 'kiosk');
    await by(page, 'device-scanner').uncheck();
    await by(page, 'device-public-url').fill('queue.example');
    await by(page, 'admin-save').click();
    await by(page, 'refusal').waitFor();
    assert.equal(await by(page, 'device-public-url').getAttribute('aria-invalid'), 'true');
    await by(page, 'device-public-url').fill('https://queue.example');
    await isAccessible(page, '[role=dialog]');
    await saved(page);
    const kiosk = await setUp(world.url, 'kiosk');
    assert.deepEqual((await kiosk.read()).config, { scanner: false, public_url: 'https://queue.example' });
    const { page: door } = await opened(world, 'kiosk', KIOSK);
    await by(door, 'kiosk-service-deposit').click();
    await by(door, 'kiosk-number').waitFor();
    await by(door, 'kiosk-qr').waitFor();
    await kiosk.put({});

    await form(page, 'display');
    await by(page, 'device-join-code').uncheck();
    await by(page, 'device-sound').uncheck();
    await by(page, 'device-layout').click();
    await page.getByRole('option', { name: 'One counter, large' }).click();
    await by(page, 'admin-preview-display').waitFor();
    const preview = await eventually(() => page.frames().find((one) => one.url().endsWith('/preview/display')), { what: 'the preview' });
    await preview.locator('[data-testid=display-board][data-state=gone]').waitFor();
    // Which counter has to be said.
    await by(page, 'admin-save').click();
    await by(page, 'refusal').waitFor();
    assert.equal(await by(page, 'device-counter').getAttribute('aria-invalid'), 'true');
    await by(page, 'device-counter').click();
    const choice = page.getByRole('option').first();
    const name = await choice.textContent();
    await choice.click();
    await preview.locator('[data-testid=display-board][data-layout=counter]:not([data-state=gone])').waitFor();
    await isAccessible(page, '[role=dialog]');
    await saved(page);
    await page.getByRole('row').filter({ hasText: NAMES.display }).getByText('Board above a counter').waitFor();
    const board = await setUp(world.url, 'display');
    const admin = await person(world.url, 'admin');
    const { items } = await admin.get('T/counters?limit=200');
    const { site_id, config } = await board.read();
    const below = items.find((one) => one.site_id === site_id && one.name === name);
    assert.deepEqual(config, { join_code: false, sound: false, layout: 'counter', counters: [below.id] });
    await board.put({});
  });

  flow('machines show from afar that they print, chime and speak, and say how that went', async (world) => {
    const kiosk = await opened(world, 'kiosk', KIOSK);
    const board = await opened(world, 'display', BOARD);
    await by(kiosk.page, 'kiosk-service-deposit').waitFor();
    await by(board.page, 'live-age').first().waitFor();
    const look = await setUp(world.url, 'kiosk');
    const page = await world.open('/login', DESK);
    await signIn(page, 'admin');
    await page.goto('/admin#devices');
    const open = (kind) => page.getByRole('button', { name: `Test ${NAMES[kind]}` }).first().click();
    const says = (outcome) => page.locator(`[data-testid=device-test-said][data-outcome=${outcome}]`).waitFor();
    await open('kiosk');
    await by(page, 'device-test-print').click();
    await says('no_printer');
    await isAccessible(page, '[role=dialog]');
    // A printer at the machine, through the browser; and one on the network.
    const paper = await printer();
    await look.put({ printer_address: paper.address });
    await eventually(async () => {
      await by(page, 'device-test-print').click();
      await by(page, 'device-test-said').and(page.locator('[data-outcome]')).waitFor();
      return paper.slips.length > 0;
    }, { what: 'a slip comes out of the printer' });
    assert.match(paper.slips[0], /TEST/);
    await says('done');
    await paper.close();
    await look.put({ printer: true });
    await eventually(async () => {
      await by(page, 'device-test-print').click();
      await by(page, 'device-test-said').and(page.locator('[data-outcome]')).waitFor();
      return (await kiosk.page.evaluate(() => window.printed)) > 0;
    }, { what: 'the browser prints' });
    await by(page, 'device-test-chime').click();
    await page.locator('[data-testid=device-test-said]:is([data-outcome=done], [data-outcome=blocked])').waitFor();
    await page.keyboard.press('Escape');
    // A browser without a voice of its own says so. Once somebody touched the screen, the chime sounds.
    await board.page.mouse.click(5, 5);
    await open('display');
    assert.equal(await by(page, 'device-test-print').count(), 0);
    await by(page, 'device-test-voice').click();
    await page.locator('[data-testid=device-test-said]:is([data-outcome=done], [data-outcome=no_voice])').waitFor();
    await by(page, 'device-test-chime').click();
    await says('done');
    assert.deepEqual([board.loads.count, kiosk.loads.count], [0, 0]);
    await look.put({});
  });
}, { USHER_PRINTING_NETWORKS: '127.0.0.0/8' });
