import { useCallback, useEffect, useRef } from 'react';
import { api } from '~/api/client';
import type { DeviceTask, DeviceTest, Frame, TestOutcome } from '~/api/shapes';
import { chime } from '~/sound/chime';
import { canSpeak, speak } from '~/sound/speech';
import type { Device } from './use-device';

/** A test that comes later than this is one that nobody stands by for any more. */
const TOO_OLD_MS = 60_000;
const ANSWER_RETRIES = 3;

/** What a screen does when it is asked to, and how that went. */
export type Doers = Readonly<Partial<Record<DeviceTask, () => Promise<TestOutcome>>>>;

/**
 * The test in a frame of the screen's own feed: one that is asked for now, or that was while the screen was away. Null
 * where there is none, where it was answered, or where it is too late for it.
 */
export function testIn(frame: Frame, now: number): DeviceTest | null {
  if (frame.type !== 'device.test' && (frame.type !== 'snapshot' || frame.room?.startsWith('device:') !== true)) return null;
  const { test } = (frame.data ?? {}) as { test?: DeviceTest | null };
  return test != null && test.outcome == null && now - Date.parse(test.asked_at) < TOO_OLD_MS ? test : null;
}

/** Plays the chime. */
export const chimes = async (): Promise<TestOutcome> => ((await chime()) ? 'done' : 'blocked');

/** Says a sentence in a language, as a call is said. */
export async function speaks(text: string, language: string): Promise<TestOutcome> {
  if (!canSpeak(language)) return 'no_voice';
  return (await speak(text, language)) ? 'done' : 'no_voice';
}

/** Does what a device is asked to by an administrator, once each, and answers; hand every frame of the feed here. */
export function useTests(device: Device, doers: Doers): (frame: Frame) => void {
  const latest = useRef(doers);
  useEffect(() => {
    latest.current = doers;
  });
  const known = useRef('');
  return useCallback(
    (frame: Frame) => {
      const test = testIn(frame, Date.now());
      if (test === null || known.current === test.id) return;
      known.current = test.id;
      // Feeds hand their frames on while React renders.
      queueMicrotask(() => {
        const work = latest.current[test.what] ?? (() => Promise.resolve<TestOutcome>('failed'));
        void work()
          .catch((): TestOutcome => 'failed')
          .then((outcome) => api.post(`/api/v1/device/tests/${test.id}`, { outcome }, { token: device.token ?? undefined, retries: ANSWER_RETRIES }))
          // Nobody hears of an answer that does not arrive: whoever asked is told that none came.
          .catch(() => undefined);
      });
    },
    [device],
  );
}
