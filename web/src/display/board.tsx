import i18next from 'i18next';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Call, DeviceBoard, DeviceSelf, Frame, SiteBoard } from '~/api/shapes';
import { chimes, speaks, useTests } from '~/device/tests';
import { usePing, type Device } from '~/device/use-device';
import { useBrand } from '~/design/mode';
import { setLanguage } from '~/i18n';
import { LANGUAGES, offered } from '~/i18n/languages';
import { announcements } from '~/live/announce';
import type { LiveClock } from '~/live/clock';
import { useFreshness, useLive, useNow } from '~/live/use-live';
import { soundUnlocked, unlockSound } from '~/sound/chime';
import { useHasVoice } from '~/sound/use-voice';
import { ofCounters, withBoard, withCall, type Row } from './calls';
import { BoardFace } from './face';
import { useJoinCode } from './join-code';
import { joined, type Joined } from './sites';
import { StartScreen } from './start';
import { useCaller } from './use-caller';
import { spokenOf } from './words';

/** Without news for this long the board says so and hides the waits: within fifteen seconds of a cut. */
const STALE_S = 14;

/** The board of a paired display; `onFrame` hears what its feed says. */
export function Board({ device, self, onFrame }: { device: Device; self: DeviceSelf; onFrame: (frame: Frame) => void }) {
  const { t } = useTranslation('display');
  const config = useMemo(() => self.device.config ?? {}, [self]);
  const languages = useMemo(() => offered(config.languages !== undefined && config.languages.length > 0 ? config.languages : self.tenant.locales ?? (self.tenant.locale == null ? undefined : [self.tenant.locale])), [self, config]);
  const [announced, setAnnounced] = useState<Row[]>([]);
  const [unlocked, setUnlocked] = useState(soundUnlocked);
  useBrand(self.tenant.branding?.primary_color);
  // One that stands where another is heard shows the calls alone.
  const silent = config.sound === false;

  const boards = useRef(new Map<string, SiteBoard>());
  /** Where a call is, in words, once the board shows more than one site. */
  const placeOf = useCallback((call: Call) => (boards.current.size > 1 ? boards.current.get(call.site_id)?.site.name : undefined), []);
  const onBegin = useCallback(
    (call: Call) => {
      setAnnounced((before) => withCall(before, call, Date.now()));
      announcements.alert(spokenOf(t, call.label, call.counter_number, placeOf(call)));
    },
    [t, placeOf],
  );
  const feed = useRef<LiveClock | null>(null);
  const serverNow = useCallback(() => feed.current?.serverNow() ?? Date.now(), []);
  const { add, pending, last, forget, meanwhile } = useCaller({ device, config, timeZone: self.site.timezone, languages, placeOf, now: serverNow, onBegin });

  // A test sounds as a call does, and between calls.
  const language = languages[0] ?? 'en';
  const tests = useTests(device, {
    chime: () => meanwhile(chimes),
    voice: () => meanwhile(() => speaks(t('test.spoken', { name: self.device.name }), LANGUAGES[language].locale.split('-u-')[0] ?? language)),
  });

  const catchUp = useCallback(() => {
    api
      .get<DeviceBoard>('/api/v1/device/board', { token: device.token ?? undefined, retries: 2 })
      .then((answer) => answer.queue_of_calls.forEach(add))
      .catch((error: unknown) => device.refused(error));
  }, [device, add]);

  const reduce = useCallback(
    (previous: Joined | undefined, frame: Frame): Joined | undefined => {
      onFrame(frame);
      tests(frame);
      // The caller is told outside of this function, which React may run twice: it knows each call once.
      if (frame.type === 'announcement') {
        queueMicrotask(() => add(frame.data as Call));
        return previous;
      }
      const board = frame.data as SiteBoard | null;
      if (board === null || typeof board !== 'object' || !Array.isArray(board.queues)) return previous;
      // After a cut there may be calls that no screen has played: the board's own answer lists them in order.
      if (frame.type === 'snapshot') queueMicrotask(catchUp);
      boards.current.set(board.site.id, ofCounters(board, config.counters));
      return joined(self.site.id, boards.current);
    },
    [add, catchUp, config.counters, self.site.id, onFrame, tests],
  );
  const { data: board, clock } = useLive<Joined>('/api/v1/device/events', reduce, { ticket: device.ticket });
  useEffect(() => {
    feed.current = clock;
  }, [clock]);
  const { age } = useFreshness(clock);
  const joinCode = useJoinCode(device, config.join_code !== false && board?.queues.some((q) => q.asks_code) === true);
  const now = useNow();
  const [started] = useState(() => Date.now());

  const rows = useMemo(
    () => (board === undefined ? announced : withBoard(announced, board, pending, now)),
    [announced, board, pending, now],
  );

  useEffect(() => {
    void setLanguage(languages[0] ?? 'en', false);
    // The repetition is spoken in the next language of the site.
    void i18next.loadLanguages([...languages]);
  }, [languages]);
  useEffect(() => {
    document.title = `${self.site.name} · ${self.device.name}`;
  }, [self]);
  // What an earlier call met says nothing of the next one. Whoever asked before a tap may be answered after it: what holds
  // is how the sound is now.
  const sound = useCallback(() => {
    const on = soundUnlocked();
    setUnlocked(on);
    if (on) forget();
  }, [forget]);
  useEffect(() => {
    // A browser that is set up for it lets sound through without a tap.
    void unlockSound().then(sound);
  }, [sound]);
  const hasVoice = useHasVoice(languages[0] ?? 'en');
  usePing(
    device,
    // What is found out after the start is told at once.
    useCallback(() => ({ audio: silent ? 'off' : unlocked && soundUnlocked() ? (hasVoice ? 'voice' : 'chime') : 'blocked' }), [silent, unlocked, hasVoice]),
  );

  return (
    <BoardFace
      names={{ tenant: self.tenant.name, site: self.site.name, zone: self.site.timezone }}
      config={config}
      board={board}
      rows={rows}
      clock={clock}
      stale={age !== null && age >= STALE_S ? age : null}
      late={now - started > STALE_S * 1000}
      locked={!silent && !unlocked}
      heard={last}
      joinCode={joinCode}
      now={now}
      onTouch={() => void unlockSound().then(sound)}
    >
      <StartScreen unlocked={silent || unlocked} onStart={sound} />
    </BoardFace>
  );
}
