import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { SiteBoard } from '~/api/shapes';

/** The help that the product has words for in every language; an organisation may offer other, in its own words. */
const KNOWN: ReadonlySet<string> = new Set(['seat', 'lift', 'interpreter']);
/** Parts what one person asks for. */
const COMMA = ', ';

/** What people may ask for as they join, and whether for several services at once. A board that was kept from before says nothing of it. */
export function wishesOf({ tenant }: Pick<SiteBoard, 'tenant'>): { several: boolean; needs: readonly string[] } {
  const { several_services: several, assistance } = tenant as Partial<SiteBoard['tenant']>;
  return { several: several ?? false, needs: assistance ?? [] };
}

/** Puts together what one person asks for, as a ticket says it; undefined for nothing. */
export function asked(needs: readonly string[]): string | undefined {
  return needs.length === 0 ? undefined : needs.join(COMMA);
}

/** What a ticket says of help, in the reader's language. */
export function useNeeds(): (text: string) => string {
  const { t } = useTranslation();
  return useCallback(
    (text) =>
      text
        .split(COMMA)
        .map((word) => (KNOWN.has(word) ? t(`needs.${word}`) : word))
        .join(COMMA),
    [t],
  );
}

/** `all` with `one`, or without it where it was there. */
export function toggled<T>(all: readonly T[], one: T): T[] {
  return all.includes(one) ? all.filter((other) => other !== one) : [...all, one];
}
