/** Sizes in the real world: how many CSS pixels a millimetre of this screen has. */

const MM_PER_INCH = 25.4;
/** Assumed where the set-up did not say: the common kiosk panel. */
export const DEFAULT_DIAGONAL = 21.5;

/** CSS pixels per millimetre of a screen of `width` × `height` CSS pixels and `diagonal` inches. */
export function pixelsPerMm(width: number, height: number, diagonal: number): number {
  return Math.hypot(width, height) / (diagonal * MM_PER_INCH);
}

/** Height of a capital letter as a share of the font size: of the face for tickets, and of that for text. */
export const CAPITAL = 0.668;
export const TEXT_CAPITAL = 0.727;
/** Beyond this share of the screen's height the newest call no longer fits: the seats are too far away. */
const LARGEST = 27;
/** Width of "A-042 ► 12" as a multiple of its font size: on an upright screen this is what limits it. */
const WIDEST = 5.5;

/** Font sizes of a board in percent of its height. */
export interface BoardSizes {
  readonly newest: number;
  readonly earlier: number;
  readonly rest: number;
  /** The farthest seat is too far for this screen; `maxDistance` is how far it reaches. */
  readonly tooFar: boolean;
  readonly maxDistance: number;
}

/**
 * The sizes that a person `distance` metres away can read on a screen of `diagonal` inches: capitals of 1/82 of
 * the distance for the newest call (EN 301 549, 0.7°), 1/120 for earlier ones, 1/200 for the rest. A small room
 * gets more than it needs, because large type is calmer.
 */
export function boardSizes(width: number, height: number, diagonal: number, distance: number): BoardSizes {
  const screenMm = (diagonal * MM_PER_INCH * height) / Math.hypot(width, height);
  const percent = (share: number, capital: number) => ((distance * 1000) / share / screenMm / capital) * 100;
  const newest = percent(82, CAPITAL);
  const largest = Math.min(LARGEST, (width / height / WIDEST) * 100);
  // What is comfortable follows the shorter side, so that an upright screen is not filled by one word.
  const comfort = (vh: number) => (vh * Math.min(width, height)) / height;
  return {
    newest: Math.min(Math.max(newest, comfort(20)), largest),
    earlier: Math.max(percent(120, CAPITAL), Math.min(comfort(13), largest * 0.65)),
    rest: Math.max(percent(200, TEXT_CAPITAL), comfort(4.2)),
    tooFar: newest > largest,
    maxDistance: Math.floor(((largest / 100) * screenMm * CAPITAL * 82) / 100) / 10,
  };
}
