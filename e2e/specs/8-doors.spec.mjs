// The same clients against the live rooms alone (platform/realtime's example), cut and resumed at will.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { eventually } from '../lib/eventually.mjs';
import { freePort } from '../lib/server.mjs';

const EXAMPLE = process.env.USHER_TEST_FAN ?? fileURLToPath(new URL('../../target/debug/examples/fan', import.meta.url));

const answers = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket.end() !== null)).once('error', () => resolve(false));
  });

test('real clients at every door', { timeout: 120_000 }, async () => {
  const port = await freePort();
  const server = spawn(EXAMPLE, [String(port), '100'], { stdio: 'ignore' });
  try {
    await eventually(() => answers(port), { ms: 30_000, what: 'the example answering' });
    const clients = spawn(process.execPath, ['clients/doors.mjs', `http://127.0.0.1:${port}`], { stdio: ['ignore', 'inherit', 'inherit'] });
    const [code] = await once(clients, 'exit');
    assert.equal(code, 0);
  } finally {
    server.kill();
  }
});
