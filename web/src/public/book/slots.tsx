import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useCallback, useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api, withQuery } from '~/api/client';
import { ApiFault } from '~/api/fault';
import type { Slot, SlotDay, Slots } from '~/api/shapes';
import { clock, dayAndClock, fullDay, hourOf, shortDay } from '~/i18n/format';
import { announcements } from '~/live/announce';
import { slotsChanged, useChanges } from '~/live/use-changes';
import { Fault, Loading, Message } from '~/shared/states';
import { Party } from '../party';
import styles from './book.module.css';

/** How many days are shown at once. */
const SHOWN = 7;

/** Many take a time in the same moment: the times are read once for all of them. */
const SETTLE_MS = 300;

/** Where slots are read: the address that answers them, and the feed that tells of changes. */
export interface SlotSource {
  readonly slots: string;
  readonly feed: string;
  /** The site, where the address does not say it. */
  readonly site?: string;
  /** Whether the address says as well what for and for how many: that of an appointment which is to be moved. */
  readonly own?: boolean;
}

/** The slots of a site that everybody may book; `path` is the site's public one. */
export const openSlots = (path: string): SlotSource => ({ slots: `${path}/slots`, feed: `${path}/events` });

/** The slots to which one's own appointment can be moved, by the address of its public page; `path` is its site's. */
export const ownSlots = (page: string, path: string): SlotSource => ({ slots: `${page}/slots`, feed: `${path}/events`, own: true });

/** With whom, and how many come. */
export interface SlotWish {
  /** A member of staff; whoever is free where it is null. */
  readonly staff: string | null;
  readonly people: number;
}

/** One person, with whoever is free. */
export const ANYBODY: SlotWish = { staff: null, people: 1 };

interface Props {
  source: SlotSource;
  service: string;
  wish: SlotWish;
  onWish: (wish: SlotWish) => void;
  /** Whether one says here how many come. */
  party?: boolean | undefined;
  /** The slot that is chosen already, in its site's zone: its day is shown first. */
  chosen?: { readonly starts_at: string; readonly zone: string } | undefined;
  onPick: (slot: Slot) => void;
  /** What to offer where no place is free: the first and the last of the days shown. */
  onNone?: ((from: string, to: string) => void) | undefined;
  /** What that is called, and what is said there, where it is not for oneself. */
  waitLabel?: string;
  noneText?: string;
}

/** A date some days later. */
function later(date: string, days: number): string {
  const moment = new Date(`${date}T12:00:00Z`);
  moment.setUTCDate(moment.getUTCDate() + days);
  return moment.toISOString().slice(0, 10);
}

/** The slots of a week from `from` on, asked for anew whenever one of them has changed. */
function useSlots({ slots: address, feed, site, own = false }: SlotSource, service: string, { staff, people }: SlotWish, from: string | null) {
  // What was read last stays while something else is asked for, and beside a refusal of that.
  const [slots, setSlots] = useState<Slots | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [asked, setAsked] = useState(0);
  const again = useCallback(() => setAsked((n) => n + 1), []);
  useEffect(() => {
    let current = true;
    const what = own ? {} : { site_id: site, service_id: service, party_size: people > 1 ? people : null };
    api.get<Slots>(withQuery(address, { ...what, staff_id: staff, from, days: SHOWN })).then(
      (answer) => {
        if (!current) return;
        setSlots(answer);
        setError(null);
      },
      (fault: unknown) => current && setError(fault),
    );
    return () => {
      current = false;
    };
  }, [address, site, own, service, staff, people, from, asked]);
  useChanges(feed, (frame) => slotsChanged(frame, service), again, SETTLE_MS);
  return { slots, error, again };
}

/** With whom and how many, a strip of days, and the times of one of them. */
export function SlotPicker({ source, service, wish, onWish, party = false, chosen, onPick, onNone, waitLabel, noneText }: Props) {
  const { t } = useTranslation(['book', 'common']);
  const [picked, setPicked] = useState(chosen === undefined ? null : dateAt(chosen.starts_at, chosen.zone));
  const [from, setFrom] = useState(() => (picked !== null && chosen !== undefined && later(dateNow(chosen.zone), SHOWN) <= picked ? picked : null));
  const { slots, error, again } = useSlots(source, service, wish, from);
  // Whom one had before may no longer be there: then whoever is free is.
  const gone = error instanceof ApiFault && error.code === 'no_appointments' && wish.staff !== null;
  useEffect(() => {
    if (gone) onWish({ ...wish, staff: null });
  }, [gone, onWish, wish]);
  if (slots === null) return error === null || gone ? <Loading rows={4} /> : <Fault error={error} onRetry={again} />;
  const { days, next, site, people, max_party } = slots;
  const first = days[0]?.date ?? '';
  const last = days[days.length - 1]?.date ?? '';
  const free = days.filter((day) => day.state === 'free');
  const day = free.find((one) => one.date === picked) ?? free[0];
  const move = (to: string) => {
    setPicked(null);
    setFrom(to);
  };
  const elsewhere = Intl.DateTimeFormat().resolvedOptions().timeZone !== site.timezone;
  const nextDay = next === null ? null : dateAt(next.starts_at, site.timezone);
  const asks = (
    <>
      {people.length > 0 && <With people={people} staff={wish.staff} onStaff={(staff) => onWish({ ...wish, staff })} />}
      {party && max_party > 1 && <Party value={wish.people} most={max_party} onChange={(people) => onWish({ ...wish, people })} />}
    </>
  );
  if (error !== null && !gone) {
    return (
      <div className="stack">
        {asks}
        <Fault error={error} onRetry={again} />
      </div>
    );
  }
  return (
    <div className="stack">
      {asks}
      <div className={styles.week}>
        <button type="button" className="button" aria-label={t('book:days.earlier')} disabled={first <= dateNow(site.timezone)} onClick={() => move(later(first, -SHOWN))}>
          <IconChevronLeft className="mirror" size={24} aria-hidden />
        </button>
        <Days days={days} picked={day?.date} onPick={setPicked} />
        <button type="button" className="button" aria-label={t('book:days.later')} onClick={() => move(later(first, SHOWN))} data-testid="book-later">
          <IconChevronRight className="mirror" size={24} aria-hidden />
        </button>
      </div>
      {elsewhere && <p className="field-hint">{t('book:slots.zone', { zone: site.timezone.replace('_', ' ') })}</p>}
      {day === undefined ? (
        <Message title={t('book:slots.none')} text={noneText ?? t('book:slots.noneText')}>
          {nextDay !== null && next !== null && (
            <button type="button" className="button button-primary" onClick={() => move(nextDay)}>
              {t('book:slots.next', { time: dayAndClock(next.starts_at, site.timezone) })}
            </button>
          )}
          {onNone !== undefined && (
            <button type="button" className="button" onClick={() => onNone(first, last)} data-testid="book-wait">
              {waitLabel ?? t('book:slots.wait')}
            </button>
          )}
        </Message>
      ) : (
        <Times day={day} zone={site.timezone} chosen={chosen?.starts_at} onPick={onPick} />
      )}
    </div>
  );
}

/** With whom: those whose time is offered, or whoever is free. */
function With({ people, staff, onStaff }: { people: Slots['people']; staff: string | null; onStaff: (staff: string | null) => void }) {
  const { t } = useTranslation('book');
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{t('with.label')}</label>
      <select id={id} className="input" value={staff ?? ''} onChange={(event) => onStaff(event.target.value === '' ? null : event.target.value)} data-testid="book-with">
        <option value="">{t('with.anybody')}</option>
        {people.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </select>
    </div>
  );
}

/** The date of a moment on the site's calendar. */
function dateAt(at: string, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone }).format(new Date(at));
}

const dateNow = (timeZone: string): string => dateAt(new Date().toISOString(), timeZone);

function Days({ days, picked, onPick }: { days: SlotDay[]; picked: string | undefined; onPick: (date: string) => void }) {
  const { t } = useTranslation('book');
  const why = (day: SlotDay) => (day.name ?? '') || t(`days.${day.state}`);
  return (
    <ul className={styles.days} onKeyDown={walk}>
      {days.map((day) => {
        const open = day.state === 'free';
        return (
          <li key={day.date}>
            <button
              type="button"
              className="button"
              aria-pressed={picked === day.date}
              aria-disabled={!open}
              onClick={() => open && onPick(day.date)}
              data-testid={`book-day-${day.date}`}
            >
              <span>{shortDay(day.date)}</span>
              {!open && <span className={styles.why}>{why(day)}</span>}
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** The arrow keys go from button to button. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const forward = document.documentElement.dir === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
  const back = forward === 'ArrowRight' ? 'ArrowLeft' : 'ArrowRight';
  const step = { [forward]: 1, ArrowDown: 1, [back]: -1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const buttons = [...event.currentTarget.querySelectorAll('button')];
  const at = buttons.findIndex((button) => button === document.activeElement);
  event.preventDefault();
  buttons[Math.min(Math.max(at + step, 0), buttons.length - 1)]?.focus();
}

const PARTS = ['morning', 'afternoon', 'evening'] as const;

function partOf(slot: Slot, zone: string): (typeof PARTS)[number] {
  const hour = hourOf(slot.starts_at, zone);
  return hour < 12 ? 'morning' : hour < 17 ? 'afternoon' : 'evening';
}

function Times({ day, zone, chosen, onPick }: { day: SlotDay; zone: string; chosen: string | undefined; onPick: (slot: Slot) => void }) {
  const { t } = useTranslation('book');
  const id = useId();
  const free = day.slots.filter((slot) => slot.free > 0);
  const said = useRef('');
  useEffect(() => {
    if (said.current === day.date) return;
    said.current = day.date;
    announcements.say(t('slots.spoken', { day: fullDay(day.date), count: free.length }));
  }, [day.date, free.length, t]);
  return (
    <>
      {PARTS.map((part) => {
        const slots = free.filter((slot) => partOf(slot, zone) === part);
        if (slots.length === 0) return null;
        return (
          <section key={part} aria-labelledby={`${id}-${part}`}>
            <h3 id={`${id}-${part}`}>{t(`part.${part}`)}</h3>
            <ul className={styles.times} onKeyDown={walk}>
              {slots.map((slot) => (
                <li key={slot.starts_at}>
                  <button type="button" className="button num" aria-pressed={chosen === slot.starts_at} onClick={() => onPick(slot)} data-testid="book-slot">
                    <bdi dir="ltr">{clock(slot.starts_at, zone)}</bdi>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </>
  );
}
