import type { Floor, FloorLine } from '~/api/shapes';

const MINUTE = 60_000;
/** How far ahead a line counts as at risk. */
const AHEAD_MS = 15 * MINUTE;

/**
 * The floor as it is `now`, when nothing has happened since it was read: those who wait have waited longer, and
 * a promise that was near may be broken, and a shift that nobody came for may be over.
 */
export function aged(floor: Floor, now: number): Floor {
  const minutes = Math.max(0, (now - Date.parse(floor.at)) / MINUTE);
  const lines = floor.lines.map((line): FloorLine => {
    if (line.waiting === 0) return line;
    const longest_minutes = line.longest_minutes + minutes;
    // Each service has a target of its own: whose promise breaks first, and when, the floor has said.
    const over = line.breach_at !== null && now > Date.parse(line.breach_at);
    return { ...line, longest_minutes, state: over && line.state !== 'unserved' ? 'broken' : line.state };
  });
  return {
    ...floor,
    lines,
    late_shifts: floor.late_shifts.filter((shift) => now < Date.parse(shift.ends_at)),
    strip: {
      ...floor.strip,
      longest_minutes: Math.max(0, ...lines.map((l) => l.longest_minutes)),
      at_risk: lines.filter((l) => l.state === 'at_risk' || l.state === 'broken').length,
    },
  };
}

/** When the floor has to be looked at again though nothing happens: a promise comes near, or breaks, or somebody is late. */
export function nextLook(floor: Floor, now: number): number | null {
  const moments = floor.lines.flatMap((line) => {
    const breach = line.breach_at === null ? Number.NaN : Date.parse(line.breach_at);
    return [breach - AHEAD_MS, breach];
  });
  const late = floor.next_late_at === null ? Number.NaN : Date.parse(floor.next_late_at);
  const next = Math.min(...[...moments, late].filter((at) => at > now));
  return Number.isFinite(next) ? next : null;
}

const WORST_FIRST: FloorLine['state'][] = ['broken', 'unserved', 'at_risk', 'ok'];

/** Worst first; among equals the line that is longest over its target. */
export function worstFirst(lines: readonly FloorLine[]): FloorLine[] {
  const over = (l: FloorLine) => Math.max(l.forecast_p90 ?? 0, l.longest_minutes) - (l.target_minutes ?? Number.POSITIVE_INFINITY);
  return [...lines].sort((a, b) => WORST_FIRST.indexOf(a.state) - WORST_FIRST.indexOf(b.state) || over(b) - over(a) || a.name.localeCompare(b.name));
}
