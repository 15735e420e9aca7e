import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { isPassing } from '~/api/fault';
import type { OwnWait } from '~/api/shapes';
import { currentLanguage } from '~/i18n';
import { fullDayAndClock, longDate } from '~/i18n/format';
import { inLanguage } from '~/i18n/languages';
import { announcements } from '~/live/announce';
import { slotsChanged, useChanges } from '~/live/use-changes';
import { go } from '~/shared/address';
import { useOnceTap } from '~/shared/once-tap';
import { Fault, Loading, useFaultText } from '~/shared/states';
import styles from '../book/book.module.css';
import { PublicPage } from '../page';

/** What could not be read is asked for again after this long. */
const AGAIN_MS = 10_000;

/** `/waitlist/{secret}`: one's own place on the waitlist, and what is offered. */
export default function WaitlistPage({ secret }: { secret: string }) {
  const path = `/api/v1/public/waitlist/${encodeURIComponent(secret)}`;
  const [state, setState] = useState<{ own: OwnWait } | { error: unknown } | null>(null);
  const [asked, setAsked] = useState(0);
  const again = useCallback(() => setAsked((n) => n + 1), []);
  useEffect(() => {
    let current = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    api.get<OwnWait>(path).then(
      (own) => current && setState({ own }),
      (error: unknown) => {
        if (!current) return;
        // What is known stays while the way to the server is cut.
        setState((before) => (before !== null && 'own' in before && isPassing(error) ? before : { error }));
        if (isPassing(error)) timer = setTimeout(again, AGAIN_MS);
      },
    );
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [path, asked, again]);
  const own = state !== null && 'own' in state ? state.own : null;
  const board = own === null ? null : `/api/v1/public/sites/${own.site.tenant}/${own.site.slug}/events`;
  const service = own?.service.id;
  // A place is freed, offered and taken as slots of the service change.
  useChanges(board, (frame) => slotsChanged(frame, service), again);
  return (
    <PublicPage title={own === null ? undefined : <bdi>{own.site.name}</bdi>}>
      {state === null && <Loading rows={3} />}
      {state !== null && 'error' in state && <Fault error={state.error} onRetry={again} />}
      {own !== null && <Wait own={own} path={path} put={(answer) => setState({ own: answer })} />}
    </PublicPage>
  );
}

function Wait({ own, path, put }: { own: OwnWait; path: string; put: (own: OwnWait) => void }) {
  const { t } = useTranslation(['book', 'common']);
  const [error, setError] = useState<unknown>(null);
  const faultText = useFaultText();
  const zone = own.site.timezone;
  const offer = own.appointment;
  const status = t(`book:waits.${own.status}`);
  useEffect(() => {
    document.title = status;
    if (own.status === 'offered') announcements.alert(status);
    else announcements.say(status);
  }, [status, own.status]);
  const act = useOnceTap((verb: string) => {
    setError(null);
    api.post<OwnWait>(`${path}/${verb}`, {}, { retries: 2 }).then(
      (answer) => (verb === 'accept' && answer.appointment !== null ? go(answer.appointment.url) : put(answer)),
      (refused: unknown) => setError(refused),
    );
  });
  const text = error === null ? null : faultText(error);
  return (
    <>
      <div className={styles.head}>
        <p className="muted" data-testid="wait-status" data-status={own.status}>
          {status}
        </p>
        <h1>
          <bdi>{inLanguage(own.service.names, currentLanguage(), own.service.name)}</bdi>
        </h1>
        <p className="muted">{t('book:waits.dates', { from: longDate(own.from_at, zone), to: longDate(Date.parse(own.until_at) - 1, zone) })}</p>
      </div>
      {own.ahead !== null && <p>{t('book:waits.ahead', { count: own.ahead })}</p>}
      {own.status === 'offered' && offer !== null && (
        <section className="card stack" aria-label={status}>
          <p className={styles.when}>{fullDayAndClock(offer.starts_at, zone)}</p>
          {offer.hold_until !== null && <p className="num">{t('book:waits.until', { time: fullDayAndClock(offer.hold_until, zone) })}</p>}
        </section>
      )}
      {text !== null && (
        <p className="field-fault" role="alert">
          {text.title}. {text.text}
        </p>
      )}
      <div className={styles.actions}>
        {own.status === 'offered' && (
          <button type="button" className="button button-primary" onClick={() => act('accept')} data-testid="wait-accept">
            {t('book:waits.accept')}
          </button>
        )}
        {(own.status === 'offered' || own.status === 'waiting') && (
          <button type="button" className="button" onClick={() => act('leave')} data-testid="wait-leave">
            {t(own.status === 'offered' ? 'book:waits.decline' : 'book:waits.leave')}
          </button>
        )}
        {own.status === 'accepted' && offer !== null && (
          <a className="button button-primary" href={offer.url}>
            {t('book:waits.see')}
          </a>
        )}
        {['declined', 'expired', 'left'].includes(own.status) && (
          <a className="button" href={`/book/${own.site.tenant}/${own.site.slug}`}>
            {t('book:own.bookNew')}
          </a>
        )}
      </div>
    </>
  );
}
