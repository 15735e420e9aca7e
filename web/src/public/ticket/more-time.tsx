import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PublicTicket } from '~/api/shapes';
import { useOnceTap } from '~/shared/once-tap';
import type { Act } from './view';
import styles from './ticket.module.css';

const PLACES = [1, 2, 3, 5] as const;
const MINUTES = [5, 10, 15, 20] as const;

/** What was granted: so many people may go first, or nobody calls before a time. */
export interface Granted {
  readonly people: number;
  /** From when on the ticket is called again; null where it still waits. */
  readonly from: string | null;
  /** How many are before it now. */
  readonly ahead: number | null;
}

/** "I need more time": let some people go first, or come back in some minutes. */
export function MoreTime({ ticket, act, onDone }: { ticket: PublicTicket; act: Act; onDone: (granted: Granted) => void }) {
  const { t } = useTranslation('ticket');
  const [busy, setBusy] = useState(false);
  const send = useOnceTap((body: { places: number } | { minutes: number }) => {
    setBusy(true);
    void act('postpone', body).then((answer) => {
      setBusy(false);
      if (answer === null) return;
      onDone({ people: 'places' in body ? body.places : 0, from: answer.parked_until, ahead: answer.people_ahead });
    });
  });
  // Nobody can let more people pass than there are behind.
  const places = PLACES.filter((n) => n <= Math.max(ticket.joined_after, 0));
  return (
    <div className={`card ${styles.more}`}>
      {places.length > 0 && (
        <>
          <h2 id="let-pass">{t('postpone.places')}</h2>
          <div className={styles.choices} role="group" aria-labelledby="let-pass">
            {places.map((n) => (
              <button key={n} type="button" className="button num" disabled={busy} onClick={() => send({ places: n })}>
                {t('postpone.people', { count: n })}
              </button>
            ))}
          </div>
        </>
      )}
      <h2 id="come-back">{t('postpone.minutes')}</h2>
      <div className={styles.choices} role="group" aria-labelledby="come-back">
        {MINUTES.map((n) => (
          <button key={n} type="button" className="button num" disabled={busy} onClick={() => send({ minutes: n })}>
            {t('postpone.inMinutes', { count: n })}
          </button>
        ))}
      </div>
    </div>
  );
}
