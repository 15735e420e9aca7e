/** How the calls are laid out: no number is ever cut off, and as many are in sight as the type sizes allow. */

/** How long a picture of the media strip stands where its set-up says nothing, in seconds. */
export const IMAGE_SECONDS = 12;

/** What is to be placed; lengths in CSS pixels. */
export interface Space {
  readonly width: number;
  readonly height: number;
  /** Font sizes of the newest call and of those before it. */
  readonly newest: number;
  readonly earlier: number;
  readonly gap: number;
  /** Height of the line beneath the number that says where it is; 0 where nobody has to be told. */
  readonly under?: number;
  /** Width of each row as a multiple of its font size, the newest first. */
  readonly rows: readonly number[];
}

export interface Layout {
  /** Where the calls go that do not stand in the large column: beside it, or in columns below the newest. */
  readonly place: 'beside' | 'below';
  readonly inLarge: number;
  readonly inRest: number;
  readonly columns: number;
  /** The least widths of the large column and of one in the rest. */
  readonly large: number;
  readonly rest: number;
  /** The font size of the newest call: smaller only where a name is too long for the whole screen. */
  readonly newest: number;
}

/** Rows in the large column at most. */
export const LARGE_ROWS = 3;
/** The height of a row as a multiple of its font size. */
export const ROW = 1.26;
/** The height of a line of small type as a multiple of its size; `display.module.css` states the same. */
export const TEXT_LINE = 1.2;

/** The best place for the rows. */
export function arrange({ width, height, newest, earlier, gap, under = 0, rows }: Space): Layout {
  const [first = 1, ...others] = rows;
  const top = Math.min(newest, width / first);
  const widest = Math.min(Math.max(...others, 1) * earlier, width);
  const large = Math.max(top * first, widest);
  const row = earlier * ROW + under + gap;
  const more = Math.max(0, Math.floor((height - top * ROW - under) / row));
  const inLarge = Math.min(1 + more, LARGE_ROWS);
  if (rows.length <= inLarge || large + gap + widest <= width) {
    return { place: 'beside', inLarge, inRest: Math.max(1, Math.floor((height + gap) / row)), columns: 1, large, rest: widest, newest: top };
  }
  const columns = Math.max(1, Math.floor((width + gap) / (widest + gap)));
  return { place: 'below', inLarge: 1, inRest: Math.max(1, columns * more), columns, large: width, rest: widest, newest: top };
}

/** Width of `text` as a multiple of the font size, in the face that boards use. */
export function textEm(text: string): number {
  paper ??= document.createElement('canvas').getContext('2d');
  // Without a canvas (tests) the face's own widest digit does.
  if (paper === null) return text.length * 0.64;
  paper.font = "700 100px 'Atkinson Hyperlegible Next Variable', 'Noto Sans Arabic Variable', sans-serif";
  // On the board every digit is as wide as a zero.
  return paper.measureText(text.replace(/\d/g, '0')).width / 100;
}

let paper: CanvasRenderingContext2D | null | undefined;

/** Edges, arrow and the gaps around it, as multiples of the font size; `display.module.css` states the same. */
const AROUND = 0.16 * 4 + 0.42 + 0.06;
const COUNTER = 0.7;

/** Width of a whole row as a multiple of its font size. */
export function rowEm(label: string, counter: string): number {
  return textEm(label) + Math.max(textEm(counter), COUNTER) + AROUND;
}
