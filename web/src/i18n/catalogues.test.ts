import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LANGUAGES } from './languages';

type Tree = { [key: string]: string | string[] | Tree };

const root = join(import.meta.dirname, 'locales');
const languages = Object.keys(LANGUAGES);
const namespaces = readdirSync(join(root, 'en')).map((f) => f.replace(/\.json$/, ''));
const PLURAL = /_(zero|one|two|few|many|other)$/;

const read = (language: string, namespace: string) =>
  JSON.parse(readFileSync(join(root, language, `${namespace}.json`), 'utf8')) as Tree;

function flat(tree: Tree, prefix = ''): Map<string, string> {
  const out = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') out.set(prefix + key, value);
    else if (Array.isArray(value)) out.set(prefix + key, value.join('|'));
    else for (const [k, v] of flat(value, `${prefix}${key}.`)) out.set(k, v);
  }
  return out;
}

/** Keys with their plural forms folded into one. */
const stems = (texts: Map<string, string>) => new Set([...texts.keys()].map((k) => k.replace(PLURAL, '')));
const marks = (text: string) => new Set(text.match(/\{\{\s*\w+/g)?.map((m) => m.replace(/\W/g, '')));

function sources(dir: string): string[] {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name);
    if (statSync(path).isDirectory()) return sources(path);
    return /\.tsx?$/.test(name) && !name.includes('.test.') ? [path] : [];
  });
}

describe.each(namespaces)('%s', (namespace) => {
  const english = flat(read('en', namespace));

  it.each(languages)('has every text in %s', (language) => {
    const texts = flat(read(language, namespace));
    expect([...stems(texts)].sort()).toEqual([...stems(english)].sort());
    for (const [key, text] of texts) expect(text, key).not.toBe('');
  });

  it.each(languages)('has every plural form that %s needs', (language) => {
    const texts = flat(read(language, namespace));
    const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    // `too_many` is a code and no plural form: it has no `_other` beside it.
    const plurals = new Set([...texts.keys()].filter((k) => PLURAL.test(k) && texts.has(k.replace(PLURAL, '_other'))).map((k) => k.replace(PLURAL, '')));
    for (const stem of plurals) {
      for (const category of needed) expect([...texts.keys()], `${stem}_${category}`).toContain(`${stem}_${category}`);
    }
  });

  it.each(languages)('invents no placeholder in %s', (language) => {
    for (const [key, text] of flat(read(language, namespace))) {
      const stem = key.replace(PLURAL, '');
      const known = new Set([...english].filter(([k]) => k.replace(PLURAL, '') === stem).flatMap(([, v]) => [...marks(v)]));
      for (const mark of marks(text)) expect(known, `${key} {{${mark}}}`).toContain(mark);
    }
  });
});

it('has a text for every key that the source names', () => {
  const known = new Set(namespaces.flatMap((ns) => [...stems(flat(read('en', ns)))].flatMap((k) => [k, `${ns}:${k}`])));
  const missing: string[] = [];
  for (const file of sources(join(import.meta.dirname, '..'))) {
    const text = readFileSync(file, 'utf8');
    for (const [, key] of text.matchAll(/\bt\(\s*'([^'$]+)'/g)) {
      if (key !== undefined && !known.has(key)) missing.push(`${file}: ${key}`);
    }
  }
  expect(missing).toEqual([]);
});
