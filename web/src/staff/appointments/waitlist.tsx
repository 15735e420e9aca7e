import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, withQuery } from '~/api/client';
import type { Page, Service, Waiting } from '~/api/shapes';
import { dayAndClock } from '~/i18n/format';
import { may, useTenantPath, useUser } from '../session';
import { AskButton } from '../shared/ask-button';
import { Refusal } from '../shared/refusal';
import { useEntries } from '../shared/use-entries';
import styles from './appointments.module.css';
import type { AtSite } from './use-day';

/** So many are shown; who joined first comes first. */
const SHOWN = 50;

/** Who waits for a place at the site, and whom one is offered to. Nothing where nobody does. */
export function Waitlist({ site, at, cut }: AtSite & { readonly cut: boolean }) {
  const { t } = useTranslation('appointments');
  const base = useTenantPath();
  const user = useUser();
  const services = useEntries<Service>('/services');
  const [error, setError] = useState<unknown>(null);
  const waits = useQuery({
    queryKey: ['site-waitlist', base, site.id, at],
    queryFn: () => api.get<Page<Waiting>>(withQuery(`${base}/waitlist`, { site_id: site.id, limit: SHOWN })),
    placeholderData: (before, query) => (query?.queryKey[2] === site.id ? before : undefined),
  });
  const remove = (id: string) => {
    if (cut) return;
    setError(null);
    api.delete(`${base}/waitlist/${id}`).then(() => void waits.refetch(), setError);
  };
  const items = waits.data?.items ?? [];
  if (items.length === 0) return null;
  const nameOf = (one: Waiting) => one.name ?? t('row.anonymous');
  return (
    <details className={styles.waits} data-testid="appointments-waitlist">
      <summary>{t('waitlist.title', { count: items.length })}</summary>
      <Refusal error={error} quiet onClose={() => setError(null)} />
      <ul className={styles.rows}>
        {items.map((one) => (
          <li key={one.id} className={styles.wait}>
            <span>
              <strong>
                <bdi>{nameOf(one)}</bdi>
              </strong>{' '}
              · <bdi>{services.data?.find((service) => service.id === one.service_id)?.name ?? ''}</bdi>
              {one.phone !== null && (
                <>
                  {' · '}
                  <bdi dir="ltr">{one.phone}</bdi>
                </>
              )}
              <small className="num">
                {t('waitlist.wanted', { from: dayAndClock(one.from_at, site.timezone), until: dayAndClock(one.until_at, site.timezone) })} · {t(`waitlist.${one.status === 'offered' ? 'offered' : 'waiting'}`)}
              </small>
            </span>
            {may(user, 'appointments:write') && (
              <AskButton label={t('waitlist.removeOf', { name: nameOf(one) })} yes={t('waitlist.removeOf', { name: nameOf(one) })} off={cut} onYes={() => remove(one.id)} testId="waitlist-remove">
                {t('waitlist.remove')}
              </AskButton>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
