// A line of more people than one answer of the server holds: whoever waits longest is in sight, and the others are a press away.
import assert from 'node:assert/strict';
import { agentAtCounter, person } from '../lib/api.mjs';
import { DESK, by, isAccessible, signIn, withDemo } from '../lib/browser.mjs';
import { eventually } from '../lib/eventually.mjs';

const PEOPLE = 215;

withDemo(({ flow }) => {
  flow('the agent’s list of all and the manager’s list of a line begin with who waits longest', async ({ open, url }) => {
    const agent = await agentAtCounter(url);
    for (const held of (await agent.get('T/agents/me')).now) await agent.post(`T/tickets/${held.id}/close`);
    const queue = agent.counter.queue_ids[0];
    for (let made = 0; made < PEOPLE; made += 5) await Promise.all(Array.from({ length: 5 }, () => agent.post('T/tickets', { queue_id: queue })));
    const inOrder = `T/tickets?status=waiting&queue_id=${queue}&order=line&limit=1`;
    const [head] = (await agent.get(inOrder)).items;
    assert.equal(head.position, 1);
    const everybody = (await agent.get('T/agents/me')).waiting_all;
    assert.ok(everybody >= PEOPLE);

    const page = await open('/login', DESK);
    await signIn(page, 'agent');
    const line = by(page, 'agent-line');
    await by(page, 'agent-behind').getByText(`${(await agent.get('T/agents/me')).waiting_mine - 50} more`).waitFor();
    await line.getByText('All', { exact: true }).click();
    await by(page, 'agent-further').getByText(`(${everybody - 100} wait behind them)`).waitFor();
    assert.equal(await line.getByRole('listitem').count(), 100);
    await line.getByRole('listitem').filter({ hasText: head.number }).waitFor();
    await isAccessible(page);
    for (let shown = 100; shown < everybody; ) {
      await by(page, 'agent-further').click();
      shown = Math.min(everybody, shown + 100);
      await eventually(async () => (await line.getByRole('listitem').count()) === shown, { what: `${shown} of ${everybody}` });
    }
    await by(page, 'agent-further').waitFor({ state: 'detached' });

    const floor = await open('/login', DESK);
    await signIn(floor, 'manager');
    const manager = await person(url, 'manager');
    const { name } = await manager.get(`T/queues/${queue}`);
    await by(floor, `floor-line-${name}`).getByRole('button', { name }).first().click();
    const people = floor.getByRole('dialog');
    await people.getByRole('checkbox', { name: head.number }).waitFor();
    await by(floor, 'people-further').waitFor();
    await isAccessible(floor, '[role=dialog]');
    await by(floor, 'people-further').click();
    await eventually(async () => (await people.getByRole('checkbox').count()) >= PEOPLE, { what: 'everybody in the line' });
  });
});
