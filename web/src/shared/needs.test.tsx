import { render, screen } from '@testing-library/react';
import { beforeAll, expect, it } from 'vitest';
import type { SiteBoard } from '~/api/shapes';
import { setLanguage, startTexts } from '~/i18n';
import { asked, toggled, useNeeds, wishesOf } from './needs';

beforeAll(() => startTexts());

function Said({ text }: { text: string }) {
  return <p>{useNeeds()(text)}</p>;
}

it('says known help in the reader’s language and other help as it is written', async () => {
  await setLanguage('de', false);
  render(<Said text="seat, A hand with the bags" />);
  expect(screen.getByText('Sitzplatz, A hand with the bags')).toBeTruthy();
});

it('takes a board that was kept from before for one that offers nothing', () => {
  expect(wishesOf({ tenant: { slug: 'bank' } } as unknown as SiteBoard)).toEqual({ several: false, needs: [] });
  expect(wishesOf({ tenant: { several_services: true, assistance: ['lift'] } } as unknown as SiteBoard)).toEqual({ several: true, needs: ['lift'] });
});

it('puts together what one person asks for, in the order of the asking', () => {
  expect(asked([])).toBeUndefined();
  expect(asked(toggled(toggled([], 'lift'), 'seat'))).toBe('lift, seat');
  expect(toggled(['lift', 'seat'], 'lift')).toEqual(['seat']);
});
