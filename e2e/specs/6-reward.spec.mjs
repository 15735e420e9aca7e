// Flow 6: points for joining and being served; a reward kept on the phone and handed out at the counter; the history
// with its running balance; what comes back gives the points back.
import assert from 'node:assert/strict';
import { SITE, TENANT, agentAtCounter, ask, person } from '../lib/api.mjs';
import { DESK, PHONE, by, fitsWidth, isAccessible, signIn, withDemo } from '../lib/browser.mjs';
import { eventually } from '../lib/eventually.mjs';

/** The history's lines, the newest first: what changed, and what there was afterwards. */
const lines = (page) =>
  by(page, 'wallet-history').locator('li').evaluateAll((all) =>
    all.map((one) => {
      const number = (text) => Number(text.replace(/[^\d\u2212-]/g, '').replace('\u2212', '-'));
      const [change, balance] = [one.querySelector('strong bdi').textContent, one.querySelector('strong small').textContent];
      return { text: one.textContent, change: number(change), balance: number(balance) };
    }),
  );

withDemo(
  ({ flow }) => {
    flow('from joining a line to a coffee, and back', async ({ open, url }) => {
      const customer = await person(url, 'customer');
      const agent = await agentAtCounter(url);
      const admin = await person(url, 'admin');
      // How often the demo's customer has joined today depends on the hour; here joining counts each time.
      const { rules } = await admin.get('T/reward-programme');
      await admin.put('T/reward-programme', { rules: rules.map((rule) => ({ ...rule, times_per_day: null })) });
      const history = async () => (await customer.get('T/points/transactions?limit=200')).items;
      const before = (await customer.get('T/points')).available;
      const known = new Set((await history()).map((line) => line.id));

      // From the wallet to the branch, and into its line as oneself: the ticket is in the wallet.
      const page = await open('/login', PHONE);
      await signIn(page, 'customer');
      await by(page, 'wallet-join').click();
      await page.locator(`a[href="/s/${TENANT}/${SITE}"]`).click();
      const { queues } = await ask(url, 'GET', `/api/v1/public/sites/${TENANT}/${SITE}`);
      const queue = queues.find((one) => one.id === agent.counter.queue_ids[0]);
      await by(page, `site-queue-${queue.prefix}`).getByTestId(`join-service-${queue.services[0].code}`).click();
      await by(page, 'join-as').waitFor();
      await isAccessible(page, 'dialog');
      await by(page, 'join-submit').click();
      await by(page, 'ticket-number').waitFor();
      const own = (await customer.get('/api/tickets?limit=200')).items;
      const { id, number } = own.find((one) => one.status === 'waiting' && one.queue_id === queue.id);
      await page.goto('/wallet');
      await by(page, 'wallet-in-line').getByRole('link', { name: number }).waitFor();

      // Joined and served: each brings what the programme says.
      await agent.post(`T/tickets/${id}/call`, { counter_id: agent.counter.id });
      await agent.post(`T/tickets/${id}/start_service`);
      await agent.post(`T/tickets/${id}/close`);
      const fresh = await eventually(
        async () => {
          const lines = (await history()).filter((line) => !known.has(line.id));
          return ['joined', 'served'].every((deed) => lines.some((line) => line.trigger === deed)) ? lines : false;
        },
        { what: 'points for joining and for being served' },
      );
      const earned = fresh.reduce((sum, line) => sum + line.points_change, 0);
      assert.ok(earned > 0);
      const { customer_id } = await customer.get('T/points');
      await admin.post(`T/customers/${customer_id}/points`, { points: 100, reason: 'A gift' });

      await page.reload();
      await by(page, 'wallet-history').waitFor();
      const points = async () => Number((await by(page, 'wallet-available').textContent()).replace(/\D/g, ''));
      await eventually(async () => (await points()) === before + earned + 100, { what: 'all of it in the wallet' });
      const had = await points();
      const [gift, visit] = await lines(page);
      assert.deepEqual([gift.change, gift.balance], [100, had]);
      assert.match(gift.text, /A gift/);
      assert.equal(visit.balance, had - 100);
      await fitsWidth(page);
      await isAccessible(page);

      // Kept on the phone, handed out at the counter by its code.
      await by(page, 'wallet-reward-Coffee at the bar').getByTestId('wallet-reserve').click();
      const code = (await by(page, 'wallet-code').first().textContent()).trim();
      const { items } = await admin.get(`T/redemptions?code=${code}`);
      assert.equal(items.length, 1);
      const cost = had - (await eventually(async () => ((await points()) < had ? points() : false), { what: 'the points are taken' }));
      await agent.post(`T/redemptions/${items[0].id}/redeem`).catch(() => admin.post(`T/redemptions/${items[0].id}/redeem`));
      await assert.rejects(admin.post(`T/redemptions/${items[0].id}/redeem`), /409/, 'it is handed out once');
      await page.reload();
      await by(page, 'wallet-history').waitFor();
      const [spent] = await lines(page);
      assert.deepEqual([spent.change, spent.balance], [-cost, had - cost]);

      // Brought back: the points are back, and the history says so without hiding anything.
      await admin.post(`T/redemptions/${items[0].id}/release`, { reason: 'It was cold' });
      await page.reload();
      await eventually(async () => (await points()) === had, { what: 'the points are back' });
      const [back, still] = await lines(page);
      assert.deepEqual([back.change, back.balance], [cost, had]);
      assert.deepEqual([still.change, still.balance], [-cost, had - cost]);
      await isAccessible(page);
    });

    flow('the reception types a code, sees whose it is, and hands it out or does not', async ({ open, url }) => {
      const customer = await person(url, 'customer');
      const admin = await person(url, 'admin');
      const { customer_id } = await customer.get('T/points');
      await admin.post(`T/customers/${customer_id}/points`, { points: 200, reason: 'A gift' });
      const had = (await customer.get('T/points')).available;
      const { items: rewards } = await customer.get('T/rewards?limit=200');
      const coffee = rewards.find((one) => one.name === 'Coffee at the bar');
      const reserve = () => customer.post(`T/rewards/${coffee.id}/reserve`);

      const desk = await open('/login', DESK);
      await signIn(desk, 'reception');
      const found = by(desk, 'reward-found');
      const type = async (code) => {
        await by(desk, 'reward-code').fill('');
        await by(desk, 'reward-code').pressSequentially(code);
      };
      // Read out and typed in small letters with a blank: nothing else has to be pressed to see whose it is.
      const first = await reserve();
      await type(`${first.code.slice(0, 4).toLowerCase()} ${first.code.slice(4).toLowerCase()}`);
      await found.waitFor();
      assert.match(await found.textContent(), new RegExp(`Coffee at the bar.*${customer.user.name}`, 's'));
      assert.equal(await found.getAttribute('data-status'), 'reserved');
      await isAccessible(desk);
      await by(desk, 'reward-redeem').dblclick();
      await eventually(async () => (await found.getAttribute('data-status')) === 'redeemed', { what: 'handed out' });
      assert.equal(await by(desk, 'refusal').count(), 0, 'two quick presses are one');
      assert.equal((await customer.get('T/points')).available, had - coffee.points_required);
      await isAccessible(desk);

      // The next one is not handed out: the points are back, and the reason is kept.
      const second = await reserve();
      await desk.keyboard.type(second.code);
      await by(desk, 'reward-refuse').click();
      await by(desk, 'reward-reason').fill('The machine is broken');
      await isAccessible(desk);
      await by(desk, 'reward-release').click();
      await eventually(async () => (await found.getAttribute('data-status')) === 'released', { what: 'given back' });
      assert.equal((await customer.get('T/points')).available, had - coffee.points_required);
      const { items } = await admin.get(`T/redemptions?code=${second.code}`);
      assert.deepEqual([items[0].status, items[0].reason], ['released', 'The machine is broken']);

      // Somebody else was first: the card says how it stands.
      const third = await reserve();
      await type(third.code);
      await by(desk, 'reward-redeem').waitFor();
      await admin.post(`T/redemptions/${third.id}/redeem`);
      await by(desk, 'reward-redeem').click();
      await by(desk, 'refusal').waitFor();
      await eventually(async () => (await found.getAttribute('data-status')) === 'redeemed', { what: 'the card is up to date' });

      await by(desk, 'reward-next').click();
      await found.waitFor({ state: 'detached' });
      await desk.keyboard.type('AAAA3333');
      await by(desk, 'reception-reward').getByRole('heading', { name: 'No reward has this code' }).waitFor();
      await isAccessible(desk);
      await fitsWidth(desk);
    });
  },
  // What people have to wait for is asked for again and again, by one person.
  { USHER_LIMITS_CUSTOMER: '0' },
);
