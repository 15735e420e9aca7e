/** How an announcement ended, as the server is told. */
export type Heard = 'spoken' | 'chime_only' | 'quiet' | 'blocked';

/** The means by which a `Caller` makes itself heard; replaced in tests. */
export interface Means<C> {
  /** Resolves when the chime has ended; false when sound is blocked. */
  chime: () => Promise<boolean>;
  /** Says the call for the `round`-th time (0 or 1); false when no voice finished in time. */
  speak: (call: C, round: number) => Promise<boolean>;
  wait: (ms: number) => Promise<void>;
  /** Whether quiet hours let no voice be heard now: the chime alone is then as it should be. */
  quiet?: () => boolean;
}

export interface CallerEvents<C> {
  /** The call is being announced from now on. */
  begin?: (call: C) => void;
  /** It has been announced, or could not be. */
  end: (call: C, heard: Heard) => void;
}

const AFTER_CHIME_MS = 300;
const BETWEEN_MS = 700;
/** How long a call holds the floor where it cannot be heard, so that eyes can follow. */
const SILENT_MS = 1500;

/** A sound that fails is a sound that was not heard; the next call must still come. */
const tried = (sound: Promise<boolean>): Promise<boolean> => sound.catch(() => false);

/**
 * Announces calls one after the other, in order, none overlapping and none lost: chime, words, and the words
 * again unless two or more others wait.
 */
export class Caller<C extends { announcement_id: string }> {
  private readonly queue: C[] = [];
  private readonly known = new Set<string>();
  private running = false;
  /** What is played between two calls, such as a test. */
  private between: (() => Promise<unknown>)[] = [];
  private readonly means: Means<C>;
  private readonly events: CallerEvents<C>;

  constructor(means: Means<C>, events: CallerEvents<C>) {
    this.means = means;
    this.events = events;
  }

  /** Takes a call up once; the same announcement arriving again (snapshot after a cut) is ignored. */
  add(call: C): void {
    if (this.known.has(call.announcement_id)) return;
    this.known.add(call.announcement_id);
    this.forgetOldest();
    this.queue.push(call);
    if (!this.running) void this.run();
  }

  /** Whether this announcement was taken up before. */
  knows(call: C): boolean {
    return this.known.has(call.announcement_id);
  }

  /** How many wait behind the one being announced. */
  get waiting(): number {
    return this.queue.length;
  }

  /** Plays something of another kind when no call is being announced; calls that come meanwhile wait for its end. */
  meanwhile<T>(play: () => Promise<T>): Promise<T> {
    return new Promise((done, fail) => {
      this.between.push(() => play().then(done, fail));
      if (!this.running) void this.run();
    });
  }

  private forgetOldest(): void {
    // A board runs for months; a few hundred ids are enough to recognise a repetition.
    if (this.known.size <= 500) return;
    for (const id of this.known) {
      this.known.delete(id);
      return;
    }
  }

  private async run(): Promise<void> {
    this.running = true;
    for (;;) {
      const call = this.queue.shift();
      if (call !== undefined) {
        this.events.begin?.(call);
        this.events.end(call, await this.announce(call));
        continue;
      }
      const play = this.between.shift();
      if (play === undefined) break;
      await play();
    }
    this.running = false;
  }

  private async announce(call: C): Promise<Heard> {
    if (!(await tried(this.means.chime()))) {
      await this.means.wait(SILENT_MS);
      // Somebody may have given the screen its sound meanwhile: the call is heard after all.
      if (!(await tried(this.means.chime()))) return 'blocked';
    }
    await this.means.wait(AFTER_CHIME_MS);
    if (this.means.quiet?.() === true) return 'quiet';
    if (!(await tried(this.means.speak(call, 0)))) return 'chime_only';
    if (this.queue.length < 2) {
      await this.means.wait(BETWEEN_MS);
      await tried(this.means.speak(call, 1));
    }
    return 'spoken';
  }
}
