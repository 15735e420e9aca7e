// Reports: the screen says what the figures say, a report comes as a file, and one that comes by itself is there.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { person } from '../lib/api.mjs';
import { DESK, by, fitsWidth, isAccessible, signIn, withDemo } from '../lib/browser.mjs';
import { eventually } from '../lib/eventually.mjs';

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
});
