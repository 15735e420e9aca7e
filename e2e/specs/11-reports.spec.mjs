// Reports: the screen says what the figures say, a report comes as a file, and one that comes by itself is there.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { agentAtCounter, person } from '../lib/api.mjs';
import { DESK, by, fitsWidth, isAccessible, signIn, withDemo } from '../lib/browser.mjs';
import { eventually } from '../lib/eventually.mjs';

/** Opens the reports of a day that is not over, as the manager. */
async function reports(open, { period } = {}) {
  const page = await open('/login', DESK);
  await signIn(page, 'manager');
  await page.goto('/reports');
  await by(page, 'reports-period').waitFor();
  if (period !== undefined) {
    await by(page, 'reports-period').click();
    await page.getByRole('option', { name: period, exact: true }).click();
  }
  return page;
}

/** Somebody is called by the agent. */
async function called(agent) {
  const [queue_id] = agent.counter.queue_ids;
  const { id } = await agent.post('T/tickets', { queue_id });
  await agent.post(`T/tickets/${id}/call`, { counter_id: agent.counter.id });
  return id;
}

const count = (text) => Number(text.replace(/\D/g, ''));
const option = async (page, field, name) => {
  await by(page, field).click();
  await page.getByRole('option', { name, exact: true }).click();
};

withDemo(({ flow }) => {
  flow('the sentence agrees with the tiles and with the interface', async ({ open, url }) => {
    const manager = await person(url, 'manager');
    // The demo lives through its day while it already serves; the figures follow.
    const today = 'T/analytics/dashboard?period=today';
    await eventually(async () => (await manager.get(today)).figures.served > 3, { ms: 60_000, what: 'a day behind the bank' });
    for (const look of [{}, { colorScheme: 'dark' }]) {
      const page = await open('/login', { ...DESK, ...look });
      await signIn(page, 'manager');
      await page.goto('/reports');
      const answered = page.waitForResponse((r) => r.url().includes('/analytics/dashboard') && r.url().includes('period=today'));
      await by(page, 'reports-period').click();
      await page.getByRole('option', { name: 'Today' }).click();
      const { figures } = await (await answered).json();
      assert.ok(figures.served > 0);
      await eventually(async () => Number((await by(page, 'reports-served').textContent()).replace(/\D/g, '')) === figures.served, { what: 'the tile' });
      assert.ok((await by(page, 'reports-sentence').textContent()).startsWith(`${figures.served.toLocaleString('en')} `));
      await page.getByRole('table', { name: 'Tickets by weekday and hour' }).waitFor();
      await isAccessible(page);
    }
  });

  flow('a report of one’s own equals its file', async ({ open }) => {
    const page = await open('/login', DESK);
    await signIn(page, 'manager');
    await page.goto('/reports');
    await page.getByRole('tab', { name: 'Your own report' }).click();
    const rows = by(page, 'reports-table').locator('tbody tr');
    await rows.first().waitFor();
    await isAccessible(page);
    const names = await rows.locator('td:first-child').allTextContents();
    for (const format of ['csv', 'xlsx', 'pdf']) {
      const [file] = await Promise.all([page.waitForEvent('download'), by(page, `reports-${format}`).click()]);
      const body = await readFile(await file.path());
      if (format === 'csv') {
        assert.equal(body.subarray(0, 3).toString('hex'), 'efbbbf', 'spreadsheets know by it that it is UTF-8');
        const lines = body.toString('utf8').trim().split(/\r?\n/).slice(1, -1);
        assert.deepEqual(lines.map((line) => line.split(',')[0]), names);
      } else {
        assert.equal(body.subarray(0, 4).toString('latin1'), format === 'pdf' ? '%PDF' : 'PK\x03\x04');
      }
    }
  });

  flow('a scheduled report can be had at once', async ({ open }) => {
    const page = await open('/login', DESK);
    await signIn(page, 'manager');
    await page.goto('/reports');
    await page.getByRole('tab', { name: 'Scheduled' }).click();
    await page.getByLabel('Name').fill('Monday’s figures');
    await page.getByLabel('Leave out when empty').uncheck();
    await page.getByLabel('Cron expression').fill('every day');
    await by(page, 'reports-add').click();
    await by(page, 'refusal').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.dataset.testid), 'refusal', 'the summary has the focus');
    assert.equal(await page.getByLabel('Cron expression').getAttribute('aria-invalid'), 'true');
    await isAccessible(page);
    await page.getByLabel('Cron expression').fill('0 7 * * MON');
    await by(page, 'reports-add').click();
    const entry = by(page, 'reports-schedule');
    await entry.waitFor();
    await isAccessible(page);
    await entry.getByRole('button', { name: 'Make now' }).click();
    await by(page, 'schedule-making').getByText('in a moment').waitFor();
    // It is made behind the screen; whoever looks again sees it.
    await eventually(async () => {
      await page.reload();
      await page.getByRole('tab', { name: 'Scheduled' }).click();
      return by(page, 'reports-results').waitFor({ timeout: 5_000 }).then(() => true, () => false);
    }, { ms: 40_000, what: 'a result' });
    await page.setViewportSize({ width: 390, height: 844 });
    await fitsWidth(page);
    await by(page, 'schedule-delete').click();
    await by(page, 'schedule-delete-yes').waitFor();
    await fitsWidth(page);
    await isAccessible(page);
    // One press too few: the question goes, the report stays.
    await page.keyboard.press('Escape');
    await by(page, 'schedule-delete-yes').waitFor({ state: 'detached' });
    await entry.waitFor();
    await by(page, 'schedule-delete').click();
    await by(page, 'schedule-delete-yes').click();
    await entry.waitFor({ state: 'detached' });
  });

  flow('a scheduled report is changed, and goes on telling the same', async ({ open, url }) => {
    const manager = await person(url, 'manager');
    const made = await manager.post('T/analytics/schedules', { name: 'Peaks', cron: '0 7 * * MON', report: { metrics: ['issued'], dimensions: ['hour'], period: 'week' } });
    const page = await open('/login', DESK);
    await signIn(page, 'manager');
    await page.goto('/reports');
    await page.getByRole('tab', { name: 'Scheduled' }).click();
    const entry = by(page, 'reports-schedule').filter({ hasText: 'Peaks' });
    await by(entry, 'schedule-change').click();
    const form = by(page, 'schedule-edit-form');
    await form.getByLabel('Name').fill('Peaks of the month');
    await by(form, 'schedule-period').click();
    await page.getByRole('option', { name: '30 days', exact: true }).click();
    await by(form, 'schedule-often').click();
    await page.getByRole('option', { name: 'Every day', exact: true }).click();
    await isAccessible(page, '[role=dialog]');
    await by(form, 'schedule-save').click();
    await form.waitFor({ state: 'detached' });
    await by(page, 'reports-schedule').filter({ hasText: 'Peaks of the month' }).getByText(/Every day at 07:00/).waitFor();
    const now = await manager.get(`T/analytics/schedules/${made.id}`);
    assert.deepEqual([now.name, now.cron, now.report.period, now.report.metrics, now.report.dimensions], ['Peaks of the month', '0 7 * * *', 'month', ['issued'], ['hour']]);
    await by(page, 'schedule-delete').click();
    await by(page, 'schedule-delete-yes').click();
    await entry.waitFor({ state: 'detached' });
  });

  flow('the figures follow what happens while one looks at them', async ({ open, url }) => {
    const agent = await agentAtCounter(url);
    const page = await reports(open, { period: 'Today' });
    await page.locator('[data-testid=live-age][data-freshness=live]').waitFor();
    const before = count(await by(page, 'reports-served').textContent());
    const asked = [];
    page.on('request', (request) => request.url().includes('/analytics/dashboard') && asked.push(Date.now()));
    for (let n = 0; n < 3; n++) await agent.post(`T/tickets/${await called(agent)}/close`);
    await eventually(async () => count(await by(page, 'reports-served').textContent()) === before + 3, { ms: 30_000, what: 'the three who were served' });
    assert.ok(asked.every((at, n) => n === 0 || at - asked[n - 1] > 4_000), 'not with every event');
    // What is over for good stands still, and says so by not being live.
    await option(page, 'reports-period', 'Yesterday');
    await by(page, 'live-age').waitFor({ state: 'detached' });
  });

  flow('promises, losses, ways from service to service, and what people said', async ({ open, url }) => {
    const agent = await agentAtCounter(url);
    const manager = await person(url, 'manager');
    const services = (await manager.get('T/services?limit=200')).items;
    const queue = await agent.get(`T/queues/${agent.counter.queue_ids[0]}`);
    const from = services.find((s) => s.id === queue.service_ids[0]);
    // Sent on to where another line takes it.
    const { items: queues } = await agent.get('T/queues?limit=200');
    const other = queues.find((q) => q.site_id === agent.counter.site_id && !q.service_ids.includes(from.id));
    const to = services.find((s) => s.id === other.service_ids[0]);
    await agent.post(`T/tickets/${await called(agent)}/transfer`, { service_id: to.id });
    const served = await called(agent);
    await agent.post(`T/tickets/${served}/close`);
    await agent.post(`T/tickets/${served}/feedback`, { csat: 5, nps: 9 });
    await agent.post(`T/tickets/${await called(agent)}/mark_no_show`);
    const flows = () => manager.get('T/analytics/journeys?period=week');
    await eventually(async () => (await flows()).flows.some((f) => f.from_name === from.name && f.to_name === to.name), { ms: 20_000, what: 'the way is counted' });
    await eventually(async () => (await manager.get('T/analytics/abandonment?period=week')).no_shows > 0, { ms: 20_000, what: 'the no-show is counted' });

    const page = await reports(open);
    await page.getByRole('table', { name: 'Services', exact: true }).waitFor();
    await page.getByRole('table', { name: 'Counters', exact: true }).waitFor();
    await page.getByRole('tab', { name: 'Promises and losses' }).click();
    const sla = by(page, 'reports-sla');
    await eventually(async () => {
      const told = await manager.get('T/analytics/sla?period=week');
      return (await sla.locator('p').first().textContent()).startsWith(`${told.met} of ${told.promised} `);
    }, { ms: 20_000, what: 'the promises as the interface has them' });
    await sla.getByText('As a table').click();
    const table = sla.getByRole('table', { name: /kept and broken, day by day/ });
    assert.equal(await table.locator('tbody tr').count(), 7, 'a day each');
    const losses = by(page, 'reports-loss');
    await losses.getByRole('list', { name: 'By reason' }).getByText('No-shows').waitFor();
    await losses.getByText('As a table').click();
    await losses.getByRole('table', { name: /Left and no-shows/ }).waitFor();
    const way = by(page, 'reports-flows').getByRole('row').filter({ has: page.getByRole('rowheader', { name: from.name, exact: true }) });
    await way.getByRole('cell', { name: to.name, exact: true }).first().waitFor();
    const said = by(page, 'reports-feedback-by');
    await said.getByRole('rowheader', { name: from.name, exact: true }).waitFor();
    await isAccessible(page);
    await option(page, 'reports-feedback-split', 'Agent');
    await said.getByRole('rowheader', { name: agent.user.name, exact: true }).waitFor();
    await option(page, 'reports-feedback-split', 'Hour');
    await said.getByRole('rowheader', { name: /^\d\d:00$/ }).first().waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    await fitsWidth(page);
  });

  flow('own dates and one line; what is on the screen is scheduled, in words, and told to whom one names', async ({ open, url }) => {
    const manager = await person(url, 'manager');
    const { period } = await manager.get('T/analytics/dashboard?period=today');
    const { items } = await manager.get('T/analytics/queues?period=today&limit=200');
    const queue = items.find((q) => q.issued > 0);
    const page = await reports(open);
    await by(page, 'reports-served').waitFor();
    await option(page, 'reports-period', 'Own dates');
    await by(page, 'reports-from').fill(period.to);
    await by(page, 'reports-to').fill('2020-01-01');
    await page.getByText('Give two dates, the first not after the last.').waitFor();
    await by(page, 'reports-to').fill(period.to);
    await by(page, 'reports-served').waitFor();
    await page.getByRole('tab', { name: 'Your own report' }).click();
    await by(page, 'reports-table').locator('tbody tr').first().waitFor();
    await by(page, 'reports-queue').fill(queue.name);
    const answered = page.waitForResponse((r) => r.url().includes('/analytics/report?') && r.url().includes(`queue_id=${queue.id}`));
    await page.getByRole('option', { name: queue.name, exact: true }).first().click();
    assert.ok((await answered).url().includes(`from=${period.to}&to=${period.to}`));
    const rows = by(page, 'reports-table').locator('tbody tr');
    await eventually(async () => (await rows.count()) === 1 && (await rows.first().textContent()).includes(queue.name), { what: 'that line alone' });
    await isAccessible(page);

    await by(page, 'reports-schedule-this').click();
    await eventually(async () => (await by(page, 'schedule-tells').textContent()).includes(queue.name), { what: 'what it tells, in words' });
    await page.getByLabel('Name').fill('The line of the month');
    await option(page, 'schedule-period', '30 days');
    await option(page, 'schedule-often', 'Every month');
    await option(page, 'schedule-day', '5');
    await by(page, 'schedule-time').fill('06:30');
    assert.equal(await page.getByLabel('Cron expression').inputValue(), '30 6 5 * *');
    await page.getByText('On day 5 of each month at 06:30').first().waitFor();
    await by(page, 'schedule-timezone').fill('Europe/Lisbon');
    await page.getByRole('option', { name: 'Europe/Lisbon', exact: true }).click();
    await by(page, 'schedule-recipients').fill(manager.user.name);
    await page.getByRole('option', { name: manager.user.name, exact: true }).click();
    await page.keyboard.press('Escape');
    await isAccessible(page);
    await by(page, 'reports-add').click();
    const entry = by(page, 'reports-schedule');
    await by(entry, 'schedule-words').getByText('On day 5 of each month at 06:30 · Europe/Lisbon').waitFor();
    await entry.getByText('for 1 person').waitFor();
    const [made] = (await manager.get('T/analytics/schedules')).items;
    assert.deepEqual(
      { cron: made.cron, timezone: made.timezone, recipients: made.recipients, period: made.report.period, queue: made.report.queue_id, metrics: made.report.metrics, dimensions: made.report.dimensions },
      { cron: '30 6 5 * *', timezone: 'Europe/Lisbon', recipients: [manager.user.id], period: 'month', queue: queue.id, metrics: ['issued', 'served', 'p90_wait_minutes'], dimensions: ['queue'] },
    );
    await page.setViewportSize({ width: 390, height: 844 });
    await fitsWidth(page);
    await by(page, 'schedule-delete').click();
    await by(page, 'schedule-delete-yes').click();
    await entry.waitFor({ state: 'detached' });
  });
});
