import { renderHook } from '@testing-library/react';
import { expect, it } from 'vitest';
import { announcements } from '~/live/announce';
import { useNews } from './use-news';

it('says what joins the list, once, and again when it comes back; not what was there when the screen opened', () => {
  const said: string[] = [];
  let last = announcements.current().urgentNo;
  announcements.subscribe(() => {
    const { urgent, urgentNo } = announcements.current();
    if (urgentNo !== last) said.push(urgent);
    last = urgentNo;
  });
  const { rerender } = renderHook(({ list }: { list: readonly string[] | undefined }) => useNews(list, (one) => one, (one) => `${one} is here.`), { initialProps: { list: undefined as readonly string[] | undefined } });
  rerender({ list: ['Ana'] });
  expect(said).toEqual([]);
  rerender({ list: ['Ana', 'Bo', 'Cy'] });
  expect(said).toEqual(['Bo is here. Cy is here.']);
  rerender({ list: ['Bo', 'Cy'] });
  rerender({ list: ['Bo', 'Cy'] });
  expect(said).toHaveLength(1);
  rerender({ list: ['Ana', 'Bo', 'Cy'] });
  expect(said.at(-1)).toBe('Ana is here.');
});
