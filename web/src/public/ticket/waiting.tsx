import { IconBell, IconBellOff, IconBellRinging, IconCheck, IconClockPause, IconDoorExit } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PublicTicket } from '~/api/shapes';
import { clock as clockTime } from '~/i18n/format';
import type { LiveClock } from '~/live/clock';
import { useFreshness } from '~/live/use-live';
import { useOnceTap } from '~/shared/once-tap';
import { ClockTime, useTicketTimes, WaitRange } from '~/shared/wait-estimate';
import type { Alerts } from './alerts';
import { HowSure } from './how-sure';
import { MoreTime, type Granted } from './more-time';
import type { Phase } from './phase';
import type { Act } from './view';
import styles from './ticket.module.css';

interface Props {
  ticket: PublicTicket;
  phase: Phase;
  clock: LiveClock;
  alerts: Alerts;
  onAlerts: () => void;
  act: Act;
}

/** How long the page says what has just been granted. */
const SAID_MS = 15_000;

/** Before the call, between two calls, and at the counter. */
export function Waiting({ ticket, phase, clock, alerts, onAlerts, act }: Props) {
  const { t } = useTranslation(['ticket', 'common']);
  const { freshness } = useFreshness(clock);
  const [asking, setAsking] = useState(false);
  const [granted, setGranted] = useState<Granted | null>(null);
  useEffect(() => {
    if (granted === null) return undefined;
    const timer = setTimeout(() => setGranted(null), SAID_MS);
    return () => clearTimeout(timer);
  }, [granted]);
  const leave = useOnceTap(() => void act('leave'));
  const still = useOnceTap(() => void act('still-here'));
  const inLine = phase === 'waiting' || phase === 'next';
  return (
    <>
      {phase === 'next' && <p className={styles.place}>{t('next.title')}</p>}
      {phase === 'waiting' && ticket.people_ahead !== null && (
        <p className={styles.place}>
          <span data-testid="ticket-ahead" data-count={ticket.people_ahead}>
            {t('ahead', { count: ticket.people_ahead })}
          </span>
          {ticket.joined_after > 0 && <span className={styles.after}>{t('after', { count: ticket.joined_after })}</span>}
        </p>
      )}
      {inLine && ticket.asks_still_coming && (
        <div className={styles.asked} role="alertdialog" aria-labelledby="still-coming" data-testid="ticket-asked">
          <p id="still-coming">{t('coming.ask')}</p>
          <div className={styles.actions}>
            <button type="button" className="button button-primary" data-testid="ticket-still-coming" onClick={still}>
              <IconCheck size={22} aria-hidden />
              {t('coming.yes')}
            </button>
            <button type="button" className="button" data-testid="ticket-not-coming" onClick={leave}>
              <IconDoorExit className="mirror" size={22} aria-hidden />
              {t('coming.no')}
            </button>
          </div>
        </div>
      )}
      {/* A ticket that was kept from before says nothing of it. */}
      {inLine && typeof ticket.with === 'string' && (
        <p className={styles.small} data-testid="ticket-with">
          {t('with', { name: ticket.with })}
        </p>
      )}
      {phase === 'waiting' && ticket.near && (
        <p className={styles.small} role="status" data-testid="ticket-near">
          {t('near')}
        </p>
      )}
      {phase === 'serving' && ticket.counter !== null && (
        <p className={styles.at}>{t('serving', { counter: ticket.counter.number })}</p>
      )}
      {ticket.status === 'paused' && <p className={styles.small}>{t('paused')}</p>}
      {phase === 'parked' && (
        <p className={styles.place}>
          {t('parked.title')}{' '}
          {ticket.parked_until !== null && <ClockTime at={ticket.parked_until} timeZone={ticket.site.timezone} />}
        </p>
      )}
      {inLine && ticket.site.closed == null && (
        <div className={styles.estimate}>
          {freshness === 'expired' ? (
            <p className={styles.small}>{t('noEstimate')}</p>
          ) : (
            <>
              <p className={styles.range}>
                <WaitRange estimate={ticket.estimate} testId="ticket-estimate" />
              </p>
              <Times ticket={ticket} clock={clock} />
            </>
          )}
        </div>
      )}
      {inLine && alerts === 'off' && (
        <button type="button" className="button button-wide button-primary" data-testid="ticket-alerts" onClick={onAlerts}>
          <IconBell size={22} aria-hidden />
          {t('alerts.turnOn')}
        </button>
      )}
      {inLine && alerts !== 'off' && (
        <p className={styles.alerts} data-testid="ticket-alerts" data-alerts={alerts}>
          {alerts === 'none' ? <IconBellOff size={22} aria-hidden /> : <IconBellRinging size={22} aria-hidden />}
          <span>{alerts === 'on' ? t('alerts.on') : alerts === 'none' ? t('alerts.none') : t('alerts.pageOnly')}</span>
        </p>
      )}
      {phase === 'parked' && ticket.can.includes('still_here') && (
        <button type="button" className={`button button-primary button-wide ${styles.big}`} onClick={still}>
          {t('parked.back')}
        </button>
      )}
      <div className={styles.actions}>
        {ticket.can.includes('postpone') && (
          <button type="button" className="button" data-testid="ticket-postpone" aria-expanded={asking} onClick={() => setAsking(!asking)}>
            <IconClockPause size={22} aria-hidden />
            {t('postpone.ask')}
          </button>
        )}
        {ticket.can.includes('leave') && !ticket.asks_still_coming && (
          <button type="button" className="button" data-testid="ticket-leave" onClick={leave}>
            <IconDoorExit className="mirror" size={22} aria-hidden />
            {t('leave')}
          </button>
        )}
      </div>
      {asking && ticket.can.includes('postpone') && (
        <MoreTime
          ticket={ticket}
          act={act}
          onDone={(what) => {
            setAsking(false);
            setGranted(what);
          }}
        />
      )}
      {(inLine || phase === 'parked') && granted !== null && !asking && (
        <p className={styles.small} role="status" data-testid="ticket-postponed">
          {granted.from !== null && t('postpone.again', { time: clockTime(granted.from, ticket.site.timezone) })}
          {granted.from === null && granted.people > 0 && t('postpone.done', { count: granted.people })}
          {granted.from === null && granted.people === 0 && granted.ahead !== null && t('postpone.place', { count: granted.ahead })}
        </p>
      )}
      {inLine && freshness !== 'expired' && ticket.estimate?.serving === true && <HowSure estimate={ticket.estimate} kept={ticket.estimates_kept} />}
    </>
  );
}

/** Minutes of way that this phone said it needs. */
const WALKS = [0, 2, 5, 10, 15] as const;
const WALK_STORE = 'usher.walk';

function keptWalk(): number {
  try {
    const kept = Number(localStorage.getItem(WALK_STORE));
    return WALKS.find((w) => w === kept) ?? 0;
  } catch {
    return 0;
  }
}

function Times({ ticket, clock }: { ticket: PublicTicket; clock: LiveClock }) {
  const { t } = useTranslation('ticket');
  const { now } = useFreshness(clock);
  const [walk, setWalk] = useState(keptWalk);
  const times = useTicketTimes(ticket.estimate, walk, now);
  if (times === null) return null;
  const zone = ticket.site.timezone;
  return (
    <>
      <p className={styles.times}>
        {times.here <= now ? (
          <strong data-testid="ticket-here-by">{t('hereNow')}</strong>
        ) : (
          <strong data-testid="ticket-here-by">
            {t('hereBy')} <ClockTime at={times.here} timeZone={zone} />
          </strong>
        )}
        {times.called !== null && (
          <span data-testid="ticket-called-by">
            {t('calledBy')} <ClockTime at={times.called} timeZone={zone} />
          </span>
        )}
      </p>
      <label className={styles.walk}>
        {t('walk.label')}
        <select
          value={walk}
          onChange={(e) => {
            const minutes = Number(e.target.value);
            setWalk(minutes);
            try {
              localStorage.setItem(WALK_STORE, String(minutes));
            } catch {
              // asked again next time
            }
          }}
        >
          {WALKS.map((minutes) => (
            <option key={minutes} value={minutes}>
              {minutes === 0 ? t('walk.here') : t('walk.minutes', { count: minutes })}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}
