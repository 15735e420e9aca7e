// Starts the built binary with demo data of its own and stops it again.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';

const BINARY = process.env.USHER_TEST_BINARY ?? fileURLToPath(new URL('../../target/debug/usher', import.meta.url));
/** How long the demo may take until it answers: a debug build on a busy machine. */
const START_MS = 60_000;
/** The hour of the day that it is in the demo bank, whatever it is here, unless a test needs one of its own. */
const HOUR = Number(process.env.USHER_TEST_HOUR ?? 10);
/** How long the tests of one demo take at most, in minutes. */
const ONE_DEMO = 6;

/** A time zone in which it is `hour` o'clock, and up to an hour later. The signs of these zones are the other way round: east is minus. */
function zoneAt(hour) {
  const ahead = ((hour - new Date().getUTCHours() + 36) % 24) - 12;
  return `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}

/** Waits for the next hour where midnight would fall into the tests: what they see today would be yesterday's. */
async function notOverMidnight(hour) {
  const now = new Date();
  const left = 60 - now.getUTCMinutes();
  if (hour === 23 && left <= ONE_DEMO) await pause(left * 60_000 - now.getUTCSeconds() * 1000);
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Waits until the demo has lived through its day: the main branch's board then stands still. */
async function untilStill(url) {
  const look = async () => {
    const board = await (await fetch(`${url}/api/v1/public/sites/demo-bank/main`)).json();
    return JSON.stringify(board.queues.map((queue) => queue.waiting)) + board.last_called?.[0]?.number;
  };
  const until = Date.now() + START_MS;
  let before = await look();
  for (let same = 0; same < 3; ) {
    await pause(400);
    const now = await look();
    same = now === before ? same + 1 : 0;
    before = now;
    if (Date.now() > until) throw new Error('the demo bank does not come to rest');
  }
}

/** The mails that were sent to `address`, the newest first: each one's whole text. */
async function mailsTo(folder, address) {
  const names = (await readdir(folder).catch(() => [])).sort().reverse();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.filter((text) => text.includes(`\r\nTo: ${address}\r\n`));
}

/**
 * A running demo: `url`, what the ready file says (`ready`), `mails(address)`, what it `printed()` first, and `stop()`. Texts among `more` are
 * arguments of the command, an object holds settings by their names in the environment, and `hour` for tests that need a certain one.
 */
export async function startDemo(...more) {
  const { hour = HOUR, ...settings } = Object.assign({}, ...more.filter((one) => typeof one === 'object'));
  more = more.filter((one) => typeof one === 'string');
  if (!existsSync(BINARY)) throw new Error(`${BINARY} is not built: use \`cargo xtask e2e\``);
  await notOverMidnight(hour);
  const folder = await mkdtemp(join(tmpdir(), 'usher-e2e-'));
  const port = await freePort();
  const readyFile = join(folder, 'ready.json');
  const args = ['demo', '--listen', `127.0.0.1:${port}`, '--data-dir', join(folder, 'data'), '--ready-file', readyFile, '--timezone', zoneAt(hour), ...more];
  // One address makes all the requests here, so the limits per address would be met first.
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('USHER_') && name !== 'DATABASE_URL');
  const env = {
    ...Object.fromEntries(own),
    USHER_LIMITS_ANONYMOUS: '0',
    USHER_LIMITS_ANONYMOUS_ISSUE: '0',
    USHER_LIMITS_LOGIN: '0',
    ...settings,
  };
  const child = spawn(BINARY, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let printed = '';
  child.stdout.on('data', (part) => (printed = (printed + part).slice(0, 20_000)));
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (said = (said + part).slice(-20_000)));
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
  let over = null;
  void ended.then((how) => (over = how));

  const stop = async () => {
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(late);
    await rm(folder, { recursive: true, force: true });
  };

  const until = Date.now() + START_MS;
  while (!existsSync(readyFile)) {
    if (over !== null || Date.now() > until) {
      await stop();
      throw new Error(`the demo did not start (${over ?? 'no answer in time'}):\n${said}`);
    }
    await pause(50);
  }
  const ready = JSON.parse(await readFile(readyFile, 'utf8'));
  const url = ready.url ?? `http://127.0.0.1:${port}`;
  try {
    if (!more.includes('--traffic')) await untilStill(url);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, ready, mails: (address) => mailsTo(join(folder, 'data', 'mail'), address), stop, output: () => said, printed: () => printed };
}
