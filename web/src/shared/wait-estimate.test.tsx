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

it('keeps what it said while the wait moves by less than a step, and never says less than nine in ten need', () => {
  const at = (p50: number, p90: number) => <WaitRange estimate={{ ...estimate, p50, p90 }} />;
  const { container, rerender } = render(at(12, 20.4));
  const says = (text: string) => expect(container.textContent).toBe(text);
  says('10–25 min');
  // Said for the first time this would be 10–20 min.
  rerender(at(12, 19.6));
  says('10–25 min');
  rerender(at(12, 15));
  says('10–15 min');
  rerender(at(12, 15.1));
  says('10–20 min');
});

it('says another range as soon as the median has left the one that was said', () => {
  const at = (p50: number, p90: number) => <WaitRange estimate={{ ...estimate, p50, p90 }} />;
  const { container, rerender } = render(at(10.1, 19));
  expect(container.textContent).toBe('10–20 min');
  rerender(at(9.9, 18.9));
  expect(container.textContent).toBe('9–20 min');
});

it('forgets what it said where nobody serves any more', () => {
  const { container, rerender } = render(<WaitRange estimate={{ ...estimate, p50: 12, p90: 20.4 }} />);
  rerender(<WaitRange estimate={unserved} />);
  expect(container.textContent).toBe('Nobody is serving this line now');
  rerender(<WaitRange estimate={{ ...estimate, p50: 12, p90: 19.6 }} />);
  expect(container.textContent).toBe('10–20 min');
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
