import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { ServiceCard } from '~/api/shapes';
import { inLanguage } from '~/i18n/languages';
import { useEntries } from './use-entries';

/** What something is called in the reader's language that is called like a service: the service, or its line. */
export function namedIn(services: readonly Pick<ServiceCard, 'name' | 'names'>[], language: string, name: string): string {
  return inLanguage(services.find((one) => one.name === name)?.names, language, name);
}

/** Services, and lines that are called like their service, by the names that the tenant gave them for this language. */
export function useNamed(): (name: string) => string {
  const { i18n } = useTranslation();
  const { data } = useEntries<ServiceCard>('/services');
  return useCallback((name) => namedIn(data ?? [], i18n.language, name), [data, i18n.language]);
}
