/** Sizes of the screen above one counter. Apart from those of boards, which kiosks load with their first script. */
import { CAPITAL, pixelsPerMm, TEXT_CAPITAL } from './size';

/** The heights of the lines of a panel above a counter as multiples of their font sizes. */
const HEAD_LINE = 1.3;
const NUMBER_LINE = 1.2;
/** The lines of small type on it: what its state is in words, and the lowest row. */
const SMALL_LINES = 2 * 1.25;
const NAME_LINE = 1.25;
/** What stands between its parts, in percent of its height. */
const BETWEEN = 8;
/** Width of "A-042" between its edges as a multiple of its font size. */
const NUMBER_WIDE = 3.6;
/** The farthest place that a set-up takes, in metres. */
const FARTHEST = 100;

/** Font sizes of the panel above a counter in percent of its height. */
export interface PanelSizes {
  /** The number that is served there: as large as the panel takes. */
  readonly number: number;
  /** The counter's own number. */
  readonly head: number;
  readonly rest: number;
  /** The farthest place is too far for this panel; `maxDistance` is how far it reaches. */
  readonly tooFar: boolean;
  readonly maxDistance: number;
}

/** What is shown beside the number. */
export interface Beside {
  readonly more?: boolean;
  readonly named?: boolean;
}

/**
 * The sizes of a panel of `diagonal` inches that a person `distance` metres away can read: capitals of 1/82 of the distance
 * for the number that is served, 1/120 for the counter's own, 1/200 for the rest. The number fills what the others leave:
 * `beside` it there may be a second row of numbers, where a counter holds several people, and a name below it.
 */
export function panelSizes(width: number, height: number, diagonal: number, distance: number, beside: Beside = {}): PanelSizes {
  const screenMm = height / pixelsPerMm(width, height, diagonal);
  const comfort = (vh: number) => (vh * Math.min(width, height)) / height;
  const at = (metres: number) => {
    const percent = (share: number, capital: number) => ((metres * 1000) / share / screenMm / capital) * 100;
    const head = Math.max(percent(120, CAPITAL), comfort(14));
    const rest = Math.max(percent(200, TEXT_CAPITAL), comfort(4.2));
    const left = 100 - head * HEAD_LINE * (beside.more === true ? 2 : 1) - rest * (beside.named === true ? SMALL_LINES + NAME_LINE : SMALL_LINES) - BETWEEN;
    return { head, rest, needed: percent(82, CAPITAL), number: Math.min(left / NUMBER_LINE, (width / height / NUMBER_WIDE) * 100) };
  };
  const tooFar = (metres: number) => at(metres).needed > at(metres).number;
  // The smaller lines grow with the distance, too, so there is no formula for how far it reaches: in steps of 10 cm.
  let reach = FARTHEST * 10;
  while (reach > 0 && tooFar(reach / 10)) reach -= 1;
  const { head, rest, needed, number } = at(distance);
  return { number: Math.max(number, needed), head, rest, tooFar: needed > number, maxDistance: reach / 10 };
}
