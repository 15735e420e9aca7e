import { useCallback, useEffect, useRef, useState } from 'react';
import i18next from 'i18next';
import { api } from '~/api/client';
import type { Call, DeviceConfig } from '~/api/shapes';
import type { Device } from '~/device/use-device';
import { LANGUAGES, type Language } from '~/i18n/languages';
import { chime } from '~/sound/chime';
import { Caller, type Heard } from '~/sound/caller';
import { speak, spell } from '~/sound/speech';
import { isQuiet, isShown } from './calls';

/** Calls older than this when they arrive are acknowledged without a sound: nobody waits for them any more. */
const TOO_OLD_MS = 10 * 60_000;
const QUIET_VOLUME = 0.3;
const ACK_RETRIES = 6;

interface Setup {
  readonly device: Device;
  readonly config: DeviceConfig;
  readonly timeZone: string;
  /** The languages to speak, the site's first; the repetition uses the next one. */
  readonly languages: readonly Language[];
  readonly onBegin: (call: Call) => void;
}

/** "Ticket A, zero, four, two. Counter three.", in `language`. */
export function sentence(call: Call, language: Language): string {
  const t = i18next.getFixedT(language, 'display');
  const who = call.label === call.number ? spell(call.number, (d) => t(`digit.${d}`)) : call.label;
  return call.label === call.number
    ? t('speech.ticket', { number: who, counter: call.counter_number })
    : t('speech.person', { name: who, counter: call.counter_number });
}

function localClock(timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone }).format(new Date());
}

const wait = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

function acknowledge({ device }: Setup, call: Call, outcome: Heard): void {
  const path = `/api/v1/device/announcements/${call.announcement_id}/ack`;
  // Without an acknowledgement the server raises the alert by itself; there is nothing else to do here.
  api.post(path, { outcome }, { token: device.token ?? undefined, retries: ACK_RETRIES }).catch(() => undefined);
}

/** A caller that reads its set-up anew for every call: a changed language or quiet hour takes effect at once. */
function callerOf(setup: () => Setup, begun: (call: Call) => void, ended: (heard: Heard) => void): Caller<Call> {
  const quiet = () => {
    const { config, timeZone } = setup();
    return isQuiet(config.quiet_from, config.quiet_to, localClock(timeZone));
  };
  return new Caller<Call>(
    {
      chime: () => chime(quiet() ? QUIET_VOLUME : 1),
      speak: (call, round) => {
        if (quiet()) return Promise.resolve(false);
        const { languages } = setup();
        const language = languages[round % languages.length] ?? 'en';
        return speak(sentence(call, language), LANGUAGES[language].locale.split('-u-')[0] ?? language);
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
        setLast,
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
    if (Date.now() - Date.parse(call.called_at) > TOO_OLD_MS) {
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
