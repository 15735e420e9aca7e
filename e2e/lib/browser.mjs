// Chromium, and what every browser test does with it.
import { mkdir, readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { login } from './api.mjs';
import { startDemo } from './server.mjs';

const EXECUTABLE = process.env.USHER_TEST_CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
];
const RESULTS = fileURLToPath(new URL('../test-results/', import.meta.url));
const AXE = await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

export const PHONE = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true };
export const DESK = { viewport: { width: 1280, height: 800 } };
export const KIOSK = { viewport: { width: 1080, height: 1920 }, hasTouch: true };
export const BOARD = { viewport: { width: 1920, height: 1080 } };

/**
 * Declares tests that share one demo and one browser. `body(world)` declares them with `world.flow(name, story)`;
 * a story gets `open(address, options)` for a person with a browser of their own, and `url`, `ready`, `mails` and `printed`
 * of the demo.
 * When a story fails, a picture of each of its pages is left in `test-results`.
 */
export function withDemo(body, ...demoArguments) {
  const world = {};
  before(async () => {
    world.demo = await startDemo(...demoArguments);
    world.browser = await chromium.launch({ executablePath: EXECUTABLE, args: FLAGS });
  });
  after(async () => {
    await world.browser?.close();
    await world.demo?.stop();
  });
  world.flow = (name, story, { timeout = 240_000 } = {}) => test(name, { timeout }, () => tell(world, name, story));
  body(world);
}

/** The same for flows that need most of a day ahead of them, whatever the hour is for the others: a demo of their own, in the morning. */
export function withDemoInTheMorning(body) {
  describe('in the morning', () => withDemo(body, { hour: 10 }));
}

async function tell(world, name, story) {
  const contexts = [];
  const faults = [];
  // What a service worker asks for is not a page's to answer: where one has taken over, `page.route` is passed by. A story
  // that is about it says `serviceWorkers: 'allow'`.
  const open = async (address, options = DESK) => {
    const context = await world.browser.newContext({ locale: 'en-GB', baseURL: world.demo.url, serviceWorkers: 'block', ...options });
    contexts.push(context);
    const page = await context.newPage();
    // A busy machine is slower than anybody in front of it; what never comes has not come after so long either.
    page.setDefaultTimeout(30_000);
    page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.message}`));
    // What the server refuses is shown by the page; a violated policy or a broken script never is.
    page.on('console', (message) => {
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) {
        faults.push(`${page.url()}: ${message.text()}`);
      }
    });
    await page.goto(address);
    return page;
  };
  try {
    await story({ open, url: world.demo.url, ready: world.demo.ready, mails: world.demo.mails, printed: world.demo.printed });
    if (faults.length > 0) throw new Error(`the pages complained:\n${faults.join('\n')}`);
  } catch (error) {
    await pictures(contexts, name);
    if (faults.length > 0) error.message += `\nthe pages complained:\n${faults.join('\n')}`;
    throw error;
  } finally {
    // What a page asks for while it is being closed is of no interest, also where a story answers in the server's place.
    const routed = contexts.flatMap((context) => [context, ...context.pages()]);
    await Promise.all(routed.map((one) => one.unrouteAll({ behavior: 'ignoreErrors' })));
    await Promise.all(contexts.map((context) => context.close()));
  }
}

async function pictures(contexts, name) {
  await mkdir(RESULTS, { recursive: true });
  const stem = name.toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 60);
  const pages = contexts.flatMap((context) => context.pages());
  for (const [at, page] of pages.entries()) {
    // The browser itself may be what failed.
    await page.screenshot({ path: `${RESULTS}${stem}-${at}.png`, fullPage: true }).catch(() => undefined);
  }
}

/** An element by its test id. */
export const by = (page, id) => page.getByTestId(id);

/** Logs in on the log-in page and waits until it has gone. */
export async function signIn(page, role) {
  const { email, password } = login(role);
  await by(page, 'login-email').fill(email);
  await by(page, 'login-password').fill(password);
  await by(page, 'login-submit').click();
  await page.waitForURL((address) => !address.pathname.startsWith('/login'));
}

/** Waits until nothing fades or slides any more: colours on their way are nobody's to judge. What turns for ever does not count. */
async function stands(page) {
  await page.evaluate(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const moving = () => document.getAnimations().filter((one) => one.playState === 'running' && Number.isFinite(one.effect?.getComputedTiming().endTime));
    const until = performance.now() + 2000;
    for (let still = 0; still < 3 && performance.now() < until; still = moving().length > 0 ? 0 : still + 1) await frame();
  });
}

/**
 * What axe finds `within` a part of a page by the rules that `runOnly` names. Half a megabyte to read and translate is
 * given to each frame once, and not again for each look; frames of our own origin tell each other what they find.
 */
async function axe(page, within, runOnly) {
  for (const frame of page.frames()) {
    try {
      if (!(await frame.evaluate(() => 'axe' in window))) await frame.evaluate(AXE);
    } catch (error) {
      // One that has gone meanwhile has nothing to tell.
      if (!frame.isDetached()) throw error;
    }
  }
  const ask = ([context, options]) => window.axe.run(context, options);
  return page.evaluate(ask, [{ include: [within] }, { resultTypes: ['violations'], runOnly }]);
}

/** Fails with every violation of WCAG 2.2 AA that axe finds; `within` an open dialog what lies behind it does not count. */
export async function isAccessible(page, within = 'html') {
  await stands(page);
  const found = await axe(page, within, AXE_TAGS);
  const violations = [];
  for (const violation of found.violations) {
    const nodes = violation.id === 'target-size' ? await coveredForGood(page, violation.nodes) : violation.nodes;
    if (nodes.length > 0) violations.push({ ...violation, nodes });
  }
  if (violations.length === 0) return;
  const told = violations.map((v) => `${v.id}: ${v.help}\n    ${v.nodes.slice(0, 3).map((n) => `${n.html.slice(0, 160)} ${n.any.map((a) => a.message).join('; ')}`).join('\n    ')}`);
  throw new Error(`axe on ${page.url()}:\n  ${told.join('\n  ')}`);
}

/** Those that are too small to hit also in the middle of the window: a bar at its edge covers what scrolls beneath. */
async function coveredForGood(page, nodes) {
  const still = [];
  for (const node of nodes) {
    const at = page.locator(node.target[0]);
    await at.evaluate((e) => e.scrollIntoView({ block: 'center' }));
    const { violations } = await axe(page, node.target, ['target-size']);
    if (violations.length > 0) still.push(node);
  }
  return still;
}

/** Nothing sticks out sideways. */
export async function fitsWidth(page) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (over > 0) throw new Error(`${page.url()} is ${over} px wider than its window`);
}

/** Nothing that is read or pressed is cut off at a side, unless one can scroll to it. */
export async function isInside(page) {
  const cut = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const scrolls = (e) => {
      for (let at = e.parentElement; at !== null; at = at.parentElement) {
        if (at.scrollWidth > at.clientWidth && /auto|scroll/.test(getComputedStyle(at).overflowX)) return true;
      }
      return false;
    };
    return [...document.querySelectorAll('main :is(h1, h2, h3, p, a, button, input, td, th, dt, dd, li, label), header :is(a, button)')]
      .filter((e) => e.checkVisibility({ visibilityProperty: true }) && e.closest('.visually-hidden, .staff-skip') === null)
      .filter((e) => {
        const { left, right, width: wide } = e.getBoundingClientRect();
        return wide > 1 && (left < -1 || right > width + 1) && !scrolls(e);
      })
      .slice(0, 5)
      .map((e) => e.outerHTML.slice(0, 160));
  });
  if (cut.length > 0) throw new Error(`${page.url()} is cut off:\n  ${cut.join('\n  ')}`);
}
