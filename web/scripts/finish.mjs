// After `vite build`: compresses what can be compressed, and holds the public screens to their budget.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const DIST = new URL('../dist/', import.meta.url).pathname;
const COMPRESSIBLE = new Set(['.js', '.css', '.html', '.svg', '.json', '.webmanifest', '.txt']);
/** Compressed script in bytes that a public or device screen may need before it works. */
const BUDGET = 120_000;
const PUBLIC_SCREENS = ['src/public/home.tsx', 'src/public/site.tsx', 'src/public/ticket/index.tsx', 'src/kiosk/index.tsx', 'src/display/index.tsx'];

function files(dir) {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}

const size = new Map();
for (const path of files(DIST)) {
  if (!COMPRESSIBLE.has(extname(path))) continue;
  const raw = readFileSync(path);
  // The page itself gets a fresh nonce in every answer and is compressed on the way out.
  if (path.endsWith('index.html') || raw.length < 256) continue;
  const br = brotliCompressSync(raw, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: raw.length } });
  const gz = gzipSync(raw, { level: 9 });
  size.set(path.slice(DIST.length), { br: br.length, gz: gz.length });
  if (br.length < raw.length) writeFileSync(`${path}.br`, br);
  if (gz.length < raw.length) writeFileSync(`${path}.gz`, gz);
}

const manifest = JSON.parse(readFileSync(join(DIST, '.vite/manifest.json'), 'utf8'));
const english = Object.keys(manifest).filter((k) => /locales\/en\/common\.json$/.test(k));

/** All chunks that `key` pulls in before it runs. */
function scripts(key, seen = new Set()) {
  const chunk = manifest[key];
  if (chunk === undefined || seen.has(chunk.file)) return seen;
  if (chunk.file.endsWith('.js')) seen.add(chunk.file);
  for (const next of chunk.imports ?? []) scripts(next, seen);
  return seen;
}

let over = false;
const kB = (n) => `${(n / 1000).toFixed(1)} kB`;
for (const screen of PUBLIC_SCREENS) {
  if (manifest[screen] === undefined) continue;
  const needed = scripts(screen, scripts('index.html'));
  for (const key of english) scripts(key, needed);
  const all = [...needed];
  const br = all.reduce((sum, f) => sum + (size.get(f)?.br ?? 0), 0);
  const gz = all.reduce((sum, f) => sum + (size.get(f)?.gz ?? 0), 0);
  const foreign = all.filter((f) => /mantine-/.test(readFileSync(join(DIST, f), 'utf8')));
  // Gzip is what the oldest proxies and browsers get, and never smaller than brotli.
  const bad = gz > BUDGET || foreign.length > 0;
  over ||= bad;
  console.log(`${bad ? 'OVER ' : 'ok   '} ${screen}: ${kB(br)} brotli, ${kB(gz)} gzip in ${all.length} files (limit ${kB(BUDGET)})`);
  for (const f of foreign) console.error(`      ${f} holds staff components`);
}
// Screens that must open without the network bring everything that they need into the worker's store.
const stored = readFileSync(join(DIST, 'sw.js'), 'utf8');
for (const screen of ['src/public/ticket/index.tsx', 'src/kiosk/index.tsx', 'src/display/index.tsx']) {
  const needed = scripts(screen, scripts('index.html'));
  // And what comes right after its first picture.
  for (const key of manifest[screen]?.dynamicImports ?? []) scripts(key, needed);
  for (const file of needed) {
    if (stored.includes(file)) continue;
    console.error(`MISSING ${file} is needed by ${screen} and not in the worker's store: see globPatterns in vite.config.ts`);
    over = true;
  }
}
if (over) process.exit(1);
