import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** What the server refuses with, read from its sources: the catalogue holds a text for all of it. */
const root = join(import.meta.dirname, '../../..');
const texts = JSON.parse(readFileSync(join(import.meta.dirname, 'locales/en/fault.json'), 'utf8')) as Record<string, unknown> & {
  field: Record<string, string>;
  you: Record<string, string>;
};

function rust(dir: string): string[] {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name);
    if (statSync(path).isDirectory()) return rust(path);
    return name.endsWith('.rs') ? [readFileSync(path, 'utf8')] : [];
  });
}

// A context's model may be a crate beside it.
const crates = readdirSync(join(root, 'contexts')).flatMap((context) => ['src', 'model/src'].map((dir) => join(root, 'contexts', context, dir)));
const sources = crates.filter((dir) => existsSync(dir)).flatMap((dir) => rust(dir));
const errors = readdirSync(join(root, 'contexts')).flatMap((context) => {
  try {
    return [readFileSync(join(root, 'contexts', context, 'src/error.rs'), 'utf8')];
  } catch {
    return []; // a context that only reports has no error of its own
  }
});

/** Said to programs, never to somebody in front of a page; and the tenant's own rule, which speaks for itself. */
const NOT_SAID = new Set(['customer', 'database', 'invalid_credential', 'malformed_json', 'model_not_found', 'rule_refused']);

const found = (all: readonly string[], pattern: RegExp) => new Set(all.flatMap((text) => [...text.matchAll(pattern)].map((m) => m[1] ?? '')));

it('has a text for every refusal of the business', () => {
  const codes = [
    ...found(errors, /Self::[^=\n]*=> "([a-z_0-9]+)"/g),
    ...found(sources, /FaultKind::\w+,\s*"([a-z_0-9]+)"/g),
    ...found(sources, /[cC]onflict\(\s*"([a-z_0-9]+)"/g),
    // The line keeps its codes in an enum.
    ...found([readFileSync(join(root, 'contexts/queueing/src/model/code.rs'), 'utf8')], /^ +[A-Z]\w+ = "([a-z_0-9]+)"/gm),
  ];
  expect(codes.length).toBeGreaterThan(80);
  expect([...new Set(codes)].filter((code) => !NOT_SAID.has(code) && typeof texts[code] !== 'string')).toEqual([]);
});

it('has a text for every fault that a field can have', () => {
  const codes = found(sources, /(?:Error|Fault)::field\(\s*(?:"[^"]*"|[\w.&()]+|format!\([^)]*\)),\s*"([a-z_0-9]+)"/g);
  // And those that a thing finds at itself, several at once.
  for (const code of found(sources, /\bfault\(\s*(?:&?format!\([^)]*\)|&?[^,()]+|&?\w+\([^)]*\)),\s*"([a-z_0-9]+)"/g)) codes.add(code);
  expect(codes.size).toBeGreaterThan(60);
  expect([...codes].filter((code) => !(code in texts.field) && typeof texts[code] !== 'string')).toEqual([]);
});

it('has a text for every refusal that the description of the public pages’ requests names', () => {
  type Routes = { paths: Record<string, Record<string, { responses?: Record<string, { description: string }> }>> };
  const { paths } = JSON.parse(readFileSync(join(root, 'contracts/openapi.json'), 'utf8')) as Routes;
  // What only a program can do wrong: our own pages send what the API takes.
  const programs = new Set(['invalid_json', 'invalid_idempotency_key', 'tenant_required', 'unsupported_media_type', 'not_allowed']);
  const missing = Object.entries(paths)
    .filter(([path]) => /^\/api\/v1\/(public|device)\//.test(path))
    .flatMap(([, methods]) => Object.values(methods))
    .flatMap(({ responses = {} }) => Object.entries(responses))
    // Too often and too busy have words of their own.
    .filter(([status]) => /^4/.test(status) && status !== '429')
    .flatMap(([, { description }]) => [...description.matchAll(/`([a-z_0-9]+)`/g)].map((m) => m[1] ?? ''))
    .filter((code) => !programs.has(code) && !NOT_SAID.has(code) && typeof texts[code] !== 'string');
  expect([...new Set(missing)]).toEqual([]);
});
