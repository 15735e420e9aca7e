import { useCallback, useEffect, useRef, useState } from 'react';
import i18next from 'i18next';
import { api } from '~/api/client';
import type { Call, DeviceConfig } from '~/api/shapes';
import type { Device } from '~/device/use-device';
import { LANGUAGES, type Language } from '~/i18n/languages';
import { chime, soundUnlocked } from '~/sound/chime';
import { Caller, type Heard } from '~/sound/caller';
import { speak, spell } from '~/sound/speech';
import { isQuiet, isShown } from './calls';

/** Calls older than this when they arrive are acknowledged without a sound: nobody waits for them any more. */
const TOO_OLD_MS = 10 * 60_000;
const QUIET_VOLUME = 0.3;
/** How long a call has a silent screen for itself, so that eyes can follow. */
const SHOWN_MS = 1500;
const ACK_RETRIES = 6;

interface Setup {
  readonly device: Device;
  readonly config: DeviceConfig;
  readonly timeZone: string;
  /** The languages to speak, the site's first; the repetition uses the next one. */
  readonly languages: readonly Language[];
  /** Where a call is, on a board of several sites. */
  readonly placeOf: (call: Call) => string | undefined;
  /** The time by the server's clock: that of a screen may be wrong by hours. */
  readonly now: () => number;
  readonly onBegin: (call: Call) => void;
}

/** "Ticket A, zero, four, two. Counter three.", in `language`; on a board of several sites with the site. */
export function sentence(call: Call, language: Language, site?: string): string {
  const t = i18next.getFixedT(language, 'display');
  const counter = call.counter_number;
  if (call.label !== call.number) {
    const name = call.label;
    return site === undefined ? t('speech.person', { name, counter }) : t('speech.personAt', { name, counter, site });
  }
  const number = spell(call.number, (d) => t(`digit.${d}`));
  return site === undefined ? t('speech.ticket', { number, counter }) : t('speech.ticketAt', { number, counter, site });
}

function localClock(timeZone: string, now: number): string {
  return new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone }).format(now);
}

const wait = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

function acknowledge({ device }: Setup, call: Call, outcome: Heard): void {
  const path = `/api/v1/device/announcements/${call.announcement_id}/ack`;
  // Without an acknowledgement the server raises the alert by itself; there is nothing else to do here.
  api.post(path, { outcome }, { token: device.token ?? undefined, retries: ACK_RETRIES }).catch(() => undefined);
}

/** A caller that reads its set-up anew for every call: a changed language or quiet hour takes effect at once. */
function callerOf(setup: () => Setup, begun: (call: Call) => void, ended: (heard: Heard) => void): Caller<Call> {
  const silent = () => setup().config.sound === false;
  const quiet = () => {
    const { config, timeZone, now } = setup();
    return silent() || isQuiet(config.quiet_from, config.quiet_to, localClock(timeZone, now()));
  };
  return new Caller<Call>(
    {
      chime: () => (silent() ? wait(SHOWN_MS).then(() => true) : chime(quiet() ? QUIET_VOLUME : 1)),
      speak: (call, round) => {
        if (quiet()) return Promise.resolve(false);
        const { languages, placeOf } = setup();
        const language = languages[round % languages.length] ?? 'en';
        return speak(sentence(call, language, placeOf(call)), LANGUAGES[language].locale.split('-u-')[0] ?? language);
      },
      wait,
      quiet,
    },
    {
      begin: begun,
      end: (call, heard) => {
        ended(heard);
        acknowledge(setup(), call, heard);
      },
    },
  );
}

/** Plays calls in order, acknowledges each, and tells how the sound of the last one was; `forget` once somebody gave the screen its sound, `meanwhile` for what is no call. */
export function useCaller(setup: Setup): { add: (call: Call) => void; pending: ReadonlySet<string>; last: Heard | null; forget: () => void; meanwhile: <T>(play: () => Promise<T>) => Promise<T> } {
  const latest = useRef(setup);
  const caller = useRef<Caller<Call> | null>(null);
  useEffect(() => {
    latest.current = setup;
  });
  const [last, setLast] = useState<Heard | null>(null);
  const [pending, setPending] = useState<ReadonlySet<string>>(() => new Set());
  const own = useCallback(
    () =>
      (caller.current ??= callerOf(
        () => latest.current,
        (begun) => {
          setPending((before) => new Set([...before].filter((id) => id !== begun.announcement_id)));
          latest.current.onBegin(begun);
        },
        // A tap while the last call was on says that the next will be heard.
        (heard) => setLast(heard === 'blocked' && soundUnlocked() ? null : heard),
      )),
    [],
  );
  const add = useCallback((call: Call) => {
    const calls = own();
    // What another display played is still to be played here: the server lists what this one has not.
    if (calls.knows(call)) return;
    if (!isShown(call, latest.current.config.counters)) {
      // It is for another screen: nothing has to be played here, and nobody is to be told that it was not.
      acknowledge(latest.current, call, 'spoken');
      return;
    }
    if (latest.current.now() - Date.parse(call.called_at) > TOO_OLD_MS) {
      acknowledge(latest.current, call, 'blocked');
      return;
    }
    setPending((before) => new Set(before).add(call.announcement_id));
    calls.add(call);
  }, [own]);
  const forget = useCallback(() => setLast(null), []);
  const meanwhile = useCallback(<T,>(play: () => Promise<T>) => own().meanwhile(play), [own]);
  return { add, pending, last, forget, meanwhile };
}
