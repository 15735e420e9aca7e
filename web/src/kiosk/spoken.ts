import { useCallback, useEffect, useState } from 'react';
import { currentLanguage } from '~/i18n';
import { LANGUAGES } from '~/i18n/languages';
import { speak } from '~/sound/speech';

/** Whether this machine has any voice; browsers find theirs a while after the start. */
export function useHasVoice(): boolean {
  const look = () => 'speechSynthesis' in window && speechSynthesis.getVoices().length > 0;
  const [has, setHas] = useState(look);
  useEffect(() => {
    if (!('speechSynthesis' in window)) return undefined;
    const changed = () => setHas(look());
    speechSynthesis.addEventListener('voiceschanged', changed);
    return () => speechSynthesis.removeEventListener('voiceschanged', changed);
  }, []);
  return has;
}

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
