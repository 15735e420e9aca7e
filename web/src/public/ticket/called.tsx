import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PublicTicket } from '~/api/shapes';
import { useOnceTap } from '~/shared/once-tap';
import { TicketNumber } from '~/shared/ticket-number';
import type { Act } from './view';
import styles from './ticket.module.css';

/** "It's your turn": nothing else is on the page. */
export function Called({ ticket, again, act }: { ticket: PublicTicket; again: boolean; act: Act }) {
  const { t } = useTranslation('ticket');
  const [coming, setComing] = useState(false);
  const come = useOnceTap(() => {
    void act('coming').then((ticket) => setComing(ticket !== null));
  });
  return (
    <div className={styles.called} data-testid="ticket-called">
      <h1 className={styles.turn}>{again ? t('called.again') : t('called.title')}</h1>
      <p className={styles.counter}>
        {t('called.counter')}
        <strong className="code" dir="ltr">
          {ticket.counter?.number ?? '–'}
        </strong>
      </p>
      <p className={styles.calledNumber}>
        <TicketNumber number={ticket.number} testId="ticket-number" />
      </p>
      {ticket.come_within_minutes !== null && (
        <p className={styles.within}>{t('called.within', { count: ticket.come_within_minutes })}</p>
      )}
      {coming ? (
        <p className={styles.comingSent} role="status">
          {t('called.told')}
        </p>
      ) : (
        ticket.can.includes('coming') && (
          <button type="button" className={`button button-wide ${styles.big}`} onClick={come}>
            {t('called.coming')}
          </button>
        )
      )}
    </div>
  );
}
