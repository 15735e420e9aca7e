/**
 * The languages that have a full catalogue under `locales/`, in the order in which people choose among them. To
 * add one: copy `locales/en`, translate it, add it here; the tests then hold it to the same keys.
 */
export const LANGUAGES = {
  en: { name: 'English', dir: 'ltr', locale: 'en-GB' },
  de: { name: 'Deutsch', dir: 'ltr', locale: 'de-DE' },
  fr: { name: 'Français', dir: 'ltr', locale: 'fr-FR' },
  es: { name: 'Español', dir: 'ltr', locale: 'es-ES' },
  // Numbers, times and tickets stay in the digits 0–9 that signs and receipts use.
  ar: { name: 'العربية', dir: 'rtl', locale: 'ar-u-nu-latn' },
} as const satisfies Record<string, { name: string; dir: 'ltr' | 'rtl'; locale: string }>;

export type Language = keyof typeof LANGUAGES;

export const DEFAULT_LANGUAGE: Language = 'en';

export function isLanguage(code: unknown): code is Language {
  return typeof code === 'string' && Object.hasOwn(LANGUAGES, code);
}

/** The catalogues that a tenant's list of locales ("fr", "de-CH") has, in its order; all of them when it names none. */
export function offered(locales: readonly string[] | undefined): Language[] {
  const known = (locales ?? []).map((tag) => tag.split('-')[0]).filter(isLanguage);
  return known.length > 0 ? [...new Set(known)] : (Object.keys(LANGUAGES) as Language[]);
}

/** A line's name for the reader: one that is called like its only service goes by that service's names. */
export function lineName(line: { name: string; services: readonly { name: string; names: Record<string, string> }[] }, language: string): string {
  const [only, ...more] = line.services;
  return only !== undefined && more.length === 0 && only.name === line.name ? inLanguage(only.names, language, line.name) : line.name;
}

/** The text in the reader's language from a `{locale: text}` map, else the fallback. */
export function inLanguage(names: Record<string, string> | null | undefined, language: string, fallback: string): string {
  return names?.[language] ?? names?.[language.split('-')[0] ?? ''] ?? fallback;
}
