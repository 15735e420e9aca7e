/** The two notes of the chime in hertz and how long each sounds in milliseconds. */
export const CHIME = [
  [659, 350],
  [523, 650],
] as const;

let context: AudioContext | null = null;

/** Makes sound possible; browsers grant it only during a tap. Answers whether it is. */
export async function unlockSound(): Promise<boolean> {
  try {
    context ??= new AudioContext();
    if (context.state !== 'running') {
      // A browser that waits for a tap leaves the promise open; do not wait with it.
      await Promise.race([context.resume(), new Promise((done) => setTimeout(done, 300))]);
    }
    return (context.state as AudioContextState) === 'running';
  } catch {
    return false;
  }
}

/** Whether sound would be heard now. */
export function soundUnlocked(): boolean {
  return context?.state === 'running';
}

/** Plays the chime and resolves when it has ended; false when sound is blocked. */
export async function chime(volume = 1): Promise<boolean> {
  if (!(await unlockSound()) || context === null) return false;
  let at = context.currentTime + 0.02;
  for (const [hertz, ms] of CHIME) {
    const length = ms / 1000;
    const gain = context.createGain();
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(0.5 * volume, at + 0.01);
    gain.gain.exponentialRampToValueAtTime(0.001, at + length);
    gain.connect(context.destination);
    // A quiet octave above makes the note carry in a noisy room.
    for (const [factor, share] of [[1, 1], [2, 0.25]] as const) {
      const level = context.createGain();
      level.gain.value = share;
      const note = context.createOscillator();
      note.frequency.value = hertz * factor;
      note.connect(level).connect(gain);
      note.start(at);
      note.stop(at + length);
    }
    at += length;
  }
  await new Promise((done) => setTimeout(done, CHIME.reduce((sum, [, ms]) => sum + ms, 20)));
  return true;
}
