import { EXPIRED_OVER } from '~/live/clock';

/** How old what the kiosk knows of its lines is. */
export interface Age {
  /** Local milliseconds of the last sign of life; of a board that was kept through a restart, when it was true. */
  readonly since: number;
  /** Too old for waits to be told from it; facts stay. */
  readonly expired: boolean;
}

/** The age of a board that is as `boardAt`, when the feed gave its last sign of life at `heardAt`. */
export function ageOf(heardAt: number | null, boardAt: string, now: number): Age {
  const since = heardAt ?? Date.parse(boardAt);
  return { since, expired: now - since > EXPIRED_OVER * 1000 };
}
