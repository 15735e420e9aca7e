/** Contrast as WCAG 2.2 defines it. */

function channel(value: number): number {
  const c = value / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
}

/** Relative luminance of `#RRGGBB`, 0 (black) to 1 (white). */
export function luminance(hex: string): number {
  const n = Number.parseInt(hex.slice(1), 16);
  return 0.2126 * channel((n >> 16) & 255) + 0.7152 * channel((n >> 8) & 255) + 0.0722 * channel(n & 255);
}

/** Contrast ratio of two colours, 1 to 21. */
export function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

const INK = '#14181F';
const WHITE = '#FFFFFF';

/** White or ink, whichever reads better on the fill, and whether it reads well enough for text (4.5). */
export function textOn(fill: string): { text: string; passes: boolean } {
  const [white, ink] = [contrast(fill, WHITE), contrast(fill, INK)];
  return { text: white >= ink ? WHITE : INK, passes: Math.max(white, ink) >= 4.5 };
}

function mix(hex: string, towards: string, share: number): string {
  const [a, b] = [Number.parseInt(hex.slice(1), 16), Number.parseInt(towards.slice(1), 16)];
  const part = (shift: number) => {
    const [x, y] = [(a >> shift) & 255, (b >> shift) & 255];
    return Math.round(x + (y - x) * share);
  };
  const n = (part(16) << 16) | (part(8) << 8) | part(0);
  return `#${n.toString(16).padStart(6, '0').toUpperCase()}`;
}

/** The nearest shade of a brand colour on which text of 4.5 stands; the colour itself when it already does. */
export function nearestPassing(hex: string): string {
  for (let step = 0; step <= 50; step++) {
    for (const towards of ['#000000', '#FFFFFF']) {
      const shade = mix(hex, towards, step / 50);
      if (textOn(shade).passes) return shade;
    }
  }
  return INK;
}
