import * as tokens from './tokens.ts';

function palette(p: tokens.Palette, fills: Record<tokens.FillName, tokens.Fill>): string {
  const colours = Object.entries(p).map(([name, value]) => `--${name}:${value as string};`);
  const states = Object.entries(fills).map(([name, f]) => `--${name}:${f.fill};--on-${name}:${f.text};`);
  return [...colours, ...states].join('');
}

function charts(series: readonly string[]): string {
  return series.map((colour, i) => `--chart-${i + 1}:${colour};`).join('');
}

/** The style sheet that defines every token; `data-theme` and `data-contrast` on the root override the system's wish. */
export function tokensCss(): string {
  const light = `color-scheme:light;${palette(tokens.light, tokens.fills)}${charts(tokens.charts.light)}`;
  const dark = `color-scheme:dark;${palette(tokens.dark, tokens.fills)}${charts(tokens.charts.dark)}`;
  const high = `color-scheme:dark;${palette(tokens.highContrast, tokens.highContrastFills)}--border:3px;`;
  const sizes = Object.entries(tokens.type)
    .map(([name, [size, line]]) => `--text-${name}:${size / 16}rem;--line-${name}:${line / size};`)
    .join('');
  const gaps = tokens.space.map((px, i) => `--space-${i + 1}:${px / 16}rem;`).join('');
  const rest =
    `--radius:${tokens.radius.control}px;--radius-card:${tokens.radius.card}px;--border:1.5px;` +
    `--fast:${tokens.motion.fast}ms;--slow:${tokens.motion.slow}ms;--pulse:${tokens.motion.pulse}ms;` +
    `--font-text:${tokens.fonts.text};--font-code:${tokens.fonts.code};`;
  const heat = tokens.heat.map((h, i) => `--heat-${i + 1}:${h.fill};--on-heat-${i + 1}:${h.text};`).join('');
  return [
    `:root{${light}${sizes}${gaps}${rest}${heat}}`,
    `@media (prefers-color-scheme:dark){:root:not([data-theme=light]){${dark}}}`,
    `:root[data-theme=dark]{${dark}}`,
    `@media (prefers-contrast:more){:root:not([data-contrast=normal]){${high}}}`,
    `:root[data-contrast=high]{${high}}`,
    `:root[data-print=large]{font-size:${tokens.LARGE_PRINT * 100}%}`,
  ].join('\n');
}
