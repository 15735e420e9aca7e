import { describe, expect, it } from 'vitest';
import { boardSizes, pixelsPerMm } from './size';

describe('millimetres', () => {
  it.each([[1080, 1920, 21.5, 81], [1280, 800, 10.1, 118]])('%d×%d at %d″: 20 mm = %d px', (w, h, d, px) => {
    expect(Math.round(pixelsPerMm(w, h, d) * 20)).toBe(px);
  });
});

describe('board sizes', () => {
  it.each([[55, 8, 21], [65, 10, 23]])('%d″ at %d m: newest %d vh', (diagonal, distance, vh) => {
    expect(Math.round(boardSizes(1920, 1080, diagonal, distance).newest)).toBe(vh);
  });
  it('refuses what cannot be read', () => {
    const far = boardSizes(1920, 1080, 32, 8);
    expect(far.tooFar).toBe(true);
    expect(boardSizes(1920, 1080, 32, far.maxDistance).tooFar).toBe(false);
    expect(boardSizes(1920, 1080, 32, far.maxDistance + 0.2).tooFar).toBe(true);
  });
  it('reaches less far upright', () => {
    const upright = boardSizes(1080, 1920, 55, 5);
    expect(upright.tooFar).toBe(false);
    // Five letters, an arrow and two more have to stand side by side.
    expect((upright.newest / 100) * 1920 * 5.5).toBeLessThanOrEqual(1081);
    expect(boardSizes(1080, 1920, 55, 12).tooFar).toBe(true);
  });
  it('is generous in a small room', () => {
    expect(boardSizes(1920, 1080, 55, 2).newest).toBe(20);
  });
});
