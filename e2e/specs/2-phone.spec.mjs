// Flow 2: scan the branch's code, join, watch, let others go first, leave.
import assert from 'node:assert/strict';
import { agentAtCounter, ask, person } from '../lib/api.mjs';
import { PHONE, by, fitsWidth, isAccessible, withDemo } from '../lib/browser.mjs';
import { eventually } from '../lib/eventually.mjs';

const BRANCH = '/s/demo-bank/main';

async function join(open, service) {
  const page = await open(BRANCH, PHONE);
  await by(page, `join-service-${service}`).first().click();
  await by(page, 'join-submit').click();
  await page.waitForURL('**/t/*');
  await by(page, 'ticket-number').waitFor();
  return page;
}

/** How many are ahead; the page has a sentence of its own for none. */
async function ahead(page) {
  const line = by(page, 'ticket-ahead');
  return (await line.count()) === 0 ? 0 : Number(await line.getAttribute('data-count'));
}

withDemo(({ flow }) => {
  flow('the branch page says how long the lines are and takes nobody’s details', async ({ open }) => {
    const page = await open(BRANCH, PHONE);
    await by(page, 'site-queue-D').waitFor();
    await fitsWidth(page);
    await isAccessible(page);
    await by(page, 'join-service-deposit').first().click();
    await by(page, 'join-submit').waitFor();
    await isAccessible(page);
  });

  flow('join, watch somebody being called, let others go first, leave and come back', async ({ open, url }) => {
    const agent = await agentAtCounter(url);
    const first = await join(open, 'deposit');
    const page = await join(open, 'deposit');
    await fitsWidth(page);
    await isAccessible(page);
    const before = await ahead(page);
    assert.ok(before >= 1, 'the one who joined before is ahead');

    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    const number = await by(first, 'ticket-number').textContent();
    const { items } = await agent.get(`T/tickets?q=${number}&status=waiting`);
    await agent.post(`T/tickets/${items[0].id}/call`, { counter_id: agent.counter.id });
    await by(first, 'ticket-called').waitFor();
    await eventually(async () => (await ahead(page)) === before - 1, { what: 'one fewer ahead' });
    assert.deepEqual(asked.filter((address) => address.includes('/api/') && !address.includes('/events')), [], 'nothing is polled');

    // Somebody joins behind, and is let go first.
    const behind = await join(open, 'deposit');
    const place = await ahead(behind);
    const mine = await ahead(page);
    await by(page, 'ticket-postpone').click();
    await isAccessible(page);
    await page.getByRole('button', { name: '1 person' }).click();
    await by(page, 'ticket-postponed').waitFor();
    await eventually(async () => (await ahead(page)) === mine + 1, { what: 'one more ahead of who let somebody go first' });
    await eventually(async () => (await ahead(behind)) === place - 1, { what: 'one fewer ahead of who was let go first' });
    await isAccessible(page);

    // Who is near their turn is asked whether they come, and leaves by saying no.
    const leave = page.locator('[data-testid="ticket-leave"], [data-testid="ticket-not-coming"]');
    await leave.click();
    await by(page, 'ticket-undo').waitFor();
    await isAccessible(page);
    await by(page, 'ticket-undo').click();
    await by(page, 'ticket-undo').waitFor({ state: 'detached' });
    await eventually(async () => (await ahead(page)) === mine + 1, { what: 'the place that was left' });
    await leave.click();
    await eventually(async () => (await leave.count()) === 0, { what: 'left for good' });
  });

  flow('the page says what the estimates of the line were worth, or what is aimed for, and never more than was measured', async ({ open, url }) => {
    const page = await join(open, 'deposit');
    const secret = new URL(page.url()).pathname.split('/').pop();
    const record = async () => (await ask(url, 'GET', `/api/v1/public/tickets/${secret}`)).estimates_kept;
    await page.getByText('How sure are we?').click();
    const said = by(page, 'ticket-kept');
    await said.waitFor();
    // The record is read once in a while; the page is told when it is known.
    await eventually(
      async () => {
        const kept = await record();
        const text = await said.textContent();
        if (kept === null || kept.estimates < 20) return /^We aim for 9 of 10 people/.test(text);
        return new RegExp(`^\\d+ of ${kept.estimates < 100 ? 10 : 100} people were called within what we said`).test(text);
      },
      { what: 'what is said is what was measured' },
    );
    await isAccessible(page);
  });

  flow('"I need ten more minutes": the page says from when on, or where, the ticket is called again', async ({ open }) => {
    const page = await join(open, 'deposit');
    await by(page, 'ticket-postpone').click();
    await page.getByRole('button', { name: 'in 10 min' }).click();
    const said = by(page, 'ticket-postponed');
    await said.waitFor();
    assert.match(await said.textContent(), /from \d\d:\d\d on|new place/);
    await isAccessible(page);
  });

  flow('the phone rings three times at the call, and is still once it is touched', async ({ open, url }) => {
    const agent = await agentAtCounter(url);
    for (const held of (await agent.get('T/agents/me')).now) await agent.post(`T/tickets/${held.id}/close`);
    const page = await join(open, 'deposit');
    // A phone whose sound, vibration and notifications are written down.
    await page.addInitScript(() => {
      window.phone = { vibrated: [], notes: 0, notified: [] };
      Object.defineProperty(navigator, 'vibrate', { value: (pattern) => window.phone.vibrated.push(pattern) > 0 });
      const node = { gain: { value: 1, setValueAtTime: () => undefined, linearRampToValueAtTime: () => undefined, exponentialRampToValueAtTime: () => undefined }, connect: (to) => to };
      window.AudioContext = class {
        state = 'running';
        currentTime = 0;
        destination = node;
        resume = () => Promise.resolve();
        createGain = () => ({ ...node, gain: { ...node.gain } });
        createOscillator = () => ({ ...node, frequency: { value: 0 }, start: () => (window.phone.notes += 1), stop: () => undefined });
      };
      const note = (title, options) => window.phone.notified.push({ title, ...options });
      window.Notification = class {
        static permission = 'granted';
        static requestPermission = () => Promise.resolve('granted');
        constructor(title, options) {
          note(title, options);
        }
      };
      if ('ServiceWorkerRegistration' in window) ServiceWorkerRegistration.prototype.showNotification = (title, options) => Promise.resolve(note(title, options));
      Object.defineProperty(document, 'visibilityState', { get: () => (window.inPocket ? 'hidden' : 'visible') });
    });
    await page.reload();
    await by(page, 'ticket-number').waitFor();
    const number = await by(page, 'ticket-number').textContent();
    await by(page, 'ticket-alerts').click();
    await page.locator('[data-testid=ticket-alerts][data-alerts=on]').waitFor();
    await isAccessible(page);
    // The phone lets its sound be heard once when it is turned on.
    await eventually(() => page.evaluate(() => window.phone.notes > 0), { what: 'a first chime' });
    await page.waitForTimeout(1200);
    const begin = () => page.evaluate(() => Object.assign(window.phone, { vibrated: [], notes: 0, notified: [] }));
    const heard = () => page.evaluate(() => window.phone);
    const rounds = ({ vibrated }) => vibrated.filter((pattern) => Array.isArray(pattern));

    await begin();
    await page.evaluate(() => (window.inPocket = true));
    const { items } = await agent.get(`T/tickets?q=${number}&status=waiting`);
    await agent.post(`T/tickets/${items[0].id}/call`, { counter_id: agent.counter.id });
    await by(page, 'ticket-called').waitFor();
    await eventually(async () => rounds(await heard()).length === 3, { ms: 20_000, what: 'three rounds' });
    await page.waitForTimeout(4000);
    const rung = await heard();
    assert.deepEqual(rounds(rung), Array.from({ length: 3 }, () => [350, 150, 650]), 'three, and no more');
    assert.equal(rung.notes, 12, 'three chimes of two notes and their octaves');
    assert.equal(rung.notified.length, 1);
    assert.equal(rung.notified[0].title, 'It’s your turn');
    assert.ok(rung.notified[0].body.includes(number) && rung.notified[0].body.includes(agent.counter.number), rung.notified[0].body);

    // Called again, with the phone in the hand: a touch is enough.
    await page.evaluate(() => (window.inPocket = false));
    await begin();
    await agent.post(`T/tickets/${items[0].id}/recall`);
    await eventually(async () => rounds(await heard()).length === 1, { what: 'the first round' });
    await page.touchscreen.tap(180, 20);
    await page.waitForTimeout(4000);
    const still = await heard();
    assert.equal(rounds(still).length, 1, 'no second round');
    assert.equal(still.vibrated.at(-1), 0, 'what vibrates stops');
    assert.deepEqual(still.notified, [], 'a page in sight needs no notification');
    await agent.post(`T/tickets/${items[0].id}/close`);
  });

  flow('a refusal is said in the reader’s language', async ({ open, url }) => {
    const manager = await person(url, 'manager');
    const page = await open(`${BRANCH}?lang=de`, PHONE);
    await by(page, 'join-service-passbook').first().click();
    const { items } = await manager.get('T/queues?limit=200');
    const lines = items.filter((queue) => queue.name === 'Passbook');
    assert.ok(lines.length > 0);
    // The line closes while somebody fills in the form.
    for (const line of lines) await manager.put(`T/queues/${line.id}`, { status: 'paused' });
    await by(page, 'join-submit').click();
    await page.getByText('Die Warteschlange ist gerade pausiert').waitFor();
    for (const line of lines) await manager.put(`T/queues/${line.id}`, { status: 'active' });
  });

  flow('a wait is said as a person says it: a range in round minutes', async ({ open, url }) => {
    // Somebody has to serve the line, else there is nothing to say.
    const agent = await agentAtCounter(url);
    const page = await join(open, 'deposit');
    const said = await by(page, 'ticket-estimate').textContent();
    const [, low, high] = /^(?:(\d+)–|up to )(\d+) min$/.exec(said) ?? assert.fail(`not a range: ${said}`);
    const step = (minutes) => (minutes < 10 ? 1 : minutes < 60 ? 5 : 15);
    for (const end of [Number(low ?? 0), Number(high)]) assert.equal(end % step(end), 0, `${end} of ${said} is not round`);
    assert.ok(Number(low ?? 0) < Number(high), said);
    const number = await by(page, 'ticket-number').textContent();
    const { items } = await agent.get(`T/tickets?q=${number}&status=waiting`);
    const { estimate } = await agent.get(`T/tickets/${items[0].id}`);
    // A page keeps what it said until that is off by a whole step, so the two may differ by one.
    for (const [here, there] of [[Number(low ?? 0), estimate.low], [Number(high), estimate.high]]) {
      assert.ok(Math.abs(here - there) <= step(Math.max(here, there)), `the page says ${said}, the server ${estimate.low}–${estimate.high}`);
    }
    await page.getByText('How sure are we?').click();
    // What was measured in this line, whatever it is; an aim where too little was.
    const kept = await by(page, 'ticket-kept').textContent();
    const measured = /^(\d+) of (10|100) people were called within what we said\.$/.exec(kept);
    if (measured === null) assert.equal(kept, 'We aim for 9 of 10 people to be called within what we say.');
    else assert.ok(Number(measured[1]) <= Number(measured[2]), kept);
    await isAccessible(page);
  });

  flow('a wrong address says so', async ({ open }) => {
    const page = await open('/t/not-a-ticket', PHONE);
    await page.getByRole('heading').first().waitFor();
    assert.equal(await by(page, 'ticket-number').count(), 0);
    await isAccessible(page);
  });
});
