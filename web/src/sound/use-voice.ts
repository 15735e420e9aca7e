import { useEffect, useState } from 'react';
import { canSpeak } from './speech';

/** Whether this machine can speak `language`, or any at all. Browsers find their voices some time after the start. */
export function useHasVoice(language: string | null = null): boolean {
  const [, setChanges] = useState(0);
  useEffect(() => {
    if (!('speechSynthesis' in window)) return undefined;
    const changed = () => setChanges((n) => n + 1);
    speechSynthesis.addEventListener('voiceschanged', changed);
    return () => speechSynthesis.removeEventListener('voiceschanged', changed);
  }, []);
  if (language !== null) return canSpeak(language);
  return 'speechSynthesis' in window && speechSynthesis.getVoices().length > 0;
}
