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
import { useFreshness, useLive, useNow } from '~/live/use-live';
import { soundUnlocked, unlockSound } from '~/sound/chime';
import { useHasVoice } from '~/sound/use-voice';
import { ofCounters, withBoard, withCall, type Row } from './calls';
import { BoardFace } from './face';
import { useJoinCode } from './join-code';
import { StartScreen } from './start';
import { useCaller } from './use-caller';

/** Without news for this long the board says so and hides the waits: within fifteen seconds of a cut. */
const STALE_S = 14;

/** The boards of several sites as one: the display's own, with the lines and calls of the others; null before it is there. */
export function joined(own: string, boards: ReadonlyMap<string, SiteBoard>): SiteBoard | undefined {
  const main = boards.get(own);
  if (main === undefined || boards.size === 1) return main;
  const all = [main, ...[...boards].filter(([id]) => id !== own).map(([, board]) => board)];
  const newest = (calls: readonly Call[]) => [...calls].sort((a, b) => Date.parse(b.called_at) - Date.parse(a.called_at));
  return {
    ...main,
    queues: all.flatMap((board) => board.queues),
    now_serving: newest(all.flatMap((board) => board.now_serving)),
    last_called: newest(all.flatMap((board) => board.last_called)),
  };
}

/** The board of a paired display; `onFrame` hears what its feed says. */
export function Board({ device, self, onFrame }: { device: Device; self: DeviceSelf; onFrame: (frame: Frame) => void }) {
  const { t } = useTranslation('display');
  const config = useMemo(() => self.device.config ?? {}, [self]);
  const languages = useMemo(() => offered(config.languages !== undefined && config.languages.length > 0 ? config.languages : self.tenant.locales ?? (self.tenant.locale == null ? undefined : [self.tenant.locale])), [self, config]);
  const [announced, setAnnounced] = useState<Row[]>([]);
  const [unlocked, setUnlocked] = useState(soundUnlocked);
  useBrand(self.tenant.branding?.primary_color);

  const onBegin = useCallback(
    (call: Call) => {
      setAnnounced((before) => withCall(before, call, Date.now()));
      announcements.alert(t('spoken', { number: call.label, counter: call.counter_number }));
    },
    [t],
  );
  const { add, pending, last, forget, meanwhile } = useCaller({ device, config, timeZone: self.site.timezone, languages, onBegin });

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

  const boards = useRef(new Map<string, SiteBoard>());
  const reduce = useCallback(
    (previous: SiteBoard | undefined, frame: Frame): SiteBoard | undefined => {
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
  const { data: board, clock } = useLive<SiteBoard>('/api/v1/device/events', reduce, { ticket: device.ticket });
  const { age } = useFreshness(clock);
  const joinCode = useJoinCode(device, board?.queues.some((q) => q.asks_code) === true);
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
  // What an earlier call met says nothing of the next one.
  const sound = useCallback(
    (on: boolean) => {
      setUnlocked(on);
      if (on) forget();
    },
    [forget],
  );
  useEffect(() => {
    // A browser that is set up for it lets sound through without a tap.
    void unlockSound().then(sound);
  }, [sound]);
  const hasVoice = useHasVoice(languages[0] ?? 'en');
  usePing(
    device,
    // What is found out after the start is told at once.
    useCallback(() => ({ audio: unlocked && soundUnlocked() ? (hasVoice ? 'voice' : 'chime') : 'blocked' }), [unlocked, hasVoice]),
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
      locked={!unlocked}
      heard={last}
      joinCode={joinCode}
      now={now}
      onTouch={() => void unlockSound().then(sound)}
    >
      <StartScreen unlocked={unlocked} onStart={sound} />
    </BoardFace>
  );
}
