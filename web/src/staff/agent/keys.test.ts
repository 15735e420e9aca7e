import { expect, it } from 'vitest';
import { chordOf, learnable, types } from './keys';

const press = (key: string, more: Partial<KeyboardEvent> = {}) => chordOf({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...more });

it('names keys as buttons write them', () => {
  expect([press('F9'), press('F9', { shiftKey: true }), press('z', { ctrlKey: true }), press('k', { metaKey: true }), press('Shift')]).toEqual(['F9', '⇧F9', 'Ctrl Z', 'Ctrl K', '']);
});

it('knows which keys type', () => {
  expect(['A', '⇧A', '5'].every(types)).toBe(true);
  expect(['F9', 'Ctrl A', 'Alt A', 'Enter'].some(types)).toBe(false);
});

it('leaves forms and dialogs the keys that they live by', () => {
  expect(['Enter', ' ', 'Tab', '⇧Tab', 'Escape', 'ArrowDown'].some(learnable)).toBe(false);
  expect(['F13', 'Ctrl Enter', '5', 'Pause'].every(learnable)).toBe(true);
});
