// Writes src/api/schema.d.ts from contracts/openapi.json; with --check only says whether it is up to date.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import openapi, { astToString } from 'openapi-typescript';

const source = new URL('../../contracts/openapi.json', import.meta.url);
const target = new URL('../src/api/schema.d.ts', import.meta.url);
if (!existsSync(source)) {
  console.error('contracts/openapi.json is not there; `cargo xtask contracts` writes it');
  process.exit(1);
}
// The screens use the shapes of the JSON, not the table of routes, which is many times as long.
const { openapi: version, info, components } = JSON.parse(readFileSync(source, 'utf8'));
const shapes = { openapi: version, info, paths: {}, components: { schemas: components.schemas } };
const made = `/* Made by \`npm run types\` from contracts/openapi.json. Do not edit. */\n\n${astToString(await openapi(JSON.stringify(shapes)))}`;
if (process.argv.includes('--check')) {
  const same = existsSync(target) && readFileSync(target, 'utf8') === made;
  if (!same) console.error('src/api/schema.d.ts does not match contracts/openapi.json; run `npm run types`');
  process.exit(same ? 0 : 1);
}
writeFileSync(target, made);
