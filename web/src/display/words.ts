/** A call in the words of its row: number, counter, and where that is on a board of several sites. */
import type { TFunction } from 'i18next';

export function spokenOf(t: TFunction<'display'>, number: string, counter: string, site: string | undefined): string {
  return site === undefined ? t('spoken', { number, counter }) : t('spokenAt', { number, counter, site });
}
