import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, withQuery } from '~/api/client';
import type { Appointment, Service, Waiting } from '~/api/shapes';
import { dayAndClock, fullDayAndClock } from '~/i18n/format';
import { may, useTenantPath, useUser } from '../session';
import { AskButton } from '../shared/ask-button';
import { Refusal } from '../shared/refusal';
import { useServerNow } from '../shared/server-clock';
import { useDeed } from '../shared/use-deed';
import { readAll, useEntries } from '../shared/use-entries';
import styles from './appointments.module.css';
import type { AtSite } from './use-day';

interface Props extends AtSite {
  readonly cut: boolean;
  /** Somebody was offered, took or gave up a place. */
  readonly onChanged: () => void;
}

/** Who waits for a place at the site, who joined first coming first, and whom one is offered to. Nothing where nobody does. */
export function Waitlist({ site, at, cut, onChanged }: Props) {
  const { t } = useTranslation('appointments');
  const base = useTenantPath();
  const services = useEntries<Service>('/services');
  const waits = useQuery({
    queryKey: ['site-waitlist', base, site.id, at],
    queryFn: () => readAll<Waiting>(withQuery(`${base}/waitlist`, { site_id: site.id })),
    placeholderData: (before, query) => (query?.queryKey[2] === site.id ? before : undefined),
  });
  const items = waits.data ?? [];
  if (items.length === 0) return null;
  const changed = () => {
    void waits.refetch();
    onChanged();
  };
  return (
    <details className={styles.waits} data-testid="appointments-waitlist">
      <summary>{t('waitlist.title', { count: items.length })}</summary>
      <ul className={styles.rows}>
        {items.map((one) => (
          <Entry key={one.id} one={one} service={services.data?.find((service) => service.id === one.service_id)?.name ?? ''} zone={site.timezone} cut={cut} onChanged={changed} />
        ))}
      </ul>
    </details>
  );
}

interface EntryProps {
  readonly one: Waiting;
  readonly service: string;
  readonly zone: string;
  readonly cut: boolean;
  readonly onChanged: () => void;
}

/** Somebody who waits, or has an offer: the desk answers it for them. */
function Entry({ one, service, zone, cut, onChanged }: EntryProps) {
  const { t } = useTranslation('appointments');
  const base = useTenantPath();
  const user = useUser();
  const deed = useDeed();
  const name = one.name ?? t('row.anonymous');
  const offered = one.status === 'offered';
  const id = one.appointment_id;
  const offer = useQuery({ queryKey: ['waitlist-offer', base, id], queryFn: () => api.get<Appointment>(`${base}/tickets/appointments/${id ?? ''}`), enabled: offered && id !== null });
  const path = `${base}/waitlist/${one.id}`;
  const accept = () => {
    if (!cut) deed.run(() => api.post(`${path}/accept`, {}, { retries: 2 }), onChanged);
  };
  const leave = () => {
    if (!cut) deed.run(() => api.delete(path), onChanged);
  };
  const held = offer.data;
  const now = useServerNow(60_000);
  return (
    <li className={styles.wait} data-status={one.status} data-testid="waitlist-entry">
      <span>
        <strong>
          <bdi>{name}</bdi>
        </strong>
        {one.party_size > 1 && <span className="num"> · {t('row.party', { count: one.party_size })}</span>} · <bdi>{service}</bdi>
        {one.phone !== null && (
          <>
            {' · '}
            <bdi dir="ltr">{one.phone}</bdi>
          </>
        )}
        <small className="num">
          {t('waitlist.wanted', { from: dayAndClock(one.from_at, zone, now), until: dayAndClock(one.until_at, zone, now) })} · {t(`waitlist.${offered ? 'offered' : 'waiting'}`)}
        </small>
        {offered && held !== undefined && (
          <small className="num" data-testid="waitlist-offer">
            {held.hold_until === null ? fullDayAndClock(held.starts_at, zone) : t('waitlist.offer', { time: fullDayAndClock(held.starts_at, zone), until: dayAndClock(held.hold_until, zone, now) })}
          </small>
        )}
      </span>
      {may(user, 'appointments:write') && (
        <span className={styles.do}>
          {offered && (
            <Button loading={deed.busy} aria-label={t('waitlist.acceptOf', { name })} aria-disabled={cut} data-disabled={cut || undefined} onClick={accept} data-testid="waitlist-accept">
              {t('waitlist.accept')}
            </Button>
          )}
          <AskButton label={t(offered ? 'waitlist.declineOf' : 'waitlist.removeOf', { name })} yes={t(offered ? 'waitlist.declineOf' : 'waitlist.removeOf', { name })} off={cut} onYes={leave} testId="waitlist-remove">
            {t(offered ? 'waitlist.decline' : 'waitlist.remove')}
          </AskButton>
        </span>
      )}
      <Refusal error={deed.error} quiet onClose={deed.dismiss} />
    </li>
  );
}
