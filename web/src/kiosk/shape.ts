import { useCallback, useEffect, useLayoutEffect, useState, type RefObject } from 'react';
import { pixelsPerMm } from '~/device/size';

/** A panel by what it has room for: a column to stand at, a wide screen, or a small one on a desk. */
export type Shape = 'tall' | 'wide' | 'small';

/** A screen in the real world. */
export interface Panel {
  /** CSS pixels per millimetre. */
  readonly mm: number;
  readonly width: number;
  readonly height: number;
  readonly shape: Shape;
  /** Whether a person who sits may not reach its upper part. */
  readonly tooHigh: boolean;
}

/** Below this height in millimetres there is no room for a welcome. */
const SMALL_MM = 170;
/** A panel up to this height hangs within reach as a whole (380 to 1220 mm above the floor). */
const REACH_MM = 300;

/** The panel of `width` × `height` CSS pixels and `diagonal` inches. */
export function panelOf(width: number, height: number, diagonal: number): Panel {
  const mm = pixelsPerMm(width, height, diagonal);
  const tall = height / mm;
  const shape = tall < SMALL_MM ? 'small' : height > width ? 'tall' : 'wide';
  return { mm, width: width / mm, height: tall, shape, tooHigh: tall > REACH_MM };
}

/** The panel of this window, followed through rotations. */
export function usePanel(diagonal: number): Panel {
  const measure = useCallback(() => panelOf(window.innerWidth, window.innerHeight, diagonal), [diagonal]);
  const [panel, setPanel] = useState(measure);
  useEffect(() => {
    const resized = () => setPanel(measure());
    resized();
    window.addEventListener('resize', resized);
    return () => window.removeEventListener('resize', resized);
  }, [measure]);
  return panel;
}

/**
 * The size of text in millimetres. Capitals of Inter are 0.727 of it: 4.8 mm is what Section 508 asks for, 7.3 mm
 * what EN 301 549 asks for at 60 cm; a large panel gives more.
 */
export function textMm(shape: Shape, large: boolean): number {
  if (shape === 'small') return large ? 10.1 : 6.65;
  return large ? 10.6 : 7.6;
}

/** The least size of a tile and the gap between two, in millimetres. */
const TILE = { width: 80, height: 25, gap: 3 } as const;

/** How many tiles stand side by side and below each other in `width` × `height` millimetres. */
export function tileGrid(width: number, height: number, shape: Shape, large: boolean): { columns: number; rows: number } {
  const fit = (room: number, size: number) => Math.max(1, Math.floor((room + TILE.gap) / (size + TILE.gap)));
  // A name, a state, and the edges around them.
  const least = Math.max(TILE.height, 2.6 * textMm(shape, large) + (shape === 'small' ? 4 : 7));
  const columns = fit(width, TILE.width);
  return { columns: shape === 'tall' ? Math.min(columns, 2) : columns, rows: fit(height, least) };
}

/** Columns that `count` tiles look calm in, of those that there is room for. */
export function columnsFor(count: number, room: number): number {
  const calm = count <= 1 ? 1 : count <= 4 ? 2 : count <= 6 ? 3 : 4;
  return Math.min(calm, room);
}

/**
 * Watches the area of the tiles and says how many fit. A long name that needs a second line takes a row away:
 * what is drawn is measured again after `deps` change.
 */
export function useTileRoom(area: RefObject<HTMLElement | null>, panel: Panel, large: boolean, deps: string): { columns: number; rows: number } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [lost, setLost] = useState({ deps: '', rows: 0 });
  useLayoutEffect(() => {
    const box = area.current;
    if (box === null) return undefined;
    const measure = () => setSize((s) => (s.width === box.clientWidth && s.height === box.clientHeight ? s : { width: box.clientWidth, height: box.clientHeight }));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    return () => observer.disconnect();
  }, [area]);
  const grid = tileGrid(size.width / panel.mm, size.height / panel.mm, panel.shape, large);
  const state = `${deps} ${size.width}×${size.height} ${String(large)}`;
  const rows = Math.max(1, grid.rows - (lost.deps === state ? lost.rows : 0));
  useEffect(() => {
    const box = area.current;
    if (box === null || size.height === 0 || rows <= 1) return undefined;
    const drawn = requestAnimationFrame(() => {
      if (box.scrollHeight > box.clientHeight + 2) setLost({ deps: state, rows: grid.rows - rows + 1 });
    });
    return () => cancelAnimationFrame(drawn);
  }, [area, size, rows, grid.rows, state]);
  return { columns: grid.columns, rows };
}
