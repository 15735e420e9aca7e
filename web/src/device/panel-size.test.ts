import { describe, expect, it } from 'vitest';
import { panelSizes } from './panel-size';
import { boardSizes } from './size';

describe('the panel above a counter', () => {
  const capital = (vh: number, diagonal: number) => (vh / 100) * 0.668 * diagonal * 25.4 * (1080 / Math.hypot(1920, 1080));
  it.each([[24, 3], [32, 5], [43, 8]])('%d″ at %d m: the number is read from there, and so is the counter’s', (diagonal, distance) => {
    const sizes = panelSizes(1920, 1080, diagonal, distance);
    expect(sizes.tooFar).toBe(false);
    expect(capital(sizes.number, diagonal)).toBeGreaterThanOrEqual((distance * 1000) / 82);
    expect(capital(sizes.head, diagonal)).toBeGreaterThanOrEqual((distance * 1000) / 120 - 0.01);
    // All of it stands on the panel.
    expect(sizes.number * 1.2 + sizes.head * 1.3 + sizes.rest * 2.5).toBeLessThanOrEqual(100);
    expect((sizes.number / 100) * 1080 * 3.6).toBeLessThanOrEqual(1920.01);
  });
  it('shows its number larger than a board shows its newest call', () => {
    expect(panelSizes(1920, 1080, 32, 3).number).toBeGreaterThan(boardSizes(1920, 1080, 32, 3).newest);
  });
  it('refuses what cannot be read, and says how far it reaches', () => {
    const far = panelSizes(1280, 800, 10.1, 6);
    expect(far.tooFar).toBe(true);
    expect(far.maxDistance).toBeGreaterThan(1.5);
    expect(panelSizes(1280, 800, 10.1, far.maxDistance).tooFar).toBe(false);
    expect(panelSizes(1280, 800, 10.1, far.maxDistance + 0.1).tooFar).toBe(true);
  });
  it.each([{ more: true }, { named: true }, { more: true, named: true }])('leaves room beside the number for %o, and it stays readable', (beside) => {
    const [alone, less] = [panelSizes(1920, 1080, 24, 4), panelSizes(1920, 1080, 24, 4, beside)];
    expect(less.number).toBeLessThan(alone.number);
    expect(capital(less.number, 24)).toBeGreaterThanOrEqual(4000 / 82 - 0.01);
  });
  it('has the letters of boards', () => {
    const [panel, board] = [panelSizes(1920, 1080, 43, 8), boardSizes(1920, 1080, 43, 8)];
    expect(panel.head).toBeCloseTo(board.earlier, 6);
    expect(panel.rest).toBeCloseTo(board.rest, 6);
  });
});
