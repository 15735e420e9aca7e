import { describe, expect, it } from 'vitest';
import { contrast, nearestPassing, textOn } from './contrast';
import * as t from './tokens';

const themes = { light: t.light, dark: t.dark, highContrast: t.highContrast };
const texts = ['ink', 'ink-2', 'ink-3', 'accent', 'ok', 'warn', 'bad'] as const;
const grounds = ['page', 'surface', 'sunken'] as const;

describe.each(Object.entries(themes))('%s', (_, p) => {
  it.each(texts.flatMap((text) => grounds.map((g) => [text, g] as const)))('%s on %s reads', (text, ground) => {
    expect(contrast(p[text], p[ground])).toBeGreaterThanOrEqual(4.5);
  });
  it.each(['line', 'focus', 'outline'] as const)('%s is seen on every ground', (name) => {
    for (const ground of grounds) expect(contrast(p[name], p[ground])).toBeGreaterThanOrEqual(3);
  });
  it('reads on a filled button', () => {
    expect(contrast(p['on-accent'], p.accent)).toBeGreaterThanOrEqual(4.5);
  });
  it('shows the focus ring against its gap', () => {
    expect(contrast(p.focus, p['focus-gap'])).toBeGreaterThanOrEqual(4.5);
  });
});

describe('fills', () => {
  it.each([...Object.entries(t.fills), ...Object.entries(t.highContrastFills)])('%s carries its text', (_, f) => {
    expect(contrast(f.fill, f.text)).toBeGreaterThanOrEqual(4.5);
  });
  it.each(t.heat.map((h, i) => [i, h] as const))('heat step %i carries its text', (_, h) => {
    expect(contrast(h.fill, h.text)).toBeGreaterThanOrEqual(4.5);
  });
  it('charts stand out from their ground', () => {
    for (const c of t.charts.light) expect(contrast(c, t.light.surface)).toBeGreaterThanOrEqual(3);
    for (const c of t.charts.dark) expect(contrast(c, t.dark.surface)).toBeGreaterThanOrEqual(3);
  });
  it('high contrast yellow is 16:1', () => {
    expect(contrast('#FFE14D', '#000000')).toBeGreaterThanOrEqual(16);
  });
});

describe('brand colours', () => {
  it('knows the band that passes with neither white nor ink', () => {
    expect(textOn('#0B5A8C')).toEqual({ text: '#FFFFFF', passes: true });
    expect(textOn('#FFD21F')).toEqual({ text: '#14181F', passes: true });
    expect(textOn('#787878').passes).toBe(false);
  });
  it('offers a shade that passes', () => {
    for (const c of ['#777777', '#7C7C7C', '#D0564F', '#1C7ED6', '#40C057']) {
      expect(textOn(nearestPassing(c)).passes).toBe(true);
    }
  });
});
