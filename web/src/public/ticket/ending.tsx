import { useTranslation } from 'react-i18next';
import type { PublicTicket } from '~/api/shapes';
import type { LiveClock } from '~/live/clock';
import { useFreshness } from '~/live/use-live';
import { useOnceTap } from '~/shared/once-tap';
import { useRefusalText } from '~/shared/states';
import { ClockTime } from '~/shared/wait-estimate';
import { Feedback } from './feedback';
import type { Phase } from './phase';
import type { Act } from './view';
import styles from './ticket.module.css';

/** Leaving can be taken back for this long. */
const UNDO_MS = 10_000;

interface Props {
  ticket: PublicTicket;
  secret: string;
  phase: Phase;
  clock: LiveClock;
  act: Act;
}

/** An ending, its cause, and the way on. */
export function Ending({ ticket, secret, phase, clock, act }: Props) {
  const { t } = useTranslation('ticket');
  const rejoin = useOnceTap(() => void act('rejoin'));
  const again = (
    <a className="button button-wide" href={`/s/${ticket.tenant.slug}/${ticket.site.slug}`}>
      {t('ending.again')}
    </a>
  );
  return (
    <>
      <p className={styles.cause}>
        {phase === 'done' && t('ending.done')}
        {phase === 'left' && (ticket.cause === 'left' ? t('ending.left') : t('ending.staff'))}
        {phase === 'closed' && t('ending.closed')}
        {phase === 'expired' && t('ending.expired')}
        {phase === 'missed' && t('ending.missed')}
      </p>
      {phase === 'closed' && ticket.closed_because != null && (
        <p data-testid="ticket-closed-because">
          {t('why')} <bdi>{ticket.closed_because}</bdi>
        </p>
      )}
      {phase === 'missed' && ticket.rejoin_until !== null && ticket.can.includes('rejoin') && (
        <>
          <p className={styles.small}>
            {t('ending.rejoinUntil')} <ClockTime at={ticket.rejoin_until} timeZone={ticket.site.timezone} />
          </p>
          <button type="button" className={`button button-primary button-wide ${styles.big}`} onClick={rejoin}>
            {t('ending.rejoin')}
          </button>
        </>
      )}
      {phase === 'done' && ticket.next !== null && <Next next={ticket.next} />}
      {phase === 'done' && <Feedback ticket={ticket} secret={secret} />}
      {phase === 'left' && <UndoLeave ticket={ticket} clock={clock} act={act} />}
      {phase !== 'done' && again}
    </>
  );
}

/** The next service of a visit: its ticket, or that somebody has to help. */
function Next({ next }: { next: NonNullable<PublicTicket['next']> }) {
  const { t } = useTranslation('ticket');
  const refusal = useRefusalText();
  if (next.url === null) {
    return (
      <p className={styles.cause} role="status" data-testid="ticket-next-stopped">
        {t('ending.nextStopped', { service: next.service.name })} {refusal(next.code, next.reason)}
      </p>
    );
  }
  return (
    <a className={`button button-primary button-wide ${styles.big}`} href={next.url} data-testid="ticket-next">
      {t('ending.next', { service: next.service.name, number: next.number })}
    </a>
  );
}

function UndoLeave({ ticket, clock, act }: Omit<Props, 'phase' | 'secret'>) {
  const { t } = useTranslation('ticket');
  // By the server's clock, which said when the ticket ended: phones are often wrong by more than these seconds.
  const { now } = useFreshness(clock);
  const undo = useOnceTap(() => void act('undo-leave'));
  const left = ticket.ended_at === null ? 0 : Math.ceil((Date.parse(ticket.ended_at) + UNDO_MS - now) / 1000);
  if (!ticket.can.includes('undo_leave') || left <= 0) return null;
  return (
    <button type="button" className={`button button-primary button-wide ${styles.big} num`} data-testid="ticket-undo" onClick={undo}>
      {t('ending.undo', { seconds: Math.min(left, UNDO_MS / 1000) })}
    </button>
  );
}
