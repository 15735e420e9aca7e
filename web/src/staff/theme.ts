import { createTheme, defaultVariantColorsResolver, parseThemeColor, type CSSVariablesResolver, type MantineColorsTuple, type VariantColorsResolver } from '@mantine/core';
import { fills, fonts, light, motion, radius, space, type } from '~/design/tokens';

const rem = (px: number) => `${px / 16}rem`;

/** Ten shades from light to dark whose seventh is the token itself. */
const usher: MantineColorsTuple = ['#EAF3FA', '#CFE2EF', '#A9CBE3', '#7DB1D6', '#5398C8', '#2E7FB6', '#0B5A8C', '#094D78', '#083F62', '#06304B'];
const ok: MantineColorsTuple = ['#E6F6F2', '#C5EBE1', '#A8E6D8', '#7FD3BF', '#4FB9A1', '#2A9D86', '#0A6353', '#085447', '#06453A', '#04352D'];
const warn: MantineColorsTuple = ['#FFF1E2', '#FFDFBF', '#FFC78F', '#FFB066', '#F2913A', '#DD6B00', '#8A4600', '#763C00', '#613100', '#4B2600'];
const bad: MantineColorsTuple = ['#FDEAEB', '#F9CBCE', '#F3A5AA', '#EB7A82', '#D94B57', '#BF2734', '#A3131F', '#8E0F1C', '#740C17', '#5A0911'];
const grey: MantineColorsTuple = ['#F6F8FA', '#E9EDF2', '#D3DAE3', '#B7C0CD', '#98A3B3', '#7C8798', '#5F6979', '#4A5361', '#2C3440', '#14181F'];
const night: MantineColorsTuple = ['#F3F6FA', '#D5DCE6', '#B7C0CD', '#98A3B3', '#7E8A9C', '#343D4A', '#29323E', '#1F2630', '#161C24', '#0E1218'];

/** Palettes whose text is a token, which every mode has in a readable shade of its own. */
const TOKENS: Readonly<Record<string, string>> = { usher: '--accent', ok: '--ok', warn: '--warn', bad: '--bad', gray: '--ink' };

/**
 * Mantine chooses the text on a filled button by the fill of light mode, also in dark mode, where the fill is
 * another. The text follows the mode here: `--usher-on-filled` below. So does that of a button without a fill.
 */
const textOnFilled: VariantColorsResolver = (input) => {
  const made = defaultVariantColorsResolver(input);
  const { isThemeColor, shade } = parseThemeColor({ color: input.color, theme: input.theme });
  const followsMode = input.variant === 'filled' && isThemeColor && shade === undefined;
  const token = TOKENS[String(input.color ?? input.theme.primaryColor)];
  if (token !== undefined && input.variant === 'subtle') return { ...made, color: `var(${token})`, hoverColor: `var(${token})` };
  // Below the pointer and the keys a light ground stays light enough for its text: an item of a menu, for one.
  if (token !== undefined && input.variant === 'light') return { ...made, hover: `color-mix(in srgb, var(${token}) 12%, var(--surface))` };
  if (token !== undefined && input.variant === 'outline') return { ...made, color: `var(${token})`, border: made.border.replace(/var\(.*$/, `var(${token})`) };
  return followsMode ? { ...made, color: 'var(--usher-on-filled)' } : made;
};

/**
 * Mantine on the tokens of `design/tokens.ts`. Its own default fills fail with white text, so the palette is
 * ours and the text on a fill is chosen by luminance.
 */
export const theme = createTheme({
  colors: { usher, ok, warn, bad, gray: grey, dark: night, red: bad, green: ok, orange: warn, blue: usher },
  primaryColor: 'usher',
  primaryShade: { light: 6, dark: 3 },
  variantColorResolver: textOnFilled,
  autoContrast: true,
  luminanceThreshold: 0.18,
  respectReducedMotion: true,
  white: light.surface,
  black: light.ink,
  fontFamily: fonts.text,
  fontFamilyMonospace: fonts.code,
  defaultRadius: radius.control,
  cursorType: 'pointer',
  // Staff read 16 px; 14 is the least, and for what nobody needs to read at a glance.
  fontSizes: { xs: rem(type.xs[0]), sm: rem(type.sm[0]), md: rem(type.sm[0]), lg: rem(type.md[0]), xl: rem(type.lg[0]) },
  spacing: { xs: rem(space[1]), sm: rem(space[2]), md: rem(space[3]), lg: rem(space[4]), xl: rem(space[5]) },
  radius: { sm: `${radius.control}px`, md: `${radius.control}px`, lg: `${radius.card}px` },
  headings: { fontFamily: fonts.text, fontWeight: '650' },
  components: {
    // A target is 44 px high, whatever size its text has.
    Button: { defaultProps: { size: 'md' }, vars: (_: unknown, { size }: { size?: unknown }) => ({ root: { '--button-height': size === 'lg' ? rem(52) : rem(44) } }), styles: { root: { height: 'auto', minHeight: 'var(--button-height)', paddingBlock: rem(4) }, label: { whiteSpace: 'normal', height: 'auto', overflow: 'visible', lineHeight: 1.3 } } },
    Input: { vars: () => ({ wrapper: { '--input-height': rem(44), '--input-bg': 'var(--surface)' } }) },
    CloseButton: { vars: () => ({ root: { '--cb-size': rem(44) } }) },
    TextInput: { defaultProps: { size: 'md' } },
    PasswordInput: { defaultProps: { size: 'md' } },
    NumberInput: { defaultProps: { size: 'md' } },
    Select: { defaultProps: { size: 'md' } },
    MultiSelect: { defaultProps: { size: 'md' } },
    Textarea: { defaultProps: { size: 'md' } },
    Modal: { defaultProps: { centered: true, radius: 'lg', transitionProps: { duration: motion.fast } } },
    // A menu holds its items and nothing else that can have the focus: readers count what is in it.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    Drawer: { defaultProps: { transitionProps: { duration: motion.slow } } },
  },
  other: { fills },
});

/**
 * Mantine's own variables for grounds, texts and borders are the tokens themselves, so that both kinds of page agree
 * in every mode, high contrast among them.
 */
export const variables: CSSVariablesResolver = () => {
  const of = (onFilled: string) => ({
    '--usher-on-filled': onFilled,
    '--mantine-color-body': 'var(--surface)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--ink-2)',
    '--mantine-color-placeholder': 'var(--ink-3)',
    '--mantine-color-default-border': 'var(--line)',
    '--mantine-color-default': 'var(--surface)',
    '--mantine-color-default-color': 'var(--ink)',
    '--mantine-color-error': 'var(--bad)',
    '--mantine-color-anchor': 'var(--accent)',
  });
  return { variables: {}, light: of(light.surface), dark: of(light.ink) };
};
