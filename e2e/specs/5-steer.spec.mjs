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
    await page.goto('/manage');
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

  flow('the floor in the dark and on a tablet', async ({ open }) => {
    const page = await open('/login', { ...DESK, colorScheme: 'dark', viewport: { width: 820, height: 1180 } });
    await signIn(page, 'manager');
    await page.goto('/manage');
    await by(page, 'floor-waiting').waitFor();
    await isAccessible(page);
  });
});
