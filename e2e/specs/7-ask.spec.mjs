// Flow 7: somebody was served; their phone asks how it was without being touched, and the manager reads the answer.
import assert from 'node:assert/strict';
import { SITE, TENANT, agentAtCounter, ask, person } from '../lib/api.mjs';
import { DESK, PHONE, by, fitsWidth, isAccessible, signIn, withDemo } from '../lib/browser.mjs';
import { eventually } from '../lib/eventually.mjs';
import { listen } from '../lib/measure.mjs';

const asked = (page, how) => page.locator(`[data-testid="ticket-feedback"][data-asked="${how}"]`);

/** Somebody joins by phone: the path of their ticket's page, and the ticket as staff know it. */
async function joins(url, agent) {
  const [queue_id] = agent.counter.queue_ids;
  const queue = await agent.get(`T/queues/${queue_id}`);
  const joined = await ask(url, 'POST', `/api/v1/public/sites/${TENANT}/${SITE}/tickets`, { body: { queue_id, service_id: queue.service_ids[0] } });
  const { items } = await agent.get(`T/tickets?q=${joined.number}&status=waiting`);
  return { path: joined.url, id: items[0].id, number: joined.number };
}

async function serve(agent, { id }) {
  await agent.post(`T/tickets/${id}/call`, { counter_id: agent.counter.id });
  await agent.post(`T/tickets/${id}/start_service`);
  await agent.post(`T/tickets/${id}/close`);
}

async function served(url) {
  const agent = await agentAtCounter(url);
  const ticket = await joins(url, agent);
  await serve(agent, ticket);
  return ticket;
}

const feedbackOf = async (url, { id }) => (await (await person(url, 'manager')).get(`T/feedback?ticket_id=${id}`)).items;

/** A finger on the stars, or on a number. */
const tap = (page, id) => page.locator('label', { has: by(page, id) }).tap();

withDemo(({ flow }) => {
  flow('the phone asks by itself once the service is over, and the manager reads the answer', async ({ open, url }) => {
    const agent = await agentAtCounter(url);
    const ticket = await joins(url, agent);
    const page = await open(ticket.path, PHONE);
    await by(page, 'ticket-number').waitFor();
    assert.equal(await by(page, 'ticket-feedback').count(), 0, 'nothing is asked before');
    await serve(agent, ticket);
    await asked(page, 'asking').waitFor();
    assert.equal(await by(page, 'feedback-send').count(), 0, 'the stars come first');
    await fitsWidth(page);
    await isAccessible(page);

    await tap(page, 'feedback-star-4');
    await by(page, 'feedback-send').waitFor();
    await fitsWidth(page);
    await isAccessible(page);
    const targets = by(page, 'ticket-feedback').locator('label:has(input), button');
    for (const { width, height } of await targets.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()))) {
      assert.ok(width >= 44 && height >= 44, `${width} by ${height} is too small for a finger`);
    }
    await tap(page, 'feedback-nps-9');
    await by(page, 'feedback-tag-friendly').tap();
    await by(page, 'feedback-comment').fill('Everything was explained');
    // A reload in between loses nothing of it.
    await page.reload();
    await by(page, 'feedback-comment').waitFor();
    assert.equal(await by(page, 'feedback-comment').inputValue(), 'Everything was explained');
    await by(page, 'feedback-send').dblclick();
    await asked(page, 'thanked').waitFor();
    assert.equal(await by(page, 'feedback-given').getAttribute('data-stars'), '4');
    await isAccessible(page);
    const said = await feedbackOf(url, ticket);
    assert.equal(said.length, 1);
    assert.deepEqual([said[0].csat, said[0].nps, said[0].tags, said[0].comment], [4, 9, ['friendly'], 'Everything was explained']);
    await page.reload();
    await asked(page, 'said').waitFor();
    await isAccessible(page);

    const floor = await open('/login', DESK);
    await signIn(floor, 'manager');
    await by(floor, 'floor-feedback').getByText('Everything was explained').waitFor();
    assert.match(await by(floor, 'floor-feedback').textContent(), /friendly/);
  });

  flow('who is not content is on the floor at once, and goes once the manager has seen it', async ({ open, url }) => {
    const floor = await open('/login', DESK);
    await signIn(floor, 'manager');
    await by(floor, 'floor-feedback').waitFor();
    const low = by(floor, 'floor-low');
    // Whatever was said earlier today is dealt with.
    if ((await low.count()) > 0) await low.getByRole('button', { name: 'Seen, take this away' }).click();
    await low.waitFor({ state: 'detached' });
    const heard = await listen(floor);
    const says = async (csat, comment) => {
      const ticket = await served(url);
      await ask(url, 'POST', `/api/v1/public/tickets/${ticket.path.split('/').at(-1)}/feedback`, { body: { csat, comment } });
      return ticket;
    };
    await says(5, 'All was well');
    const unhappy = await says(1, 'Nobody listened to me');
    await low.getByText('Nobody listened to me').waitFor({ timeout: 5000 });
    assert.match(await low.textContent(), new RegExp(`1 / 5 · ${unhappy.number} · .*Nobody listened to me`));
    assert.doesNotMatch(await low.textContent(), /All was well/);
    await eventually(async () => (await heard()).urgent.some((said) => said.includes(unhappy.number) && said.includes('1 / 5')), { what: 'a screen reader is told' });
    await isAccessible(floor);
    await floor.setViewportSize({ width: 390, height: 844 });
    await fitsWidth(floor);

    await low.getByRole('button', { name: 'Seen, take this away' }).click();
    await low.waitFor({ state: 'detached' });
    await floor.reload();
    await by(floor, 'floor-feedback').getByText('Nobody listened to me').waitFor();
    assert.equal(await low.count(), 0, 'it was seen');
    await says(2, 'Too loud in there');
    await low.getByText('Too loud in there').waitFor({ timeout: 5000 });
    assert.doesNotMatch(await low.textContent(), /Nobody listened to me/);
  });

  flow('the keyboard alone answers', async ({ open, url }) => {
    const ticket = await served(url);
    const page = await open(ticket.path, DESK);
    await by(page, 'feedback-star-1').waitFor({ state: 'attached' });
    await by(page, 'feedback-star-1').focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowRight');
    await by(page, 'feedback-tag-slow').waitFor();
    // A number that was pressed by mistake goes with a second press.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    const chosen = by(page, 'feedback-nps').locator('input:checked');
    await chosen.waitFor({ state: 'attached' });
    await page.keyboard.press('Space');
    await chosen.waitFor({ state: 'detached' });
    await by(page, 'feedback-tag-slow').focus();
    await page.keyboard.press('Enter');
    await by(page, 'feedback-comment').focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await asked(page, 'thanked').waitFor();
    assert.ok(await page.evaluate(() => document.activeElement.getAttribute('role') === 'status'), 'the thanks are read');
    const [said] = await feedbackOf(url, ticket);
    assert.deepEqual([said.csat, said.nps, said.tags], [2, null, ['slow']]);
  });

  flow('without a network the answer is kept, and sent once when there is one', async ({ open, url }) => {
    const ticket = await served(url);
    const page = await open(ticket.path, PHONE);
    await asked(page, 'asking').waitFor();
    await tap(page, 'feedback-star-5');
    await page.context().setOffline(true);
    await by(page, 'feedback-send').tap();
    await asked(page, 'waiting').waitFor();
    await isAccessible(page);
    assert.deepEqual(await feedbackOf(url, ticket), []);
    await page.context().setOffline(false);
    await asked(page, 'thanked').waitFor();
    assert.equal((await feedbackOf(url, ticket)).length, 1);
  });

  flow('an answer whose thanks were lost counts once', async ({ open, url }) => {
    const ticket = await served(url);
    const page = await open(ticket.path, PHONE);
    await asked(page, 'asking').waitFor();
    await tap(page, 'feedback-star-3');
    let lost = 0;
    await page.route('**/feedback', async (route) => {
      if (route.request().method() !== 'POST' || lost > 0) return route.continue();
      lost += 1;
      await route.fetch();
      return route.abort();
    });
    await by(page, 'feedback-send').tap();
    await asked(page, 'waiting').waitFor();
    // The page is closed and opened again meanwhile: it knows what it owes.
    await page.reload();
    await asked(page, 'thanked').waitFor();
    assert.deepEqual((await feedbackOf(url, ticket)).map((one) => one.csat), [3]);
  });

  flow('what was said elsewhere meanwhile, and what comes too late, is told', async ({ open, url }) => {
    const ticket = await served(url);
    const page = await open(ticket.path, PHONE);
    await asked(page, 'asking').waitFor();
    await tap(page, 'feedback-star-5');
    await ask(url, 'POST', `/api/v1/public${ticket.path.replace('/t/', '/tickets/')}/feedback`, { body: { csat: 2 } });
    await by(page, 'feedback-send').tap();
    await asked(page, 'said').waitFor();
    await eventually(async () => (await by(page, 'feedback-given').getAttribute('data-stars')) === '2', { what: 'what counts is shown' });
    await isAccessible(page);

    // A month has passed: before the page was opened, and while it was.
    const old = await served(url);
    const late = await open('/', PHONE);
    await late.route('**/feedback', (route) => route.fulfill({ json: { open: false, given_at: null, csat: null, nps: null } }));
    await late.goto(old.path);
    await asked(late, 'late').waitFor();
    await isAccessible(late);
    const slow = await open(old.path, PHONE);
    await asked(slow, 'asking').waitFor();
    await tap(slow, 'feedback-star-1');
    await slow.route('**/feedback', (route) => route.fulfill({ status: 410, json: { status: 410, code: 'too_late', detail: 'The time is over.' } }));
    await by(slow, 'feedback-send').tap();
    await asked(slow, 'late').waitFor();
  });
});
