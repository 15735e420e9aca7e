import { IconCalendarPlus, IconMapPin } from '@tabler/icons-react';
import { useCallback, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { ApiFault, isPassing } from '~/api/fault';
import type { OwnAppointment, Slot } from '~/api/shapes';
import { currentLanguage } from '~/i18n';
import { clock, fullDayAndClock } from '~/i18n/format';
import { inLanguage } from '~/i18n/languages';
import { announcements } from '~/live/announce';
import { useChanges } from '~/live/use-changes';
import { useNow } from '~/live/use-live';
import { useOnceTap } from '~/shared/once-tap';
import { Qr } from '~/shared/qr';
import { Fault, Loading, Message, useFaultText, useFieldTexts } from '~/shared/states';
import styles from '../book/book.module.css';
import { DetailsForm, NO_DETAILS, said } from '../book/details';
import { Hold } from '../book/hold';
import { byOwnClock } from '../book/own-clock';
import { ownSlots, SlotPicker, type SlotWish } from '../book/slots';
import { AccountLink } from '../account-link';
import { asksFor, useGuardWords } from '../guard-words';
import { here, scannedCode, type Position } from '../guards';
import { PublicPage } from '../page';

/** What could not be read is asked for again after this long. */
const AGAIN_MS = 10_000;

/** `/appointments/{secret}`: one's own appointment: see, move, cancel, put it in the calendar, check in. */
export default function AppointmentPage({ secret }: { secret: string }) {
  const { t } = useTranslation(['book', 'common']);
  const path = `/api/v1/public/appointments/${encodeURIComponent(secret)}`;
  const [state, setState] = useState<{ own: OwnAppointment } | { error: unknown } | null>(null);
  const [asked, setAsked] = useState(0);
  const known = state !== null && 'own' in state;
  useEffect(() => {
    let current = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    api.get<OwnAppointment>(path).then(
      (own) => current && setState({ own: byOwnClock(own) }),
      (error: unknown) => {
        if (!current) return;
        // Whoever has their appointment before them keeps it, and its code, while the way to the server is cut.
        setState((before) => (before !== null && 'own' in before && isPassing(error) ? before : { error }));
        if (isPassing(error)) timer = setTimeout(() => setAsked((n) => n + 1), AGAIN_MS);
      },
    );
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [path, asked]);
  // Staff may move or cancel it, or take the person in: the page then asks anew.
  useChanges(known ? `${path}/events` : null, (frame) => frame.type.startsWith('appointment.'), () => setAsked((n) => n + 1));
  const put = useCallback((own: OwnAppointment) => setState({ own: byOwnClock(own) }), []);
  if (state !== null && 'own' in state) return <View own={state.own} path={path} put={put} />;
  return (
    <PublicPage>
      {state === null ? (
        <Loading rows={5} />
      ) : state.error instanceof ApiFault && state.error.status === 404 ? (
        <Message title={t('book:own.gone')} text={t('book:own.goneText')}>
          <a className="button" href="/book">
            {t('book:own.bookNew')}
          </a>
        </Message>
      ) : (
        <Fault error={state.error} onRetry={() => setAsked((n) => n + 1)} />
      )}
    </PublicPage>
  );
}

interface ViewProps {
  own: OwnAppointment;
  path: string;
  put: (own: OwnAppointment) => void;
}

function View({ own, path, put }: ViewProps) {
  const { t } = useTranslation(['book', 'common', 'public']);
  const id = useId();
  const [doing, setDoing] = useState<'move' | 'cancel' | null>(null);
  const [wish, setWish] = useState<SlotWish>({ staff: own.staff?.id ?? null, people: own.party_size });
  const [details, setDetails] = useState({ ...NO_DETAILS, name: own.name ?? '' });
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  // Where the line asks whoever comes by themselves for the code of a screen; it says so when they check in.
  const [asksCode, setAsksCode] = useState(false);
  const [code, setCode] = useState(() => scannedCode(location.search) ?? '');
  const fault = useRef<HTMLParagraphElement>(null);
  const faultText = useFaultText();
  const now = useNow(5_000);
  const zone = own.site.timezone;
  const service = inLanguage(own.service.names, currentLanguage(), own.service.name);
  const when = fullDayAndClock(own.starts_at, zone);
  const site = `/api/v1/public/sites/${own.site.tenant}/${own.site.slug}`;
  const status = t(`book:status.${own.status}`);
  useEffect(() => {
    document.title = `${status} · ${own.reference}`;
  }, [status, own.reference]);
  useEffect(() => {
    announcements.say(`${status}. ${when}`);
  }, [status, when]);
  useEffect(() => {
    if (error !== null) fault.current?.focus();
  }, [error]);

  const done = (answer: OwnAppointment) => {
    setBusy(false);
    setDoing(null);
    put(answer);
  };
  const refuse = (refused: unknown) => {
    setBusy(false);
    setError(refused);
  };
  const send = (verb: string, body: object) => {
    if (busy) return;
    setBusy(true);
    setError(null);
    api.post<OwnAppointment>(`${path}/${verb}`, body, { retries: 2 }).then(done, refuse);
  };
  const arrive = useOnceTap(() => {
    if (busy) return;
    setBusy(true);
    setError(null);
    const come = (position: Position | null) =>
      api.post<OwnAppointment>(
        `${path}/check-in`,
        { ...(position !== null && { position }), ...(code.trim() !== '' && { join_code: code.trim() }) },
        { retries: 2 },
      );
    const stay = (refused: unknown) => {
      if (asksFor(refused, 'join_code_required') || (refused instanceof ApiFault && refused.code === 'join_code_old')) setAsksCode(true);
      refuse(refused);
    };
    // The phone is asked where it is only where the line wants to know.
    come(null).then(done, (refused: unknown) => {
      if (asksFor(refused, 'position_required')) here().then(come).then(done, stay);
      else stay(refused);
    });
  });
  const act = useOnceTap(send);
  // A gate of its own: whoever moves and at once cancels has pressed two things.
  const cancel = useOnceTap(() => send('cancel', {}));
  const may = (verb: string) => (own.allowed as string[]).includes(verb);
  const inTime = own.status === 'held' || now <= Date.parse(own.change_until);
  const open = now >= Date.parse(own.check_in_from) && now <= Date.parse(own.check_in_until);
  const text = useGuardWords(error, faultText);
  const fields = useFieldTexts(error);
  return (
    <PublicPage title={<bdi>{own.site.name}</bdi>} footer={<AccountLink tenant={own.site.tenant} />}>
      <div className={styles.head}>
        <p className="muted" data-testid="own-status" data-status={own.status}>
          {status}
        </p>
        <h1>
          <bdi>{service}</bdi>
        </h1>
        <p className={styles.when} data-testid="own-when">
          <time dateTime={own.starts_at}>{when}</time>
        </p>
        {(own.staff !== null || own.party_size > 1) && (
          <p className="row muted" data-testid="own-with">
            {own.staff !== null && (
              <span>
                {t('book:with.label')} <bdi>{own.staff.name}</bdi>
              </span>
            )}
            {own.party_size > 1 && <span className="num">{t('book:with.count', { count: own.party_size })}</span>}
          </p>
        )}
        <p className="row muted">
          <IconMapPin size={20} aria-hidden />
          <bdi>{own.site.address === null ? own.site.name : `${own.site.name}, ${own.site.address}`}</bdi>
        </p>
      </div>
      {own.site_closed !== null && ['held', 'booked', 'cancelled'].includes(own.status) && (
        <section className="card stack" role="note" data-testid="own-closed">
          <p>
            <strong>{t('book:own.closed', { name: own.site.name })}</strong> <bdi>{own.site_closed}</bdi>
          </p>
          <p>{t('book:own.closedText')}</p>
        </section>
      )}
      {own.status === 'held' && own.hold_until !== null && (
        <>
          <Hold until={own.hold_until} zone={zone} onExtend={() => act('extend', {})} onEnd={() => setError(new ApiFault(409, { code: 'hold_ended', detail: t('book:hold.ended') }))} />
          <DetailsForm
            value={details}
            onChange={setDetails}
            fields={['name', 'phone', 'email', 'notes']}
            error={null}
            busy={busy}
            submit={t('book:check.submit', { time: clock(own.starts_at, zone) })}
            onSubmit={() => act('confirm', said(details))}
          />
        </>
      )}
      {(own.status === 'booked' || own.status === 'checked_in') && (
        <section className="card stack" aria-label={t('book:own.reference')}>
          <p className="muted">{t('book:own.reference')}</p>
          <bdi dir="ltr" className={`code ${styles.reference}`} data-testid="own-reference">
            {own.reference}
          </bdi>
          <Qr text={location.href} label={t('book:own.qr')} />
          {own.instructions !== '' && (
            <p className={styles.steps}>
              <strong>{t('book:own.bring')}</strong> <bdi>{own.instructions}</bdi>
            </p>
          )}
        </section>
      )}
      {text !== null && (
        <p ref={fault} className="field-fault" tabIndex={-1} data-testid="own-fault">
          {text.title}. {fields.join_code ?? fields.position ?? text.text}
        </p>
      )}
      <div className={styles.actions}>
        {own.ticket_url !== null && (
          <a className="button button-primary" href={own.ticket_url} data-testid="own-ticket">
            {t('book:own.ticket')}
          </a>
        )}
        {may('check_in') &&
          own.status === 'booked' &&
          (open ? (
            <>
              {asksCode && (
                <div className="field">
                  <label htmlFor={`${id}-code`}>{t('public:join.code')}</label>
                  <input id={`${id}-code`} className="input" dir="ltr" autoComplete="off" autoCapitalize="characters" aria-describedby={`${id}-code-why`} data-testid="own-code" value={code} onChange={(e) => setCode(e.target.value)} />
                  <span id={`${id}-code-why`} className="field-hint">
                    {t('public:join.codeWhy')}
                  </span>
                </div>
              )}
              <button type="button" className="button button-primary" aria-disabled={busy} onClick={arrive} data-testid="own-check-in">
                {t('book:own.checkIn')}
              </button>
            </>
          ) : (
            <p className="muted num">{t('book:own.checkInFrom', { time: fullDayAndClock(own.check_in_from, zone) })}</p>
          ))}
        {own.status === 'booked' && (
          <a className="button" href={own.calendar_url} download data-testid="own-calendar">
            <IconCalendarPlus size={20} aria-hidden />
            {t('book:own.calendar')}
          </a>
        )}
        {may('reschedule') && inTime && doing !== 'move' && (
          <button type="button" className="button" onClick={() => setDoing('move')} data-testid="own-move">
            {t('book:own.move')}
          </button>
        )}
        {may('cancel') && inTime && doing !== 'cancel' && (
          <button type="button" className="button" onClick={() => setDoing('cancel')} data-testid="own-cancel">
            {t('book:own.cancel')}
          </button>
        )}
        {own.status === 'booked' && !inTime && <p className="muted">{t('book:own.tooLate', { time: fullDayAndClock(own.change_until, zone) })}</p>}
        {!['held', 'booked', 'checked_in'].includes(own.status) && (
          <a className="button" href={`/book/${own.site.tenant}/${own.site.slug}`} data-testid="own-again">
            {t('book:own.bookNew')}
          </a>
        )}
      </div>
      {doing === 'move' && may('reschedule') && (
        <section className="stack" aria-label={t('book:own.move')}>
          <h2>{t('book:own.moveTo')}</h2>
          <SlotPicker source={ownSlots(path, site)} service={own.service.id} wish={wish} onWish={setWish} chosen={{ starts_at: own.starts_at, zone }} onPick={(slot: Slot) => act('reschedule', { starts_at: slot.starts_at, staff_id: wish.staff })} />
          <button type="button" className="button" onClick={() => setDoing(null)}>
            {t('book:own.keep')}
          </button>
        </section>
      )}
      {doing === 'cancel' && may('cancel') && (
        <section className="card stack" aria-label={t('book:own.cancel')}>
          <p>
            <strong>{t('book:own.cancelAsk', { time: when })}</strong>
          </p>
          <div className={styles.actions}>
            <button type="button" className="button button-danger" aria-disabled={busy} onClick={cancel} data-testid="own-cancel-yes">
              {t('book:own.cancelYes')}
            </button>
            <button type="button" className="button" onClick={() => setDoing(null)}>
              {t('book:own.keep')}
            </button>
          </div>
        </section>
      )}
    </PublicPage>
  );
}
