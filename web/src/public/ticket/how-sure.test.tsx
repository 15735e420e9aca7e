import { render } from '@testing-library/react';
import { beforeEach, expect, it } from 'vitest';
import type { Estimate, EstimatesKept } from '~/api/shapes';
import { loadTexts, setLanguage, startTexts } from '~/i18n';
import { HowSure } from './how-sure';

const estimate: Estimate = {
  basis: 'pace', p10: 8, p50: 14, p90: 19, serving: true, after_closing: false, samples: 40, at: '2026-11-20T09:00:00Z',
  low: 10, high: 20, be_here_by: null, called_by: null,
};

beforeEach(async () => {
  await startTexts();
  await loadTexts('ticket');
  await setLanguage('en', false);
});

const said = (kept: EstimatesKept | null) => render(<HowSure estimate={estimate} kept={kept} />).getByTestId('ticket-kept').textContent;

it('says what was measured in this line', () => {
  expect(said({ estimates: 340, p90_coverage: 0.934 })).toBe('93 of 100 people were called within what we said.');
});

it('says what is aimed for where too little was measured', () => {
  expect(said({ estimates: 12, p90_coverage: 0.5 })).toBe('We aim for 9 of 10 people to be called within what we say.');
});

it.each([
  ['ar', 'نهدف إلى نداء 9 من كل 10 أشخاص خلال المدة التي نذكرها.'],
  ['de', 'Unser Ziel: 9 von 10 Personen werden in der genannten Zeit aufgerufen.'],
  ['es', 'Nuestro objetivo es llamar a 9 de cada 10 personas dentro de lo que decimos.'],
  ['fr', 'Nous visons que 9 personnes sur 10 soient appelées dans le délai annoncé.'],
] as const)('says so in %s', async (language, text) => {
  await setLanguage(language, false);
  expect(said(null)).toBe(text);
});
