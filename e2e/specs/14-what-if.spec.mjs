// The manager tries out the rest of the day, and reads what the estimates were worth. Nothing is changed by either.
import assert from 'node:assert/strict';
import { SITE, person } from '../lib/api.mjs';
import { DESK, PHONE, by, fitsWidth, isAccessible, signIn, withDemo } from '../lib/browser.mjs';
import { eventually } from '../lib/eventually.mjs';

async function floor(open, options = DESK) {
  const page = await open('/login', options);
  await signIn(page, 'manager');
  await by(page, 'floor-what-if').waitFor();
  return page;
}

/** Waits until what is shown belongs to what the sliders say. */
async function found(page) {
  const result = by(page, 'what-if-result');
  await result.waitFor();
  await eventually(async () => (await result.getAttribute('aria-busy')) === 'false', { what: 'both plans are run' });
}

/** The points of what the chart draws: how many wait under both plans, on the average and in nine days of ten. */
function drawn(page) {
  return by(page, 'what-if-chart').evaluate((figure) => {
    const points = (shape) => [...figure.querySelectorAll(shape)].map((one) => one.getAttribute('points'));
    return { lines: points('polyline'), areas: points('polygon') };
  });
}

withDemo(({ flow }) => {
  flow('more counters and fewer people are tried by keyboard, beside the day as it is', async ({ open, url }) => {
    const manager = await person(url, 'manager');
    const site = (await manager.get('T/sites')).items.find((one) => one.slug === SITE).id;
    const { counters: desks, lines } = await manager.get(`T/sites/${site}/floor`);
    const before = desks.map((one) => `${one.number} ${one.status}`);
    // So many wait that a counter more is felt, whatever the hour.
    const clerk = await person(url, 'agent');
    const { queue_id } = lines.find((one) => one.name === 'Deposit');
    for (let made = 0; made < 24; made += 6) await Promise.all(Array.from({ length: 6 }, () => clerk.post('T/tickets', { queue_id })));
    const page = await floor(open);
    await by(page, 'floor-what-if').focus();
    await page.keyboard.press('Enter');
    await found(page);
    assert.match(await by(page, 'what-if-summary').textContent(), /Both plans are the same/);
    assert.equal(await by(page, 'what-if-today-wait90').textContent(), await by(page, 'what-if-other-wait90').textContent());
    const same = await drawn(page);
    assert.deepEqual([same.lines.length, same.areas.length], [2, 2], 'both plans are drawn, each as a line and an area');
    assert.ok(same.lines[0].length > 0 && same.areas[0].length > 0, 'something is drawn');
    assert.deepEqual([same.lines[1], same.areas[1]], [same.lines[0], same.areas[0]], 'the same plan is the same line');
    await isAccessible(page, '[role=dialog]');

    const counters = by(page, 'what-if-counters').getByRole('slider', { name: 'Counters open' });
    const now = Number(await counters.getAttribute('aria-valuenow'));
    const asking = page.waitForRequest((request) => request.url().endsWith('/what-if') && request.postDataJSON().counters?.length === 1);
    await counters.focus();
    await page.keyboard.press('ArrowRight');
    assert.equal(Number(await counters.getAttribute('aria-valuenow')), now + 1);
    const asked = (await asking).postDataJSON();
    assert.deepEqual([asked.counters[0].open, asked.more_counters, asked.arrivals_percent], [true, 0, 100], 'a counter of the site is tried before one that it does not have');
    await found(page);
    assert.match(await by(page, 'what-if-summary').textContent(), /With the alternative nine in ten wait less than/);
    const helped = await drawn(page);
    assert.deepEqual([helped.lines.length, helped.areas.length], [2, 2]);
    assert.notEqual(helped.lines[1], helped.lines[0], 'with a counter more the line is another');

    const half = by(page, 'what-if-arrivals').getByRole('slider', { name: 'People who come' });
    await half.focus();
    for (let n = 0; n < 5; n += 1) await page.keyboard.press('ArrowLeft');
    assert.equal(await half.getAttribute('aria-valuetext'), '50 % fewer than usual');
    await found(page);
    assert.ok((await by(page, 'what-if-staffing').locator('li').count()) >= 1, 'each half-hour is told how many counters it needs');
    await by(page, 'what-if-table').locator('summary').click();
    // Shares of people say nothing here: who need not come was to be called at once. How many stand there does.
    const halves = await by(page, 'what-if-table').locator('tbody tr').evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll('td')].map((cell) => [...cell.querySelectorAll('bdi')].map((one) => Number.parseFloat(one.textContent)))),
    );
    const sum = (column, plan) => halves.reduce((all, cells) => all + cells[column].at(plan), 0);
    const [COME, WAITING, TODAY, OTHER] = [1, 2, 0, -1];
    assert.ok(sum(COME, OTHER) < sum(COME, TODAY), 'fewer come');
    assert.ok(sum(WAITING, OTHER) < sum(WAITING, TODAY), 'half the people and a counter more: fewer stand there');
    await isAccessible(page, '[role=dialog]');

    await by(page, 'what-if-reset').click();
    assert.equal(Number(await counters.getAttribute('aria-valuenow')), now);
    await page.getByText('Both plans are the same').waitFor();
    await page.keyboard.press('Escape');
    await by(page, 'what-if-result').waitFor({ state: 'detached' });
    const after = (await manager.get(`T/sites/${site}/floor`)).counters.map((one) => `${one.number} ${one.status}`);
    assert.deepEqual(after, before, 'trying changes nothing');
  });

  flow('a counter is closed on trial by hand, and an order chosen', async ({ open }) => {
    const page = await floor(open, { ...DESK, colorScheme: 'dark' });
    await by(page, 'floor-what-if').click();
    await found(page);
    const chip = page.getByRole('checkbox', { name: /^Counter/, checked: true }).first();
    const value = by(page, 'what-if-counters').getByRole('slider');
    const now = Number(await value.getAttribute('aria-valuenow'));
    await chip.focus();
    await page.keyboard.press('Space');
    await eventually(async () => Number(await value.getAttribute('aria-valuenow')) === now - 1, { what: 'one counter fewer' });
    const asking = page.waitForRequest((request) => request.url().endsWith('/what-if') && request.postDataJSON().algorithm === 'priority');
    await by(page, 'what-if-order').click();
    await page.getByRole('option', { name: 'By priority' }).click();
    await asking;
    await found(page);
    await isAccessible(page, '[role=dialog]');
  });

  flow('what cannot be run says why, and can be asked for again', async ({ open }) => {
    const page = await floor(open);
    let broken = true;
    await page.route('**/what-if', (route) => (broken ? route.fulfill({ status: 500, contentType: 'application/problem+json', body: '{}' }) : route.continue()));
    await by(page, 'floor-what-if').click();
    const again = page.getByRole('dialog').getByRole('button', { name: 'Try again' });
    await again.first().waitFor();
    await isAccessible(page, '[role=dialog]');
    broken = false;
    await again.first().click();
    await found(page);
  });

  flow('a phone shows all of it', async ({ open }) => {
    const page = await floor(open, PHONE);
    await by(page, 'floor-what-if').click();
    await found(page);
    await by(page, 'what-if-staffing').waitFor();
    await fitsWidth(page);
    const over = await page.getByRole('dialog').evaluate((dialog) => dialog.scrollWidth - dialog.clientWidth);
    assert.ok(over <= 0, `what is tried is ${over} px wider than the phone`);
    await isAccessible(page, '[role=dialog]');
  });

  flow('the record of the estimates is what the server keeps, said in words', async ({ open, url }) => {
    const manager = await person(url, 'manager');
    const site = (await manager.get('T/sites')).items.find((one) => one.slug === SITE).id;
    const lines = (await manager.get(`T/sites/${site}/floor`)).lines.sort((a, b) => a.name.localeCompare(b.name));
    const page = await floor(open);
    await by(page, 'floor-worth').click();
    await by(page, 'worth').waitFor();
    await by(page, 'worth-rests').waitFor();
    const kept = await manager.get(`T/queues/${lines[0].queue_id}/eta/accuracy?days=30`);
    assert.equal(Number(await by(page, 'worth-estimates').textContent()), kept.overall.estimates);
    assert.match(await by(page, 'worth-verdict').textContent(), /\d+ of 10 people were called within what we said/);
    assert.match(await by(page, 'worth-mae').textContent(), /^\d+(\.\d)? min$/);
    await isAccessible(page, '[role=dialog]');

    const week = await manager.get(`T/queues/${lines[1].queue_id}/eta/accuracy?days=7`);
    await by(page, 'worth-line').click();
    await page.getByRole('option', { name: lines[1].name }).click();
    await page.getByText('7 days', { exact: true }).click();
    await eventually(async () => Number(await by(page, 'worth-estimates').textContent()) === week.overall.estimates, { what: 'the week of another line' });
  });

  flow('a line without a record says so', async ({ open }) => {
    const page = await floor(open);
    await page.route('**/eta/accuracy*', async (route) => {
      const answer = await route.fetch();
      const none = { estimates: 0, mae_minutes: null, median_error_minutes: null, bias_minutes: null, p90_coverage: null };
      await route.fulfill({ response: answer, json: { ...(await answer.json()), overall: none, by_hour: [], by_service: [] } });
    });
    await by(page, 'floor-worth').click();
    await page.getByText('No estimates yet').waitFor();
    await isAccessible(page, '[role=dialog]');
  });
});
