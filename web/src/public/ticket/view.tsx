import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PublicTicket } from '~/api/shapes';
import type { LiveClock } from '~/live/clock';
import { announcements } from '~/live/announce';
import { useFreshness } from '~/live/use-live';
import { LiveAge } from '~/shared/live-age';
import { useWakeLock } from '~/shared/pwa';
import { useFaultText } from '~/shared/states';
import { StatusBadge } from '~/shared/status-badge';
import { TicketNumber } from '~/shared/ticket-number';
import { AccountLink } from '../account-link';
import { PublicPage } from '../page';
import { useAlerts } from './alerts';
import { Called } from './called';
import { Ending } from './ending';
import { Closed, Moved } from './news';
import { isNewCall, phaseOf, type Phase } from './phase';
import { Waiting } from './waiting';
import styles from './ticket.module.css';

/** Sends a wish of the ticket's holder; the ticket as it is then, null when it was refused. The page shows a refusal itself. */
export type Act = (verb: string, body?: object) => Promise<PublicTicket | null>;

interface Props {
  ticket: PublicTicket;
  secret: string;
  clock: LiveClock;
  act: (verb: string, body?: object) => Promise<PublicTicket>;
}

/** The page in whichever phase the ticket is. */
export function TicketView({ ticket, secret, clock, act }: Props) {
  const { t } = useTranslation(['ticket', 'common']);
  const phase = phaseOf(ticket);
  const { freshness } = useFreshness(clock);
  const { alerts, turnOn, ring } = useAlerts();
  const [again, setAgain] = useState(false);
  const before = useRef<PublicTicket | undefined>(undefined);
  const [failure, setFailure] = useState<unknown>(null);
  const faultText = useFaultText();
  const fault = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (failure !== null) fault.current?.focus();
  }, [failure]);
  const counter = ticket.counter?.number ?? '';
  useWakeLock(alerts !== 'off' && (phase === 'waiting' || phase === 'next' || phase === 'called'));

  useEffect(() => {
    document.title = title(t, phase, ticket, counter);
  }, [t, phase, ticket, counter]);

  useEffect(() => {
    const call = isNewCall(before.current, ticket);
    const first = before.current === undefined;
    before.current = ticket;
    if (call !== null) {
      setAgain(call === 'recall');
      const text = t('called.spoken', { counter, number: ticket.number });
      announcements.alert(text);
      // Opened after the call: what is on the screen says it; ringing would only startle.
      if (!first) void ring(t('called.title'), text);
    } else {
      announcements.say(sentence(t, phase, ticket));
    }
  }, [ticket, phase, counter, ring, t]);

  const wish = useCallback<Act>(
    async (verb, body) => {
      setFailure(null);
      try {
        return await act(verb, body);
      } catch (error) {
        setFailure(error);
        return null;
      }
    },
    [act],
  );
  const problem = failure === null ? null : faultText(failure);

  const head = (
    <span className={styles.head}>
      <span>
        <bdi>{ticket.site.name}</bdi>
      </span>
      <span className={styles.service}>
        <bdi>{ticket.service.name}</bdi>
      </span>
    </span>
  );
  const age = <LiveAge clock={clock} timeZone={ticket.site.timezone} />;
  const cut = freshness === 'reconnecting' || freshness === 'expired';
  const inLine = phase === 'waiting' || phase === 'next' || phase === 'parked';
  const over = phase === 'done' || phase === 'left' || phase === 'closed' || phase === 'expired';
  let body: ReactNode;
  if (phase === 'called') body = <Called ticket={ticket} again={again} act={wish} />;
  else if (over || phase === 'missed') body = <Ending ticket={ticket} secret={secret} phase={phase} clock={clock} act={wish} />;
  else {
    body = <Waiting ticket={ticket} phase={phase} clock={clock} alerts={alerts} onAlerts={() => void turnOn()} act={wish} />;
  }
  return (
    <div className={phase === 'called' ? styles.calledPage : styles.page}>
      <PublicPage title={head} aside={over || cut ? undefined : age} footer={phase === 'called' ? undefined : <AccountLink tenant={ticket.tenant.slug} />}>
        <div className={styles.ticket} data-phase={phase}>
          {cut && !over && (
            <div className={styles.offline} data-testid="ticket-offline">
              <p>{t('offline')}</p>
              {age}
            </div>
          )}
          {phase !== 'called' && (
            <h1 className={styles.number}>
              <span className="visually-hidden">{t('yours')} </span>
              <TicketNumber number={ticket.number} testId="ticket-number" />
            </h1>
          )}
          {phase !== 'called' && (
            <p className={styles.badge}>
              <StatusBadge state={ticket.status} testId="ticket-status" />
            </p>
          )}
          {inLine && <Closed ticket={ticket} />}
          {inLine && <Moved ticket={ticket} />}
          {body}
          {problem !== null && (
            <p ref={fault} className="field-fault" tabIndex={-1} data-testid="ticket-fault">
              {problem.title}. {problem.text}
            </p>
          )}
        </div>
      </PublicPage>
    </div>
  );
}

type T = ReturnType<typeof useTranslation<['ticket', 'common']>>['t'];

function title(t: T, phase: Phase, ticket: PublicTicket, counter: string): string {
  if (phase === 'called') return t('called.tab', { counter, number: ticket.number });
  if (phase === 'waiting' && ticket.people_ahead !== null) return t('tab', { count: ticket.people_ahead, number: ticket.number });
  return `${ticket.number} · ${ticket.site.name}`;
}

function sentence(t: T, phase: Phase, ticket: PublicTicket): string {
  if (ticket.site.closed != null && (phase === 'waiting' || phase === 'next' || phase === 'parked')) {
    return `${t('closed.title', { site: ticket.site.name })}. ${ticket.site.closed}. ${t('closed.kept')}`;
  }
  if (ticket.asks_still_coming) return t('coming.ask');
  if (phase === 'next') return t('next.spoken', { number: ticket.number });
  if (phase === 'waiting' && ticket.people_ahead !== null) return t('ahead', { count: ticket.people_ahead });
  return t(`common:state.${ticket.status}`);
}
