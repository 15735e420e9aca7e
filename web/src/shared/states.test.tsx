import { renderHook, waitFor } from '@testing-library/react';
import { beforeEach, expect, it } from 'vitest';
import { ApiFault } from '~/api/fault';
import { setLanguage, startTexts } from '~/i18n';
import { useFaultText, useFieldTexts, useRefusalText } from './states';

beforeEach(async () => {
  await startTexts();
  await setLanguage('de', false);
});

it('says a refusal in the reader’s language, to the person it happened to', async () => {
  const { result } = renderHook(() => useFaultText());
  const text = (code: string, detail = 'In the server’s words.') => result.current(new ApiFault(409, { code, detail })).text;
  await waitFor(() => expect(text('queue_inactive')).toBe('Die Warteschlange ist nicht in Gebrauch.'));
  expect(text('customer_limit')).toBe('Sie haben heute so viele Tickets gezogen, wie diese Warteschlange erlaubt.');
  // A tenant's own rule speaks the tenant's words, and a code that is newer than this page the server's.
  expect(text('rule_refused', 'Bitte zuerst zur Anmeldung.')).toBe('Bitte zuerst zur Anmeldung.');
  expect(text('newer_than_this_page')).toBe('In the server’s words.');
});

it('keeps the server’s words in the language that it speaks, for it knows times and names', async () => {
  await setLanguage('en', false);
  const { result } = renderHook(() => useFaultText());
  const closed = new ApiFault(409, { code: 'out_of_hours', detail: 'Central is closed now. It opens 09:00.' });
  expect(result.current(closed).text).toBe('Central is closed now. It opens 09:00.');
});

it('says a refusal that a thing tells of itself by its code, to its person and of others', async () => {
  const { result } = renderHook(() => ({ own: useRefusalText(), others: useRefusalText(true) }));
  const said = 'Photo is paused at the moment.';
  await waitFor(() => expect(result.current.others('queue_paused', said)).toMatch(/pausiert/));
  expect(result.current.own('numbers_exhausted', said)).not.toBe(result.current.others('numbers_exhausted', said));
  expect(result.current.own(null, null)).toBe('');
  expect(result.current.own('rule_refused', 'Bitte zuerst zur Anmeldung.')).toBe('Bitte zuerst zur Anmeldung.');
});

it('says what is wrong with a field in the reader’s language', async () => {
  const wrong = new ApiFault(422, {
    code: 'invalid_field',
    errors: [
      { field: 'phone', code: 'not_a_phone', message: 'Give a number.' },
      { field: 'join_code', code: 'join_code_old', message: 'This code has run out.' },
    ],
  });
  const { result } = renderHook(() => useFieldTexts(wrong));
  await waitFor(() => expect(result.current['phone']).toBe('Das ist keine Telefonnummer.'));
  expect(result.current['join_code']).toMatch(/abgelaufen/);
});
