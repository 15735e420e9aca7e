// Flow 5, its live part: the manager's floor moves with the line, and asks for nothing twice.
import assert from 'node:assert/strict';
import { agentAtCounter } from '../lib/api.mjs';
import { DESK, by, isAccessible, signIn, withDemo } from '../lib/browser.mjs';
import { eventually } from '../lib/eventually.mjs';

withDemo(({ flow }) => {
  flow('what happens in the line appears on the floor, unpolled', async ({ open, url }) => {
    const agent = await agentAtCounter(url);
    const page = await open('/login', DESK);
    await signIn(page, 'manager');
    assert.equal(new URL(page.url()).pathname, '/manage');
    const waiting = by(page, 'floor-waiting');
    await waiting.waitFor();
    await isAccessible(page);
    const count = async () => Number(await waiting.textContent());
    const before = await count();

    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    const queue = agent.counter.queue_ids[0];
    for (let i = 1; i <= 3; i += 1) {
      await agent.post('T/tickets', { queue_id: queue });
      await eventually(async () => (await count()) === before + i, { ms: 5000, what: `${before + i} waiting` });
    }
    // A screen may fetch what an event announced; left alone it asks for nothing.
    await page.waitForTimeout(1500);
    asked.length = 0;
    await page.waitForTimeout(3000);
    const polled = asked.filter((address) => address.includes('/api/') && !address.includes('/events'));
    assert.ok(polled.length <= 1, `asked again and again: ${polled.join(' ')}`);
  });

  flow('rows stand still below a pointer, and the worst is first again afterwards', async ({ open, url }) => {
    const agent = await agentAtCounter(url);
    const page = await open('/login', DESK);
    await signIn(page, 'manager');
    await by(page, 'floor-waiting').waitFor();
    const rows = page.locator('[data-testid^="floor-line-"]');
    const order = () => rows.evaluateAll((all) => all.map((row) => row.dataset.testid));
    const before = await order();
    // The last line becomes the worst, by an answer of our making.
    await page.route('**/floor', async (route) => {
      const answer = await route.fetch();
      const floor = await answer.json();
      for (const line of floor.lines) {
        const worst = `floor-line-${line.name}` === before.at(-1);
        Object.assign(line, { waiting: 3, target_minutes: 15, longest_minutes: worst ? 6 : 1, state: worst ? 'at_risk' : 'ok', breach_at: new Date(Date.now() + 9 * 60_000) });
      }
      await route.fulfill({ response: answer, json: floor });
    });
    await rows.first().hover();
    await agent.post('T/tickets', { queue_id: agent.counter.queue_ids[0] });
    await page.getByText(/Will pass 15 min at about \d\d:\d\d/).waitFor();
    assert.deepEqual(await order(), before);
    await page.mouse.move(5, 5);
    await eventually(async () => (await order())[0] === before.at(-1), { what: 'the worst line first' });
  });

  flow('the day report is black on its paper, also in the dark', async ({ open }) => {
    const page = await open('/login', { ...DESK, colorScheme: 'dark' });
    await signIn(page, 'manager');
    await by(page, 'floor-report').click();
    await by(page, 'report-print').waitFor();
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 680, height: 1000 });
    const paper = await page.getByRole('dialog').evaluate((dialog) => ({
      colours: [...new Set([...dialog.querySelectorAll('h2, th, td, p')].map((e) => getComputedStyle(e).color))],
      wide: Math.max(...[...dialog.querySelectorAll('th, td')].map((cell) => cell.getBoundingClientRect().right)),
    }));
    assert.deepEqual(paper.colours, ['rgb(0, 0, 0)']);
    assert.ok(paper.wide <= 680, `a column ends at ${paper.wide} of 680 px`);
  });

  flow('the floor in the dark and on a tablet', async ({ open }) => {
    const page = await open('/login', { ...DESK, colorScheme: 'dark', viewport: { width: 820, height: 1180 } });
    await signIn(page, 'manager');
    await page.goto('/manage');
    await by(page, 'floor-waiting').waitFor();
    await isAccessible(page);
  });
});
