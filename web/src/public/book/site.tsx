import { IconCalendar } from '@tabler/icons-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { ApiFault } from '~/api/fault';
import type { Bookable, BookableService, BookedPage, JoinedWaitlist, OwnAppointment, Slot } from '~/api/shapes';
import { currentLanguage } from '~/i18n';
import { clock, dayAndClock, fullDayAndClock } from '~/i18n/format';
import { inLanguage } from '~/i18n/languages';
import { go } from '~/shared/address';
import { useOnceTap } from '~/shared/once-tap';
import { Fault, Loading, Message, useFaultText } from '~/shared/states';
import { useWho } from '~/shared/who';
import { AccountLink } from '../account-link';
import { PublicPage } from '../page';
import { BookingAs, calledBy, detailsOf } from './as';
import { DetailsForm, NO_DETAILS, said, type Details } from './details';
import { Hold } from './hold';
import { byOwnClock } from './own-clock';
import { ANYBODY, openSlots, SlotPicker } from './slots';
import styles from './book.module.css';

/** `/book/{tenant}/{site}`: service, day and time, details, check. */
export default function BookSite({ tenant, site }: { tenant: string; site: string }) {
  const { t } = useTranslation(['book', 'common']);
  const path = `/api/v1/public/sites/${encodeURIComponent(tenant)}/${encodeURIComponent(site)}`;
  const [state, setState] = useState<{ offer: Bookable } | { error: unknown } | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let current = true;
    api.get<Bookable>(`${path}/bookable`).then(
      (offer) => current && setState({ offer }),
      (error: unknown) => current && setState({ error }),
    );
    return () => {
      current = false;
    };
  }, [path, attempt]);
  useEffect(() => {
    document.title = state !== null && 'offer' in state ? `${t('book:title')} · ${state.offer.site.name}` : t('book:title');
  }, [state, t]);
  if (state === null || 'error' in state) {
    return (
      <PublicPage>{state === null ? <Loading rows={5} /> : <Fault error={state.error} onRetry={() => setAttempt(attempt + 1)} />}</PublicPage>
    );
  }
  return (
    <PublicPage title={<bdi>{state.offer.site.name}</bdi>} footer={<AccountLink tenant={state.offer.site.tenant} />}>
      {state.offer.services.length === 0 ? (
        <Message title={t('book:nothing')} text={t('book:nothingText')}>
          <a className="button" href={`/s/${tenant}/${site}`}>
            {t('book:lines')}
          </a>
        </Message>
      ) : (
        <Booking path={path} offer={state.offer} />
      )}
    </PublicPage>
  );
}

/** Where somebody stands on their way to an appointment. */
type Step =
  | { at: 'service' }
  | { at: 'time'; fault?: ApiFault }
  | { at: 'details'; held: BookedPage }
  | { at: 'check'; held: BookedPage }
  | { at: 'wait'; from: string; to: string };

function Booking({ path, offer }: { path: string; offer: Bookable }) {
  const { t } = useTranslation(['book', 'common']);
  const [only] = offer.services;
  const single = offer.services.length === 1 ? only : undefined;
  const [service, setService] = useState<BookableService | undefined>(single);
  const [step, setStep] = useState<Step>(single === undefined ? { at: 'service' } : { at: 'time' });
  const who = useWho();
  const [other, setOther] = useState(false);
  // What was typed of each stays where one changes for whom one books; an account speaks for its owner until they type.
  const [own, setOwn] = useState<Details | null>(null);
  const [others, setOthers] = useState<Details>(NO_DETAILS);
  const details = other ? others : (own ?? detailsOf(who));
  const setDetails = other ? setOthers : setOwn;
  const whose = other ? { for_other: true } : {};
  const [wish, setWish] = useState(ANYBODY);
  const wished = { staff_id: wish.staff, party_size: wish.people };
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const zone = offer.site.timezone;
  const top = useRef<HTMLHeadingElement>(null);
  const moved = useRef(false);
  useEffect(() => {
    // The reader follows from step to step, but is not dragged to the first one.
    if (moved.current) top.current?.focus();
    moved.current = true;
  }, [step.at]);

  const held = step.at === 'details' || step.at === 'check' ? step.held : null;
  const call = useCallback((held: BookedPage, verb: string, body: object) => api.post<OwnAppointment>(`/api/v1/public/appointments/${held.secret}/${verb}`, body, { retries: 2 }), []);

  const refused = (fault: unknown) => {
    setBusy(false);
    const lost = fault instanceof ApiFault && ['slot_taken', 'not_a_slot', 'too_soon', 'hold_ended', 'not_allowed_in_state'].includes(fault.code);
    if (lost) setStep({ at: 'time', fault });
    else setError(fault);
  };
  const pick = useOnceTap((slot: Slot) => {
    if (service === undefined || busy) return;
    setBusy(true);
    setError(null);
    // A time that was held before is let go of by itself.
    api.post<BookedPage>(`${path}/appointments`, { service_id: service.id, starts_at: slot.starts_at, ...wished, locale: currentLanguage(), hold: true }, { retries: 2 }).then((made) => {
      setBusy(false);
      setStep({ at: 'details', held: byOwnClock(made) });
    }, refused);
  });
  const letGo = () => {
    if (held !== null) void call(held, 'cancel', {}).catch(() => undefined);
    setStep({ at: 'time' });
  };
  const extend = () => {
    if (held === null) return;
    call(held, 'extend', {}).then((page) => setStep({ at: step.at as 'details', held: { ...held, ...byOwnClock(page) } }), refused);
  };
  const confirm = useOnceTap(() => {
    if (held === null || busy) return;
    setBusy(true);
    setError(null);
    call(held, 'confirm', { ...said(details), ...whose }).then(
      () => go(`/appointments/${held.secret}`),
      (fault: unknown) => {
        refused(fault);
        if (fault instanceof ApiFault && fault.fields.length > 0) setStep({ at: 'details', held });
      },
    );
  });
  const wait = useOnceTap(() => {
    if (service === undefined || step.at !== 'wait' || busy) return;
    setBusy(true);
    setError(null);
    const { name, phone, email } = details;
    const entry = { service_id: service.id, from: step.from, to: step.to, ...wished, locale: currentLanguage(), ...said({ name, phone, email, notes: '' }), ...whose };
    api.post<JoinedWaitlist>(`${path}/waitlist`, entry, { retries: 2 }).then((joined) => go(joined.url), refused);
  });
  const named = service === undefined ? '' : inLanguage(service.names, currentLanguage(), service.name);
  return (
    <>
      <div className={styles.head}>
        <h1 ref={top} tabIndex={-1}>
          {step.at === 'service' ? t('book:service') : <bdi>{named}</bdi>}
        </h1>
        <p className="muted">
          {offer.site.address !== null && <bdi>{offer.site.address}</bdi>}
          {step.at === 'wait' && ` ${t('book:wait.intro')}`}
        </p>
      </div>
      {step.at === 'service' && (
        <ul className={styles.services}>
          {offer.services.map((one) => (
            <li key={one.id}>
              <button
                type="button"
                className="button"
                onClick={() => {
                  setService(one);
                  setWish(ANYBODY);
                  setStep({ at: 'time' });
                }}
                data-testid={`book-service-${one.name}`}
              >
                <bdi>{inLanguage(one.names, currentLanguage(), one.name)}</bdi>
                <span className={`${styles.next} num`}>{one.next === null ? t('book:full') : t('book:next', { time: dayAndClock(one.next.starts_at, zone) })}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {step.at === 'time' && service !== undefined && (
        <>
          {step.fault !== undefined && <Lost fault={step.fault} zone={zone} onPick={pick} />}
          {error !== null && <Refused error={error} />}
          <SlotPicker source={openSlots(path)} service={service.id} wish={wish} onWish={setWish} party onPick={pick} onNone={(from, to) => setStep({ at: 'wait', from, to })} />
          {single === undefined && (
            <button type="button" className="button" onClick={() => setStep({ at: 'service' })}>
              {t('book:otherService')}
            </button>
          )}
        </>
      )}
      {held !== null && held.hold_until !== null && (
        <>
          <p className={styles.when} data-testid="book-when">
            <IconCalendar size={24} aria-hidden /> {fullDayAndClock(held.starts_at, zone)}
          </p>
          <Hold until={held.hold_until} zone={zone} onExtend={extend} onEnd={() => setStep({ at: 'time', fault: ended(t('book:hold.ended')) })} />
        </>
      )}
      {who !== null && (step.at === 'details' || step.at === 'wait') && <BookingAs who={who} other={other} onOther={setOther} />}
      {step.at === 'details' && (
        <DetailsForm
          value={details}
          other={other}
          onChange={setDetails}
          fields={['name', 'phone', 'email', 'notes']}
          error={error}
          busy={busy}
          submit={t('book:details.next')}
          onSubmit={() => setStep({ at: 'check', held: step.held })}
        />
      )}
      {step.at === 'check' && (
        <>
          <Facts details={details} held={step.held} by={other && who !== null ? calledBy(who) : null} />
          {step.held.instructions !== '' && (
            <p className={styles.steps}>
              <bdi>{step.held.instructions}</bdi>
            </p>
          )}
          {error !== null && <Refused error={error} />}
          <div className={styles.actions}>
            <button type="button" className="button button-primary" aria-disabled={busy} onClick={confirm} data-testid="book-confirm">
              {busy ? t('book:details.busy') : t('book:check.submit', { time: clock(step.held.starts_at, zone) })}
            </button>
            <button type="button" className="button" onClick={() => setStep({ at: 'details', held: step.held })}>
              {t('book:check.edit')}
            </button>
          </div>
        </>
      )}
      {held !== null && (
        <button type="button" className="button" onClick={letGo} data-testid="book-other-time">
          {t('book:otherTime')}
        </button>
      )}
      {step.at === 'wait' && (
        <>
          <DetailsForm value={details} onChange={setDetails} other={other} fields={['name', 'phone', 'email']} error={error} busy={busy} submit={t('book:wait.submit')} onSubmit={wait} />
          <button type="button" className="button" onClick={() => setStep({ at: 'time' })}>
            {t('book:otherTime')}
          </button>
        </>
      )}
    </>
  );
}

/** A hold that ran out on this page, as the server would say it. */
function ended(text: string): ApiFault {
  return new ApiFault(409, { code: 'hold_ended', detail: text });
}

function Refused({ error }: { error: unknown }) {
  const { title, text } = useFaultText()(error);
  return (
    <p className="field-fault" role="alert">
      {title}. {text}
    </p>
  );
}

/** The chosen time is gone: what was typed stays, and the nearest times are one tap away. */
function Lost({ fault, zone, onPick }: { fault: ApiFault; zone: string; onPick: (slot: Slot) => void }) {
  const { t } = useTranslation('book');
  const { text } = useFaultText()(fault);
  const near = (fault.problem as { nearest?: Slot[] }).nearest ?? [];
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.focus();
  }, [fault]);
  return (
    <div ref={box} className="card stack" tabIndex={-1} data-testid="book-lost">
      <p>
        <strong>{text}</strong>
      </p>
      {near.length > 0 && (
        <>
          <p className="muted">{t('nearest')}</p>
          <div className={styles.near}>
            {near.map((slot) => (
              <button key={slot.starts_at} type="button" className="button num" onClick={() => onPick(slot)}>
                {dayAndClock(slot.starts_at, zone)}
              </button>
            ))}
          </div>
        </>
      )}
    </div>
  );
}

function Facts({ details, held, by }: { details: Details; held: BookedPage; by: string | null }) {
  const { t } = useTranslation('book');
  const rows = (['name', 'phone', 'email', 'notes'] as const).filter((field) => details[field].trim() !== '');
  return (
    <dl className={styles.facts}>
      {held.staff !== null && (
        <>
          <dt>{t('with.label')}</dt>
          <dd data-testid="book-staff">
            <bdi>{held.staff.name}</bdi>
          </dd>
        </>
      )}
      {held.party_size > 1 && (
        <>
          <dt>{t('with.people')}</dt>
          <dd className="num">{held.party_size}</dd>
        </>
      )}
      {rows.map((field) => (
        <div key={field} style={{ display: 'contents' }}>
          <dt>{by !== null && field === 'name' ? t('as.name') : t(`details.${field}`)}</dt>
          <dd>
            <bdi>{details[field]}</bdi>
          </dd>
        </div>
      ))}
      {by !== null && (
        <>
          <dt>{t('as.by')}</dt>
          <dd data-testid="book-by">
            <bdi>{by}</bdi>
          </dd>
        </>
      )}
    </dl>
  );
}
