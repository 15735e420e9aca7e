// Flow 4 at its end: whoever booked checks in at the kiosk, by the code they type or by the one their phone shows.
import assert from 'node:assert/strict';
import { SITE, person } from '../lib/api.mjs';
import { KIOSK, PHONE, by, isAccessible, withDemo } from '../lib/browser.mjs';
import { eventually } from '../lib/eventually.mjs';
import { areAtLeast, pixelsPerMm } from '../lib/measure.mjs';

const token = (ready) => ready.tenants[0].sites.find((site) => site.slug === SITE).kiosk_token;

/** Somebody with a booking on their phone: its page, and its reference. `far` is one of a later day. */
async function booked(open, name, far = false, phone = '') {
  const page = await open('/book/demo-bank/main', PHONE);
  await by(page, 'book-service-Loan Office').click();
  await by(page, 'book-slot').first().waitFor();
  if (far) {
    await by(page, 'book-later').click();
    await by(page, 'book-slot').first().waitFor();
  }
  await by(page, 'book-slot').nth(far ? 3 : 0).click();
  await by(page, 'book-name').fill(name);
  if (phone !== '') await by(page, 'book-phone').fill(phone);
  await by(page, 'book-submit').click();
  await by(page, 'book-confirm').click();
  await page.waitForURL('**/appointments/*');
  return { page, reference: (await by(page, 'own-reference').textContent()).trim() };
}

/** A kiosk with a camera that sees `picture`, a PNG. */
async function kioskThatSees(world, picture, options = KIOSK) {
  const page = await world.open('about:blank', { ...options, baseURL: world.url });
  await page.addInitScript((bytes) => {
    const cameras = {
      enumerateDevices: async () => [{ kind: 'videoinput', deviceId: 'c', groupId: 'g', label: 'Camera' }],
      getUserMedia: async () => {
        if (bytes === null) throw new DOMException('No', 'NotAllowedError');
        const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 480 });
        const pen = canvas.getContext('2d');
        const image = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: 'image/png' }));
        window.camera = 'on';
        // A hand is never still, and a reader that fails at one picture reads the next.
        let drawn = 0;
        const draw = () => {
          drawn += 1;
          const size = 330 + 40 * Math.sin(drawn / 3);
          pen.resetTransform();
          pen.fillStyle = '#fff';
          pen.fillRect(0, 0, 640, 480);
          pen.translate(320 + 12 * Math.sin(drawn / 5), 240 + 8 * Math.cos(drawn / 7));
          pen.rotate(Math.sin(drawn / 11) / 12);
          pen.drawImage(image, -size / 2, -size / 2, size, size);
        };
        draw();
        setInterval(draw, 50);
        const stream = canvas.captureStream(20);
        for (const track of stream.getTracks()) {
          const stop = track.stop.bind(track);
          track.stop = () => {
            window.camera = 'off';
            stop();
          };
        }
        return stream;
      },
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
      getSupportedConstraints: () => ({ facingMode: true }),
    };
    Object.defineProperty(navigator, 'mediaDevices', { configurable: true, get: () => cameras });
  }, picture === null ? null : [...picture]);
  await page.goto(`/kiosk#token=${token(world.ready)}`);
  await by(page, 'kiosk-booking').waitFor();
  return page;
}

async function type(kiosk, reference) {
  await by(kiosk, 'kiosk-booking').click();
  assert.equal(await by(kiosk, 'kiosk-check-in').isDisabled(), true, 'an unfinished code cannot be sent');
  for (const letter of reference) await kiosk.getByRole('button', { name: letter, exact: true }).click();
  await by(kiosk, 'kiosk-check-in').click();
}

const why = async (kiosk) => {
  await by(kiosk, 'kiosk-refused').waitFor();
  return by(kiosk, 'kiosk-refused').getAttribute('data-why');
};

withDemo(({ flow }) => {
  flow('who booked types the code, gets a number, and stands in line; nothing of them stays at the kiosk', async (world) => {
    const { page, reference } = await booked(world.open, 'Typing Tom');
    const kiosk = await kioskThatSees(world, null);
    await isAccessible(kiosk);
    await by(kiosk, 'kiosk-booking').click();
    await areAtLeast(kiosk, 20 * pixelsPerMm(KIOSK.viewport, 21.5));
    await isAccessible(kiosk);
    await kiosk.getByRole('button', { name: 'Back', exact: true }).click();
    await type(kiosk, reference);
    await by(kiosk, 'kiosk-number').waitFor();
    const number = await by(kiosk, 'kiosk-number').textContent();
    await eventually(async () => (await by(page, 'own-status').getAttribute('data-status')) === 'checked_in', { what: 'the phone knows' });
    const manager = await person(world.url, 'manager');
    const { items } = await manager.get(`T/tickets?q=${number}&status=waiting`);
    assert.equal(items[0].customer_name, 'Typing Tom');
    await by(kiosk, 'kiosk-done').click();
    await by(kiosk, 'kiosk-booking').waitFor();
    const kept = await kiosk.evaluate(() => JSON.stringify([document.body.textContent, { ...localStorage }, { ...sessionStorage }, location.href]));
    assert.ok(!kept.includes(reference) && !kept.includes(number));

    await type(kiosk, reference);
    assert.equal(await why(kiosk), 'here');
    await isAccessible(kiosk);
  });

  flow('who has no code gives the number that they left; nobody is found by a piece of one, and nobody is named', async (world) => {
    const { page } = await booked(world.open, 'Number Nell', false, '+49 30 5550001');
    const kiosk = await kioskThatSees(world, null);
    const typed = async (digits) => {
      for (const digit of digits) await kiosk.getByRole('button', { name: digit, exact: true }).click();
      await by(kiosk, 'kiosk-number-done').click();
    };
    await by(kiosk, 'kiosk-booking').click();
    await by(kiosk, 'kiosk-by-number').click();
    await areAtLeast(kiosk, 20 * pixelsPerMm(KIOSK.viewport, 21.5));
    await isAccessible(kiosk);
    await typed('0309999999');
    assert.equal(await why(kiosk), 'no_number');
    await isAccessible(kiosk);
    await by(kiosk, 'kiosk-again').click();
    assert.equal(await by(kiosk, 'kiosk-digits').textContent(), '0309999999', 'what was typed is there to be mended');
    for (let n = 0; n < 7; n += 1) await kiosk.getByRole('button', { name: 'Delete the last digit' }).click();
    await typed('5550001');
    await by(kiosk, 'kiosk-number').waitFor();
    assert.ok(!(await kiosk.textContent('body')).includes('Nell'), 'the kiosk says no name');
    await eventually(async () => (await by(page, 'own-status').getAttribute('data-status')) === 'checked_in', { what: 'the phone knows' });
    await by(kiosk, 'kiosk-done').click();
    await by(kiosk, 'kiosk-booking').waitFor();
    const kept = await kiosk.evaluate(() => JSON.stringify([document.body.textContent, { ...localStorage }, { ...sessionStorage }, location.href]));
    assert.ok(!kept.includes('5550001'));
  });

  flow('the code on the phone is held to the camera', async (world) => {
    const { page } = await booked(world.open, 'Scanning Sue');
    const code = await page.locator('svg.qr').screenshot();
    const kiosk = await kioskThatSees(world, code);
    await by(kiosk, 'kiosk-scan').click();
    await by(kiosk, 'kiosk-number').waitFor();
    assert.equal(await kiosk.evaluate(() => window.camera), 'off', 'the camera is off again');
    await eventually(async () => (await by(page, 'own-status').getAttribute('data-status')) === 'checked_in', { what: 'the phone knows' });
  });

  flow('a camera that gives no picture says so, and the code is typed', async (world) => {
    const kiosk = await kioskThatSees(world, null);
    await by(kiosk, 'kiosk-scan').click();
    await by(kiosk, 'kiosk-blind').waitFor();
    await isAccessible(kiosk);
    await by(kiosk, 'kiosk-booking').click();
    await by(kiosk, 'kiosk-code').waitFor();
  });

  flow('who cannot be checked in is told why, and what to do', async (world) => {
    const kiosk = await kioskThatSees(world, null);
    await type(kiosk, 'ABCDEF');
    assert.equal(await why(kiosk), 'unknown');
    // One letter was wrong: the others stay.
    await by(kiosk, 'kiosk-again').click();
    assert.equal(await by(kiosk, 'kiosk-code').textContent(), 'ABCDEF');
    await kiosk.getByRole('button', { name: 'Delete the last letter' }).click();
    assert.equal(await by(kiosk, 'kiosk-code').textContent(), 'ABCDE·');
    await kiosk.getByRole('button', { name: 'Back', exact: true }).click();

    const { page, reference } = await booked(world.open, 'Early Erin', true);
    await type(kiosk, reference);
    assert.equal(await why(kiosk), 'early');
    assert.match(await by(kiosk, 'kiosk-refused').textContent(), /You can check in from .*\d\d:\d\d/);
    await kiosk.getByRole('button', { name: 'Back to the start' }).click();

    await by(page, 'own-cancel').click();
    await by(page, 'own-cancel-yes').click();
    await eventually(async () => (await by(page, 'own-status').getAttribute('data-status')) === 'cancelled', { what: 'cancelled' });
    await type(kiosk, reference);
    assert.equal(await why(kiosk), 'over');
    await kiosk.getByRole('button', { name: 'Back to the start' }).click();

    await kiosk.route('**/api/v1/device/check-in', (route) => route.fulfill({ status: 409, contentType: 'application/problem+json', json: { code: 'too_late', detail: 'This appointment could be taken until 10:15. Please ask our staff.' } }));
    await kiosk.locator('button[lang=ar]').click();
    await kiosk.waitForFunction(() => document.documentElement.dir === 'rtl');
    await type(kiosk, reference);
    assert.equal(await why(kiosk), 'late');
    await isAccessible(kiosk);
  });

  flow('a small panel has all the letters of a code, each of 20 mm, large print or not', async (world) => {
    const viewport = { width: 1280, height: 800 };
    const page = await world.open('about:blank', { viewport, hasTouch: true, baseURL: world.url });
    await page.route('**/api/v1/device', async (route) => {
      const answer = await route.fetch();
      const self = await answer.json();
      await route.fulfill({ json: { ...self, device: { ...self.device, config: { diagonal_inches: 10.1 } } } });
    });
    await page.goto(`/kiosk#token=${token(world.ready)}`);
    for (const large of [false, true]) {
      await by(page, 'kiosk-booking').waitFor();
      if (large) await by(page, 'kiosk-mode-large').click();
      await by(page, 'kiosk-booking').click();
      await by(page, 'kiosk-code').waitFor();
      await areAtLeast(page, 20 * pixelsPerMm(viewport, 10.1));
      const below = await page.locator('button:visible').evaluateAll((all) => all.filter((one) => one.getBoundingClientRect().bottom > innerHeight).length);
      assert.equal(below, 0, 'every key is in sight');
      await page.getByRole('button', { name: 'Back', exact: true }).click();
    }
  });

  flow('a kiosk of a site where nobody books says nothing of bookings', async (world) => {
    const kiosk = await world.open('about:blank', { ...KIOSK, baseURL: world.url });
    await kiosk.route('**/bookable', (route) => route.fulfill({ json: { services: [] } }));
    const asked = kiosk.waitForResponse('**/bookable');
    await kiosk.goto(`/kiosk#token=${token(world.ready)}`);
    await asked;
    await by(kiosk, 'kiosk-service-deposit').waitFor();
    assert.equal(await by(kiosk, 'kiosk-booking').count(), 0);
  });
});
