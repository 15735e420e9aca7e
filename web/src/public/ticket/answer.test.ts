import { afterEach, expect, it } from 'vitest';
import { bodyOf, forgetAnswer, keepAnswer, keptAnswer, marked, NOTHING, stateOf, tagsFor } from './answer';

afterEach(() => localStorage.clear());

it('keeps an answer for its own ticket until it is forgotten', () => {
  const answer = { ...NOTHING, csat: 4, comment: 'Good' };
  keepAnswer('one', answer, null);
  expect(keptAnswer('one')).toMatchObject({ answer, key: null });
  expect(keptAnswer('two')).toBe(null);
  keepAnswer('one', answer, 'a key of the answer');
  expect(keptAnswer('one')?.key).toBe('a key of the answer');
  forgetAnswer('two');
  expect(keptAnswer('one')).not.toBe(null);
  forgetAnswer('one');
  expect(keptAnswer('one')).toBe(null);
});

it('forgets an answer that the server would not take any more, and what is not an answer', () => {
  localStorage.setItem('usher.feedback', JSON.stringify({ secret: 'one', answer: NOTHING, key: null, at: Date.now() - 31 * 24 * 3600_000 }));
  expect(keptAnswer('one')).toBe(null);
  localStorage.setItem('usher.feedback', '{');
  expect(keptAnswer('one')).toBe(null);
});

it('lets go of words that do not go with another mark', () => {
  const praise = { ...NOTHING, csat: 5, tags: ['quick', 'tidy'] };
  expect(marked(praise, 4).tags).toEqual(['quick', 'tidy']);
  expect(marked(praise, 3).tags).toEqual(['quick', 'tidy']);
  expect(marked(praise, 2).tags).toEqual([]);
  expect(tagsFor(1)).toContain('slow');
  expect(tagsFor(5)).not.toContain('slow');
});

it('sends what was said and nothing else', () => {
  expect(bodyOf({ ...NOTHING, csat: 3, comment: '  ' })).toEqual({ csat: 3, tags: [] });
  expect(bodyOf({ csat: 1, nps: 0, tags: ['slow'], comment: ' Late ' })).toEqual({ csat: 1, nps: 0, tags: ['slow'], comment: 'Late' });
});

it('tells an open question from one that was answered or is too old', () => {
  const form = { open: false, given_at: null, csat: null, nps: null };
  expect(stateOf({ ...form, open: true })).toBe('asking');
  expect(stateOf({ ...form, given_at: '2026-11-20T14:00:00Z', csat: 4 })).toBe('said');
  expect(stateOf(form)).toBe('late');
});
