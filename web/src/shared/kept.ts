/** How often what was said was kept, as people say it: "9 of 10", "93 of 100". */
import type { EstimatesKept } from '~/api/shapes';

/** With fewer estimates than that nothing can be said of them. */
export const ENOUGH = 20;
/** With fewer than that tens are exact enough. */
const MANY = 100;

/** Of so many, how many; all of them and none of them are said only where it is so. */
export function outOf(of: number, share: number): number {
  const kept = Math.round(share * of);
  if (kept === of && share < 1) return of - 1;
  return kept === 0 && share > 0 ? 1 : kept;
}

/** What the record of a line says to a person; null where there is too little of it. */
export function keptAsSaid(record: EstimatesKept | null | undefined): { kept: number; of: number } | null {
  if (record == null || record.estimates < ENOUGH) return null;
  const of = record.estimates < MANY ? 10 : MANY;
  return { kept: outOf(of, record.p90_coverage), of };
}
