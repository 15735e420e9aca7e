import { IconChevronRight } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, withQuery } from '~/api/client';
import { ApiFault } from '~/api/fault';
import type { Bookable, Page, PublicPlace } from '~/api/shapes';
import { dayAndClock } from '~/i18n/format';
import { Fault, Loading, Message } from '~/shared/states';
import home from '../home.module.css';
import { PublicPage } from '../page';
import styles from './book.module.css';

/** So many branches are looked at for what they offer at once. */
const PAGE = 20;

/** A place where something can be booked. */
interface Place {
  readonly tenant: PublicPlace['tenant'];
  readonly offer: Bookable;
}

interface Found {
  readonly places: readonly Place[];
  /** Where the next branches begin; null after the last. */
  readonly next: string | null;
}

/** What a branch offers; nothing where nothing can be booked, or where it is no longer there. */
async function offerOf(tenant: PublicPlace['tenant'], slug: string): Promise<Place | null> {
  try {
    const offer = await api.get<Bookable>(`/api/v1/public/sites/${tenant.slug}/${slug}/bookable`);
    return offer.services.length === 0 ? null : { tenant, offer };
  } catch (error) {
    // One that was closed a moment ago takes no other along.
    if (error instanceof ApiFault && error.status === 404) return null;
    throw error;
  }
}

/** The next places where something can be booked, behind those that are known: as many branches as it takes to find one. */
async function load(before: Found | null): Promise<Found> {
  const known = before?.places ?? [];
  let places = known;
  let cursor = before?.next ?? null;
  do {
    const page: Page<PublicPlace> = await api.get<Page<PublicPlace>>(withQuery('/api/v1/public/sites', { limit: PAGE, cursor }));
    const offers = page.items.map(({ tenant, slug }) => offerOf(tenant, slug));
    places = [...places, ...(await Promise.all(offers)).filter((place) => place !== null)];
    cursor = page.next_cursor;
  } while (cursor !== null && places.length === known.length);
  return { places, next: cursor };
}

/** The earliest free time of anything at a place. */
function earliest({ offer }: Place): string | null {
  const times = offer.services.flatMap((service) => (service.next === null ? [] : [service.next.starts_at]));
  return times.sort()[0] ?? null;
}

/** `/book`: where appointments can be booked, with the next free time of each place. */
export default function Book() {
  const { t } = useTranslation(['book', 'common']);
  const [found, setFound] = useState<Found | null>(null);
  const [error, setError] = useState<unknown>(null);
  // What is asked for now: the branches behind those that are there.
  const [asked, setAsked] = useState<{ behind: Found | null } | null>({ behind: null });
  useEffect(() => {
    document.title = t('book:title');
  }, [t]);
  useEffect(() => {
    if (asked === null) return undefined;
    let current = true;
    load(asked.behind).then(
      (answer) => {
        if (!current) return;
        setFound(answer);
        setAsked(null);
      },
      (fault: unknown) => current && setError(fault),
    );
    return () => {
      current = false;
    };
  }, [asked]);
  const places = found?.places ?? [];
  const ask = () => {
    setError(null);
    setAsked({ behind: found });
  };
  return (
    <PublicPage>
      <div className={styles.head}>
        <h1>{t('book:title')}</h1>
        <p className="muted">{t('book:where')}</p>
      </div>
      {found === null && error === null && <Loading rows={4} />}
      {found !== null && places.length === 0 && <Message title={t('book:nothing')} text={t('book:nothingText')} />}
      {places.length > 0 && (
        <ul className="card">
          {places.map((place) => {
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
      {error !== null && <Fault error={error} onRetry={ask} />}
      {found?.next != null && error === null && (
        <button type="button" className="button button-wide" disabled={asked !== null} data-testid="book-more" onClick={ask}>
          {t('book:more')}
        </button>
      )}
    </PublicPage>
  );
}
