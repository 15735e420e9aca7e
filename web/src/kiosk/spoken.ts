import { useCallback, useEffect } from 'react';
import { currentLanguage } from '~/i18n';
import { LANGUAGES } from '~/i18n/languages';
import { speak } from '~/sound/speech';

/** In spoken mode, says what has the focus. Returns how to say a sentence of its own. */
export function useSpoken(on: boolean): (text: string) => void {
  const say = useCallback(
    (text: string) => {
      if (!on || text === '') return;
      // What is new is more important than what was being said.
      if ('speechSynthesis' in window) speechSynthesis.cancel();
      void speak(text, LANGUAGES[currentLanguage()].locale.split('-u-')[0] ?? 'en', 20_000);
    },
    [on],
  );
  useEffect(() => {
    if (!on) return undefined;
    const focused = (e: FocusEvent) => {
      // Headings get the focus when a screen begins, and are said then.
      if (e.target instanceof HTMLButtonElement) say(nameOf(e.target));
    };
    document.addEventListener('focusin', focused);
    return () => {
      document.removeEventListener('focusin', focused);
      if ('speechSynthesis' in window) speechSynthesis.cancel();
    };
  }, [on, say]);
  return say;
}

function nameOf(element: HTMLElement): string {
  return element.getAttribute('aria-label') ?? element.innerText.replace(/\s*\n\s*/g, '. ');
}
