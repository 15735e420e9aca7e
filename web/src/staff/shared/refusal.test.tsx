import { renderHook } from '@testing-library/react';
import { beforeEach, expect, it } from 'vitest';
import { ApiFault } from '~/api/fault';
import { loadTexts, startTexts } from '~/i18n';
import { useRefused } from './refusal';

beforeEach(async () => {
  await startTexts();
  await loadTexts('fault');
});

it('says what is away for a moment, and not that something is broken', () => {
  const { result } = renderHook(() => useRefused());
  const away = new ApiFault(503, { code: 'issuer_away', detail: 'Acme cannot be reached at this moment.' });
  expect(result.current(away)).toMatchObject({ title: 'A moment, please', text: 'Acme cannot be reached at this moment.' });
  for (const broken of [new ApiFault(503, {}), new ApiFault(500, { code: 'internal', detail: 'secret' })]) {
    expect(result.current(broken).title).toBe('Something went wrong');
  }
});
