import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Appointment } from '~/api/shapes';
import { fullDayAndClock } from '~/i18n/format';
import { openSlots, ownSlots } from '~/public/book/slots';
import { useUser } from '../session';
import type { Site } from '../shared/use-site';
import { CancelDialog } from './cancel-dialog';
import { MoveDialog } from './move-dialog';
import styles from './own.module.css';

interface Props {
  readonly own: Appointment;
  readonly site: Site | undefined;
  /** Cut off from the server: what is shown stays, nothing can be pressed. */
  readonly cut: boolean;
  readonly onChanged: () => void;
}

/** One of one's own appointments: when, what, where and with whom; its page, and what can still be done with it. */
export function OwnRow({ own, site, cut, onChanged }: Props) {
  const { t } = useTranslation('appointments');
  const user = useUser();
  const tenant = user.tenant?.slug ?? '';
  const other = own.booked_by === user.id ? own.name : null;
  const [doing, setDoing] = useState<'move' | 'cancel' | null>(null);
  const zone = site?.timezone ?? 'UTC';
  const path = `/api/v1/public/sites/${tenant}/${site?.slug ?? ''}`;
  const can = (act: Appointment['allowed'][number]) => own.allowed.includes(act);
  const dead = { 'aria-disabled': cut, 'data-disabled': cut || undefined };
  const when = fullDayAndClock(own.starts_at, zone);
  return (
    <li data-testid={`own-${own.reference}`} data-status={own.status}>
      <span>
        <strong className="num">
          {own.url === null ? (
            when
          ) : (
            <a href={own.url} aria-label={t('own.open', { time: when })} data-testid="own-open">
              {when}
            </a>
          )}
        </strong>
        <small>
          <bdi>{own.service_name}</bdi>
          {own.staff_name !== null && (
            <>
              {' · '}
              <bdi>{own.staff_name}</bdi>
            </>
          )}
          {' · '}
          <bdi>{own.site_name}</bdi> ·{' '}
          <bdi dir="ltr" className={styles.reference}>
            {own.reference}
          </bdi>
          {other !== null && (
            <>
              {' · '}
              <bdi data-testid="own-for">{t('own.for', { name: other })}</bdi>
            </>
          )}
          {own.status !== 'booked' && ` · ${t(`status.${own.status}`)}`}
        </small>
      </span>
      <span className={styles.do}>
        {can('check_in') && own.url !== null && (
          <Button component="a" href={own.url} data-testid="own-come">
            {t('row.checkIn')}
          </Button>
        )}
        {can('reschedule') && site !== undefined && (
          <Button variant="default" aria-label={t('own.moveOf', { time: when })} {...dead} onClick={() => !cut && setDoing('move')} data-testid="wallet-move">
            {t('row.move')}
          </Button>
        )}
        {can('cancel') && (
          <Button variant="subtle" color="bad" aria-label={t('own.cancelOf', { time: when })} {...dead} onClick={() => !cut && setDoing('cancel')} data-testid="wallet-cancel">
            {t('row.cancel')}
          </Button>
        )}
      </span>
      <CancelDialog opened={doing === 'cancel'} appointment={own} zone={zone} own onClose={() => setDoing(null)} onDone={onChanged} />
      {site !== undefined && (
        <MoveDialog opened={doing === 'move'} appointment={own} zone={zone} source={own.url === null ? openSlots(path) : ownSlots(`/api/v1/public${own.url}`, path)} onClose={() => setDoing(null)} onDone={onChanged} />
      )}
    </li>
  );
}
