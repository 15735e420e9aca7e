import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { PublicTicket } from '~/api/shapes';
import styles from './ticket.module.css';

/** That the site had to close, and why: whoever is in line keeps the place, and nothing is estimated meanwhile. */
export function Closed({ ticket }: { ticket: PublicTicket }) {
  const { t } = useTranslation('ticket');
  // A ticket that this phone kept from an older version says nothing of it.
  if (ticket.site.closed == null) return null;
  return (
    <div className={styles.closed} data-testid="ticket-closed">
      <p>
        <IconAlertTriangle size={22} aria-hidden />
        <strong>{t('closed.title', { site: ticket.site.name })}</strong>
      </p>
      <p>
        <bdi>{ticket.site.closed}</bdi>
      </p>
      <p>{t('closed.kept')}</p>
    </div>
  );
}

/** That staff moved the person, where they stand since then, and why. */
export function Moved({ ticket }: { ticket: PublicTicket }) {
  const { t } = useTranslation('ticket');
  const { moved = null, moved_to: to } = ticket;
  if (moved === null && to === null) return null;
  const reason = moved?.reason ?? null;
  let text: string;
  if (to !== null) text = moved?.place === 'anew' ? t('moved.toAnew', { to }) : moved?.place === 'chosen' ? t('moved.toChosen', { to }) : t('moved.to', { to });
  else text = moved?.place === 'kept' ? t('moved.kept') : moved?.place === 'anew' ? t('moved.anew') : t('moved.chosen');
  return (
    <div className={styles.moved} role="status" data-testid="ticket-moved" data-place={moved?.place}>
      <p>{text}</p>
      {reason !== null && (
        <p>
          {t('why')} <bdi>{reason}</bdi>
        </p>
      )}
    </div>
  );
}
