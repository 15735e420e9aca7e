// What a screen really measures, in the browser and in millimetres.
import { setTimeout as pause } from 'node:timers/promises';
import assert from 'node:assert/strict';

/** Heights of capitals as a share of the font size. */
export const CAPITAL = { text: 0.727, code: 0.668 };
/** "Called, go now", as the browser gives it. */
export const YELLOW = 'rgb(255, 210, 31)';

/** CSS pixels of a millimetre on a screen of that many inches. */
export function pixelsPerMm({ width, height }, diagonal) {
  return Math.hypot(width, height) / (diagonal * 25.4);
}

/** Everything that can be pressed and is in sight, with its box. */
export function targets(page, within = 'body') {
  return page.evaluate((root) => {
    const pressed = 'a[href], button, select, input, summary, [role=button]';
    return [...document.querySelector(root).querySelectorAll(pressed)]
      .filter((e) => e.checkVisibility({ visibilityProperty: true }) && e.closest('[inert]') === null)
      .map((e) => {
        const { width, height, x, y } = e.getBoundingClientRect();
        return { name: (e.getAttribute('aria-label') ?? e.textContent ?? '').trim().slice(0, 40), width, height, x, y };
      })
      .filter((t) => t.width > 1 && t.y > -t.height);
  }, within);
}

/** Fails for a target that is smaller than `least` in either direction. */
export async function areAtLeast(page, least, within) {
  const small = (await targets(page, within)).filter((t) => t.width < least - 0.5 || t.height < least - 0.5);
  assert.deepEqual(small.map((t) => `${t.name}: ${Math.round(t.width)} × ${Math.round(t.height)}`), [], `targets under ${Math.round(least)} px`);
}

/** The smallest font size of the text in sight, in CSS pixels. */
export function smallestText(page, within = 'body') {
  return page.evaluate((root) => {
    const walker = document.createTreeWalker(document.querySelector(root), NodeFilter.SHOW_TEXT);
    let least = Infinity;
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const box = node.parentElement;
      if (node.textContent.trim() === '' || !box.checkVisibility({ visibilityProperty: true }) || box.closest('.visually-hidden, svg') !== null) continue;
      least = Math.min(least, Number.parseFloat(getComputedStyle(box).fontSize));
    }
    return least;
  }, within);
}

/** The elements in sight that are painted in the yellow of a call. */
export function yellows(page) {
  return page.evaluate(
    (yellow) => [...document.querySelectorAll('body *')].filter((e) => getComputedStyle(e).backgroundColor === yellow && e.getBoundingClientRect().width > 0).map((e) => e.outerHTML.slice(0, 100)),
    YELLOW,
  );
}

/** What a screen reader is told from now on: `polite` and `urgent` sentences in order. */
export async function listen(page) {
  await page.evaluate(() => {
    window.heard = { polite: [], urgent: [] };
    for (const [kind, role] of [['polite', 'status'], ['urgent', 'alert']]) {
      const region = document.querySelector(`body > #root > [role=${role}]`);
      new MutationObserver(() => {
        const said = region.textContent.trim();
        if (said !== '') window.heard[kind].push(said);
      }).observe(region, { childList: true, characterData: true, subtree: true });
    }
  });
  return () => page.evaluate(() => window.heard);
}

/** Cuts the live feed of a page whose clock was installed, and lets `seconds` pass there. */
export async function cutFor(page, seconds) {
  let refused = false;
  await page.route('**/events*', (route) => {
    refused = true;
    return route.abort();
  });
  // What arrives in the very moment in which the clock jumps is a sign of life: then the silence begins once more.
  for (let times = 0; times < 3 && !refused; times += 1) {
    await page.clock.fastForward(seconds * 1000);
    for (let waits = 0; waits < 30 && !refused; waits += 1) await pause(100);
  }
  if (!refused) throw new Error('the page does not notice that nothing comes any more');
}
