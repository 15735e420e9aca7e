import { useCallback, useEffect, useReducer, useRef, useState, type CSSProperties, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { ApiFault } from '~/api/fault';
import type { BoardQueue, DeviceConfig, IssuedTicket, ServiceCard, SiteBoard } from '~/api/shapes';
import { DEFAULT_DIAGONAL } from '~/device/size';
import { usePing, type Device } from '~/device/use-device';
import { setModes, useBrand } from '~/design/mode';
import { currentLanguage, setLanguage } from '~/i18n';
import { isLanguage, offered } from '~/i18n/languages';
import { announcements } from '~/live/announce';
import { asked, wishesOf } from '~/shared/needs';
import { uuid } from '~/shared/random';
import { useFaultText } from '~/shared/states';
import { useHasVoice } from '~/sound/use-voice';
import { IDLE_MS, useIdle } from './idle';
import { useCheckIn, useHasCamera, useTakesBookings } from './check-in';
import { useKeypad } from './keypad';
import { HOME, next, refusalOf, TicketGate, tilesOf, type Step, type Typed } from './machine';
import { NO_WISHES, type BookingDoors, type WishesDoor } from './doors';
import { Foot, type Modes } from './foot';
import { Head, Languages } from './head';
import { Home } from './home';
import { Closed, Issuing, Notice } from './panels';
import { later, useLater } from './later';
import type { Age } from './offline/age';
import type { Doubt } from './offline/numbers';
import { oneTicket } from './offline/one-ticket';
import { opensNow, useOffline } from './offline/use-offline';
import { textMm, usePanel } from './shape';
import { useSpoken } from './spoken';
import styles from './kiosk.module.css';

const NO_MODES: Modes = { large: false, contrast: false, low: false, sound: false };
const SPOKEN: Modes = { ...NO_MODES, sound: true };
/** A kiosk without numbers of its own asks once more after this long, and then tells the person. */
const ISSUE_TIMEOUT = 4000;
/** A ticket whose answer was lost is given to whoever asks for the same within this time, instead of a second one. */
const LOST_MS = 60_000;
const CODE: Step = { at: 'code', typed: '' };
const NUMBER: Step = { at: 'number', digits: '' };

/** Whether the server has said no: nothing of the kiosk's own may go round that. */
const isAnswered = (error: unknown): error is ApiFault => error instanceof ApiFault && error.status < 500;

/** Whether a line takes people for a service. */
const offers = (queue: BoardQueue, service: ServiceCard) => queue.status === 'open' && queue.services.some((s) => s.id === service.id);

interface Props {
  board: SiteBoard;
  config: DeviceConfig;
  device: Device;
  offline: boolean;
  /** How old the board is. */
  age: Age;
  /** The time by the server's clock, as far as it is known. */
  now: number;
  /** Somebody has left and everything of them is wiped. */
  onRest: () => void;
  /** Nobody stands before it: it makes no sound. */
  silent?: boolean;
}

/** The kiosk of an open or closed site: one person after the other, nothing kept of any. */
export function Kiosk({ board, config, device, offline, age, now, onRest, silent = false }: Props) {
  const { t, i18n } = useTranslation(['kiosk', 'common']);
  const words = useFaultText();
  const [step, move] = useReducer(next, HOME);
  const rest = config.spoken === true ? SPOKEN : NO_MODES;
  const [modes, setModesState] = useState(rest);
  const [wishes, setWishes] = useState(NO_WISHES);
  const root = useRef<HTMLDivElement>(null);
  const panel = usePanel(config.diagonal_inches ?? DEFAULT_DIAGONAL);
  const languages = offered(config.languages !== undefined && config.languages.length > 0 ? config.languages : board.tenant.locales);
  const first = languages[0] ?? 'en';
  const home = isLanguage(board.tenant.locale) ? board.tenant.locale : first;
  const say = useSpoken(modes.sound && !silent);
  const hasVoice = useHasVoice();
  const [gate] = useState(() => new TicketGate());
  const store = useOffline(board, config, device, offline, now);
  const screens = useLater();
  const lost = useRef({ body: '', key: '', at: 0 });
  useBrand(board.tenant.branding?.primary_color);

  const changeModes = useCallback((changed: Modes) => {
    setModesState(changed);
    setModes({ contrast: changed.contrast });
  }, []);

  const wipe = useCallback(() => {
    move({ do: 'wipe' });
    changeModes(rest);
    setWishes(NO_WISHES);
    announcements.clear();
    void setLanguage(home, false);
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    onRest();
  }, [changeModes, home, onRest, rest]);

  useEffect(() => {
    // A kiosk begins in its site's language, whatever its browser prefers.
    void setLanguage(home, false);
    return () => setModes({ contrast: false });
  }, [home]);

  const touched = step !== HOME || modes !== rest || wishes !== NO_WISHES || i18n.language !== home;
  const idle = useIdle(touched && step.at !== 'issuing', wipe, (config.idle_seconds ?? IDLE_MS / 1000) * 1000);
  const { waiting, refused } = store;
  usePing(
    device,
    useCallback(
      () => ({ version: import.meta.env.MODE, not_uploaded: waiting, ...(refused.length > 0 && { refused }) }),
      [waiting, refused],
    ),
  );

  const issue = useCallback(
    async (service: ServiceCard, phone?: string) => {
      move({ do: 'issue', service });
      if (!gate.open()) {
        move({ do: 'refused', why: 'limit', detail: '' });
        return;
      }
      // What cannot be shown is not issued.
      if ((await later().catch(() => null)) === null) {
        move({ do: 'refused', why: 'offline', detail: '' });
        return;
      }
      const assistance = asked(wishes.needs);
      const help = assistance === undefined ? {} : { assistance };
      const others = wishes.services.filter((one) => one.id !== service.id).map((one) => one.id);
      const more = { locale: currentLanguage(), ...help, ...(phone !== undefined && phone !== '' && { phone }) };
      const body = { service_id: service.id, ...more, ...(others.length > 0 && { service_ids: others }) };
      /** Without the server: a number that it gave this kiosk for such a time. */
      const fromStore = async (doubt: Doubt | null = null) => {
        const tile = tilesOf(board).find((one) => one.service.id === service.id);
        const line = board.queues.filter((q) => offers(q, service) && (store.left.get(q.id) ?? 0) > 0);
        const queue = line.find((q) => q.id === tile?.queue.id) ?? line[0];
        // What the server would refuse is not kept for it: a ticket without a number to call is still a ticket.
        const sound = phone !== undefined && /^\+?\d{3,20}$/.test(phone);
        return queue === undefined ? null : store.issue(service, queue, sound ? more : { locale: more.locale, ...help }, doubt);
      };
      if (offline) {
        const ticket = await fromStore();
        if (ticket !== null) gate.note();
        move(ticket === null ? { do: 'refused', why: 'offline', detail: '' } : { do: 'issued', ticket });
        return;
      }
      const said = JSON.stringify(body);
      const again = lost.current.body === said && Date.now() - lost.current.at < LOST_MS;
      lost.current = { body: said, key: again ? lost.current.key : uuid(), at: Date.now() };
      const { key } = lost.current;
      const requested = api.post<IssuedTicket>('/api/v1/device/tickets', body, {
        token: device.token ?? undefined,
        idempotencyKey: key,
        retries: 1,
        timeout: ISSUE_TIMEOUT,
      });
      const ways = {
        asked: requested,
        // A visit is planned by the server; a number of its own would lose what comes after the first.
        stored: () => (others.length > 0 ? Promise.resolve(null) : fromStore({ key, body })),
        refuses: isAnswered,
        late: (answer: PromiseSettledResult<IssuedTicket>) => store.answered(key, answer),
      };
      try {
        const ticket = await oneTicket(ways);
        lost.current.at = 0;
        gate.note();
        move({ do: 'issued', ticket });
      } catch (error) {
        if (device.refused(error)) return;
        const answered = isAnswered(error);
        if (answered) lost.current.at = 0;
        move({ do: 'refused', why: answered ? refusalOf(error.status, error.code) : 'offline', detail: answered ? words(error).text : '' });
      }
    },
    [device, gate, board, offline, store, words, wishes],
  );
  const pick = useCallback(
    (service: ServiceCard) => {
      if (config.ask_phone === true) move({ do: 'ask_phone', service });
      else void issue(service);
    },
    [config.ask_phone, issue],
  );

  const back = useCallback(() => move({ do: 'wipe' }), []);
  const letGo = useCallback(() => {
    setWishes(NO_WISHES);
    move({ do: 'wipe' });
  }, []);
  const ask = useCheckIn(device, board.site.timezone);
  const checkIn = useCallback(
    async (shown: Typed) => {
      move({ do: 'check_in' });
      const said = offline ? ({ why: 'no_network', detail: '' } as const) : await ask(shown);
      if (said !== null) move('ticket' in said ? { do: 'issued', ticket: said.ticket } : { do: 'refused', ...said });
    },
    [ask, offline],
  );
  const hasCamera = useHasCamera(config);
  const takesBookings = useTakesBookings(board);
  const type = useCallback(() => move({ do: 'ask_code' }), []);
  const scan = useCallback(() => move({ do: 'scan' }), []);
  const again = useCallback(() => move({ do: 'again' }), []);
  const onScan = hasCamera ? scan : null;
  useKeypad(
    root,
    useCallback(() => setModesState((m) => (m.sound ? m : { ...m, sound: true })), []),
    back,
  );

  const spoken = step.at === 'code' ? CODE : step.at === 'number' ? NUMBER : step;
  useEffect(() => {
    const step = spoken;
    if (step.at === 'home') say(step.group === null ? t('question') : t('which'));
    if (step.at === 'phone') say(t('phone.title'));
    if (step.at === 'wishes') say(t('wishes.title'));
    if (step.at === 'number') say(`${t('number.title')} ${t('number.why')}`);
    if (step.at === 'code') say(`${t('booking.title')} ${t('booking.how')}`);
    if (step.at === 'scan') say(`${t('booking.scanTitle')} ${t('booking.scanHow')}`);
    // The number is said by its own screen.
    if (step.at === 'refused') say(t(`refused.${step.why}`));
    // Not after every letter of a code or digit of a number.
  }, [spoken, say, t]);

  const place = step.at === 'home' ? `home ${step.group ?? ''} ${step.page}` : step.at;
  const before = useRef(place);
  useEffect(() => {
    if (before.current === place) return;
    before.current = place;
    // Whoever cannot see the new screen is led to its beginning; an empty kiosk has nobody to lead.
    if (step !== HOME) root.current?.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
  }, [place, step]);

  const atHome = step.at === 'home';
  let notice: ReactNode = null;
  if (atHome && config.maintenance === true) notice = <Notice kind="maintenance" />;
  else if (atHome && !opensNow(board, now)) notice = <Closed board={board} />;
  else if (atHome && offline && [...store.left.values()].every((n) => n === 0)) notice = <Notice kind="offline" />;
  else if (atHome && tilesOf(board).length === 0) notice = <Notice kind="none" />;
  const { shape, mm } = panel;
  // Both numbers are asked for on one screen.
  const view = notice !== null ? 'notice' : step.at === 'number' ? 'phone' : step.at;
  // A small panel has room for one button: the camera is one more tap away.
  const doors: BookingDoors | null = takesBookings && screens !== null ? { onType: type, onScan: shape === 'small' ? null : onScan } : null;
  const wishable = wishesOf(board);
  // A visit of several services is planned by the server: a kiosk on its own gives one ticket.
  const several = wishable.several && !offline ? tilesOf(board).map((tile) => tile.service) : [];
  const door: WishesDoor | null =
    screens !== null && (wishable.needs.length > 0 || several.length > 1) ? { help: wishable.needs.length > 0, several: several.length > 1, needs: wishes.needs, onOpen: () => move({ do: 'ask_wishes' }) } : null;
  const chosen = () => {
    const [first] = wishes.services;
    if (first === undefined) back();
    else pick(first);
  };
  // Where the height is needed for the question, the language was chosen before.
  const asks = view === 'code' || view === 'scan';
  const speaks = shape === 'small' ? view === 'home' || view === 'notice' : view !== 'done' && view !== 'issuing' && !(asks && shape === 'wide');
  const style = { '--mm': `${mm}px`, '--t': `${mm * textMm(shape, modes.large)}px` } as CSSProperties;
  return (
    <div ref={root} className={styles.kiosk} style={style} data-shape={shape} data-large={modes.large} data-low={modes.low} data-view={view}>
      <div className={styles.stage} inert={idle.left !== null}>
        <Head board={board} now={now} welcome={view === 'home' && shape !== 'small'} />
        {speaks && <Languages languages={languages} />}
        <main className={styles.main}>
          {notice}
          {notice === null && step.at === 'home' && (
            <Home
              board={board}
              group={step.group}
              page={step.page}
              panel={panel}
              large={modes.large}
              onGroup={(id) => move({ do: 'group', id })}
              onPick={pick}
              onMore={() => move({ do: 'page' })}
              onBack={back}
              booking={shape === 'small' ? null : doors}
              offline={offline}
              age={age}
              without={(queue, service) => offline && !board.queues.some((q) => (service === null ? q.id === queue.id : offers(q, service)) && (store.left.get(q.id) ?? 0) > 0)}
              wishes={shape === 'small' ? null : door}
            />
          )}
          {step.at === 'wishes' && screens !== null && <screens.WishesScreen needs={wishable.needs} services={several.length > 1 ? several : []} wishes={wishes} onWishes={setWishes} onDone={chosen} onBack={letGo} />}
          {step.at === 'phone' && screens !== null && (
            <screens.Phone
              about="phone"
              digits={step.digits}
              onDigits={(digits) => move({ do: 'digits', digits })}
              onDone={() => void issue(step.service, step.digits)}
              onOther={() => void issue(step.service)}
              onBack={back}
            />
          )}
          {step.at === 'code' && screens !== null && (
            <screens.Code
              typed={step.typed}
              onTyped={(typed) => move({ do: 'code', typed })}
              onDone={() => void checkIn({ by: 'code', text: step.typed })}
              onScan={onScan}
              onNumber={() => move({ do: 'ask_number' })}
              onBack={back}
            />
          )}
          {step.at === 'number' && screens !== null && (
            <screens.Phone
              about="number"
              digits={step.digits}
              onDigits={(digits) => move({ do: 'digits', digits })}
              onDone={() => void checkIn({ by: 'number', text: step.digits })}
              onOther={type}
              onBack={back}
            />
          )}
          {step.at === 'scan' && screens !== null && <screens.Scan onCode={(text) => void checkIn({ by: 'code', text })} onType={type} onBack={back} />}
          {step.at === 'issuing' && <Issuing />}
          {step.at === 'done' && screens !== null && <screens.Done ticket={step.ticket} config={config} token={device.token} say={say} onDone={wipe} />}
          {step.at === 'refused' && screens !== null && <screens.Refused why={step.why} detail={step.detail} onDone={back} onAgain={step.booked === null ? null : again} />}
        </main>
        <Foot modes={modes} offered={{ low: panel.tooHigh, sound: hasVoice }} onChange={changeModes} booking={shape === 'small' && view === 'home' ? doors : null} wishes={shape === 'small' && view === 'home' ? door : null} />
      </div>
      {idle.left !== null && screens !== null && <screens.IdleWarning seconds={idle.left} onStay={idle.stay} onWipe={wipe} />}
    </div>
  );
}
