import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { DEFAULT_LANGUAGE, isLanguage, LANGUAGES, type Language } from './languages';

/** One chunk per language and namespace; only what a screen shows is fetched. */
const catalogues = import.meta.glob<{ default: Record<string, unknown> }>('./locales/*/*.json');

const STORE = 'usher.language';

function stored(): string | null {
  try {
    return localStorage.getItem(STORE);
  } catch {
    return null; // storage can be forbidden; the choice then lasts as long as the page
  }
}

/** The language to begin with: the address's `?lang=`, an earlier choice, what the browser asks for, English. */
export function firstLanguage(): Language {
  const wanted = [new URLSearchParams(location.search).get('lang'), stored(), ...navigator.languages];
  for (const tag of wanted) {
    const code = tag?.split('-')[0];
    if (isLanguage(code)) return code;
  }
  return DEFAULT_LANGUAGE;
}

function applyToDocument(language: Language): void {
  document.documentElement.lang = language;
  document.documentElement.dir = LANGUAGES[language].dir;
}

/** Shows everything in `language` from now on; `keep` remembers it on this device. */
export async function setLanguage(language: Language, keep = true): Promise<void> {
  await i18next.changeLanguage(language);
  applyToDocument(language);
  if (!keep) return;
  try {
    localStorage.setItem(STORE, language);
  } catch {
    // see stored()
  }
}

/** The language shown now. */
export function currentLanguage(): Language {
  return isLanguage(i18next.language) ? i18next.language : DEFAULT_LANGUAGE;
}

/** Makes the texts of a screen ready before it is drawn; a route's loader calls it. */
export async function loadTexts(...namespaces: string[]): Promise<void> {
  await i18next.loadNamespaces(namespaces);
}

/** Starts the texts, `namespaces` beside the common ones; call once, before the first render. Fails when none came. */
export async function startTexts(...namespaces: string[]): Promise<void> {
  const language = firstLanguage();
  await i18next
    .use({
      type: 'backend',
      read: (code: string, namespace: string, done: (error: Error | null, data: Record<string, unknown> | null) => void) => {
        const load = catalogues[`./locales/${code}/${namespace}.json`];
        if (load === undefined) {
          done(new Error(`no texts ${code}/${namespace}`), null);
          return;
        }
        load().then(
          (m) => done(null, m.default),
          (error: unknown) => done(error instanceof Error ? error : new Error(String(error)), null),
        );
      },
    })
    .use(initReactI18next)
    .init({
      lng: language,
      // Every catalogue is whole (a test holds them to it): nobody has to fetch English beside their own.
      fallbackLng: false,
      supportedLngs: Object.keys(LANGUAGES),
      ns: ['common', ...namespaces],
      defaultNS: 'common',
      interpolation: { escapeValue: false }, // React escapes
      react: { useSuspense: true },
    });
  if (!i18next.hasLoadedNamespace('common')) throw new Error(`no texts in ${language}`);
  applyToDocument(language);
}
