/** Speech gets this long from the request to its end; then the chime alone has to do. */
export const SPEECH_LIMIT_MS = 8000;

const RATE = 0.9;

/** The voice to use for a language: one that is on this machine, of the very region if there is one. */
export function pickVoice(voices: readonly SpeechSynthesisVoice[], language: string): SpeechSynthesisVoice | null {
  const base = language.split('-')[0];
  const fitting = voices.filter((v) => v.lang.replace('_', '-').split('-')[0] === base);
  const score = (v: SpeechSynthesisVoice) => (v.localService ? 2 : 0) + (v.lang.replace('_', '-') === language ? 1 : 0);
  return fitting.reduce<SpeechSynthesisVoice | null>((best, v) => (best === null || score(v) > score(best) ? v : best), null);
}

/** Whether this machine can speak a language. */
export function canSpeak(language: string): boolean {
  return 'speechSynthesis' in window && pickVoice(speechSynthesis.getVoices(), language) !== null;
}

/** Speaks and resolves when the words have ended; false when there is no voice or it did not finish in time. */
export function speak(text: string, language: string, limit = SPEECH_LIMIT_MS): Promise<boolean> {
  if (!('speechSynthesis' in window)) return Promise.resolve(false);
  const voice = pickVoice(speechSynthesis.getVoices(), language);
  if (voice === null) return Promise.resolve(false);
  return new Promise((done) => {
    const words = new SpeechSynthesisUtterance(text);
    words.voice = voice;
    words.lang = voice.lang;
    words.rate = RATE;
    const end = (spoken: boolean) => {
      clearTimeout(timer);
      words.onend = words.onerror = null;
      if (!spoken) speechSynthesis.cancel();
      done(spoken);
    };
    const timer = setTimeout(() => end(false), limit);
    words.onend = () => end(true);
    words.onerror = () => end(false);
    speechSynthesis.speak(words);
  });
}

/** "A-042" as "A, zero, four, two": letters and digits one by one, with the words that `digit` gives. */
export function spell(number: string, digit: (d: number) => string): string {
  return [...number]
    .filter((c) => /[\p{L}\d]/u.test(c))
    .map((c) => (/\d/.test(c) ? digit(Number(c)) : c))
    .join(', ');
}
