import { render } from '@testing-library/react';
import { beforeEach, expect, it } from 'vitest';
import type { Estimate } from '~/api/shapes';
import { setLanguage, startTexts } from '~/i18n';
import { WaitRange } from './wait-estimate';

const estimate: Estimate = {
  basis: 'pace',
  p10: 8,
  p50: 14,
  p90: 19,
  serving: true,
  after_closing: false,
  samples: 40,
  at: '2026-11-20T09:00:00Z',
  low: 10,
  high: 20,
  be_here_by: null,
  called_by: null,
};
const unserved: Estimate = { ...estimate, basis: 'none', p10: null, p50: null, p90: null, low: null, high: null, serving: false };

const shown = (node: React.ReactNode) => render(node).container.textContent;

beforeEach(async () => {
  await startTexts();
  await setLanguage('en', false);
});

it('says a range, that nobody serves, or that nothing is known', () => {
  expect(shown(<WaitRange estimate={estimate} />)).toBe('10–20 min');
  expect(shown(<WaitRange estimate={unserved} />)).toBe('Nobody is serving this line now');
  expect(shown(<WaitRange estimate={null} />)).toBe('No estimate yet');
});

it('says that a turn comes after closing time, where there is room for it', () => {
  const late = { ...estimate, after_closing: true };
  expect(shown(<WaitRange estimate={late} />)).toBe('10–20 min probably after closing time');
  expect(shown(<WaitRange estimate={late} brief />)).toBe('10–20 min');
});

it.each([
  ['ar', 'على الأرجح بعد موعد الإغلاق'],
  ['de', 'wahrscheinlich erst nach der Schließung'],
  ['es', 'probablemente después del cierre'],
  ['fr', 'probablement après la fermeture'],
] as const)('says so in %s', async (language, text) => {
  await setLanguage(language, false);
  expect(shown(<WaitRange estimate={{ ...estimate, after_closing: true }} />)).toContain(text);
});
