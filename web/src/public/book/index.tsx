import { IconChevronRight } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Bookable, Page, PublicTenant, TenantCard } from '~/api/shapes';
import { dayAndClock } from '~/i18n/format';
import { Fault, Loading, Message } from '~/shared/states';
import home from '../home.module.css';
import { PublicPage } from '../page';
import styles from './book.module.css';

/** A place where something can be booked. */
interface Place {
  tenant: PublicTenant;
  offer: Bookable;
}

async function load(): Promise<Place[]> {
  const { items } = await api.get<Pick<Page<TenantCard>, 'items'>>('/api/v1/public/tenants');
  const tenants = await Promise.all(items.map((t) => api.get<PublicTenant>(`/api/v1/public/tenants/${t.slug}`)));
  const places = tenants.flatMap((tenant) =>
    tenant.sites.map(async (site) => ({
      tenant,
      offer: await api.get<Bookable>(`/api/v1/public/sites/${tenant.slug}/${site.slug}/bookable`),
    })),
  );
  return (await Promise.all(places)).filter((place) => place.offer.services.length > 0);
}

/** The earliest free time of anything at a place. */
function earliest({ offer }: Place): string | null {
  const times = offer.services.flatMap((service) => (service.next === null ? [] : [service.next.starts_at]));
  return times.sort()[0] ?? null;
}

/** `/book`: where appointments can be booked, with the next free time of each place. */
export default function Book() {
  const { t } = useTranslation(['book', 'common']);
  const [state, setState] = useState<{ places: Place[] } | { error: unknown } | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    document.title = t('book:title');
  }, [t]);
  useEffect(() => {
    let current = true;
    load().then(
      (places) => current && setState({ places }),
      (error: unknown) => current && setState({ error }),
    );
    return () => {
      current = false;
    };
  }, [attempt]);
  return (
    <PublicPage>
      <div className={styles.head}>
        <h1>{t('book:title')}</h1>
        <p className="muted">{t('book:where')}</p>
      </div>
      {state === null && <Loading rows={4} />}
      {state !== null && 'error' in state && <Fault error={state.error} onRetry={() => setAttempt(attempt + 1)} />}
      {state !== null && 'places' in state && state.places.length === 0 && <Message title={t('book:nothing')} text={t('book:nothingText')} />}
      {state !== null && 'places' in state && state.places.length > 0 && (
        <ul className="card">
          {state.places.map((place) => {
            const { site } = place.offer;
            const next = earliest(place);
            return (
              <li key={`${site.tenant}/${site.slug}`}>
                <a className={home.site} href={`/book/${site.tenant}/${site.slug}`} data-testid={`book-place-${site.slug}`}>
                  <span className="grow">
                    <span className={home.name}>
                      <bdi>{site.name}</bdi> · <bdi>{place.tenant.name}</bdi>
                    </span>
                    {site.address !== null && (
                      <span className={home.address}>
                        <bdi>{site.address}</bdi>
                      </span>
                    )}
                    <span className={`${home.hours} num`}>{next === null ? t('book:full') : t('book:next', { time: dayAndClock(next, site.timezone) })}</span>
                  </span>
                  <IconChevronRight className="mirror" size={24} aria-hidden />
                </a>
              </li>
            );
          })}
        </ul>
      )}
    </PublicPage>
  );
}
