/**
 * The design tokens: every colour, size and time that a screen may use, stated once.
 * `css.ts` turns them into CSS variables, `staff/theme.ts` into the Mantine theme, and
 * `contrast.test.ts` computes every pair of them that can meet on a screen.
 */

/** The colours of one theme; each becomes `--<name>`. */
export interface Palette {
  /** The page. */
  readonly page: string;
  /** Cards, bars and anything that lies on the page. */
  readonly surface: string;
  /** Quiet areas: wells, tiles at rest, table heads. */
  readonly sunken: string;
  readonly ink: string;
  readonly 'ink-2': string;
  readonly 'ink-3': string;
  /** The border of a control. */
  readonly line: string;
  /** A hairline between things; carries no meaning. */
  readonly hairline: string;
  readonly accent: string;
  /** Text on `accent` as a fill. */
  readonly 'on-accent': string;
  readonly ok: string;
  readonly warn: string;
  readonly bad: string;
  readonly focus: string;
  readonly 'focus-gap': string;
  /** The thin outline around a badge. */
  readonly outline: string;
}

export const light: Palette = {
  page: '#E9EDF2',
  surface: '#FFFFFF',
  sunken: '#E9EDF2',
  ink: '#14181F',
  'ink-2': '#4A5361',
  'ink-3': '#5F6979',
  line: '#7C8798',
  hairline: '#D3DAE3',
  accent: '#0B5A8C',
  'on-accent': '#FFFFFF',
  ok: '#0A6353',
  warn: '#8A4600',
  bad: '#A3131F',
  focus: '#14181F',
  'focus-gap': '#FFFFFF',
  outline: '#14181F',
};

export const dark: Palette = {
  page: '#0E1218',
  surface: '#1F2630',
  sunken: '#0E1218',
  ink: '#F3F6FA',
  'ink-2': '#B7C0CD',
  'ink-3': '#98A3B3',
  line: '#7E8A9C',
  hairline: '#343D4A',
  accent: '#6DB8EE',
  'on-accent': '#14181F',
  ok: '#58D3B1',
  warn: '#FFB066',
  bad: '#FF9A90',
  focus: '#F3F6FA',
  'focus-gap': '#0E1218',
  outline: '#F3F6FA',
};

/**
 * Black and white, fills become outlines and borders are three pixels wide. Yellow is left to the call, as everywhere:
 * here above all, where it is the only colour.
 */
export const highContrast: Palette = {
  page: '#000000',
  surface: '#000000',
  sunken: '#000000',
  ink: '#FFFFFF',
  'ink-2': '#FFFFFF',
  'ink-3': '#FFFFFF',
  line: '#FFFFFF',
  hairline: '#FFFFFF',
  accent: '#FFFFFF',
  'on-accent': '#000000',
  ok: '#FFFFFF',
  warn: '#FFFFFF',
  bad: '#FFFFFF',
  focus: '#FFFFFF',
  'focus-gap': '#000000',
  outline: '#FFFFFF',
};

/** A fill with a meaning, the same in the light and the dark theme. */
export interface Fill {
  readonly fill: string;
  readonly text: string;
}

/** The states that a ticket, a line or a counter can be in, as fills. Yellow is "called, go now" and nothing else. */
export const fills = {
  called: { fill: '#FFD21F', text: '#14181F' },
  done: { fill: '#A8E6D8', text: '#14181F' },
  paused: { fill: '#8791A0', text: '#14181F' },
  risk: { fill: '#DD6B00', text: '#14181F' },
  serving: { fill: '#0B5A8C', text: '#FFFFFF' },
  broken: { fill: '#8E0F1C', text: '#FFFFFF' },
} as const satisfies Record<string, Fill>;

export type FillName = keyof typeof fills;

/** In high contrast a fill is black with a white outline, except the call, which keeps its yellow. */
export const highContrastFills: Record<FillName, Fill> = {
  called: { fill: '#FFE14D', text: '#000000' },
  done: { fill: '#000000', text: '#FFFFFF' },
  paused: { fill: '#000000', text: '#FFFFFF' },
  risk: { fill: '#000000', text: '#FFFFFF' },
  serving: { fill: '#000000', text: '#FFFFFF' },
  broken: { fill: '#000000', text: '#FFFFFF' },
};

/** Chart series in the order in which they are used; never more than four. */
export const charts = {
  light: ['#0B5A8C', '#DD6B00', '#2A9D86', '#14181F'],
  dark: ['#7FC0F2', '#E07A1F', '#1E8573', '#F3F6FA'],
} as const;

/** Heat map steps, light to dark, each with the text that stands on it. */
export const heat: readonly Fill[] = [
  { fill: '#F1F6FA', text: '#14181F' },
  { fill: '#CFE2EF', text: '#14181F' },
  { fill: '#9CC3DE', text: '#14181F' },
  { fill: '#5E9CC6', text: '#14181F' },
  { fill: '#2473A8', text: '#FFFFFF' },
  { fill: '#0A3F66', text: '#FFFFFF' },
];

/** Size and line height in CSS pixels at the base size; written as rem so that large print scales them. */
export const type = {
  xs: [14, 20],
  sm: [16, 24],
  md: [18, 28],
  lg: [20, 28],
  xl: [24, 32],
  '2xl': [32, 40],
  '3xl': [40, 48],
  '4xl': [56, 60],
  '5xl': [80, 84],
  '6xl': [128, 128],
} as const satisfies Record<string, readonly [number, number]>;

/** The only distances there are, in CSS pixels. */
export const space = [4, 8, 12, 16, 24, 32, 48, 64, 96] as const;

export const radius = { control: 6, card: 12 } as const;
export const motion = { fast: 120, slow: 200, pulse: 600 } as const;

/** How much larger everything is in large print. */
export const LARGE_PRINT = 1.4;

export const fonts = {
  text: "'Inter Variable', 'Noto Sans Arabic Variable', system-ui, sans-serif",
  /** Tickets, counters, codes and money due: a slashed zero and unmistakable letters. */
  code: "'Atkinson Hyperlegible Next Variable', 'Noto Sans Arabic Variable', system-ui, sans-serif",
} as const;
