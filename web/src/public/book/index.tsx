import { IconChevronRight } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, withQuery } from '~/api/client';
import type { BookablePlace, Page } from '~/api/shapes';
import { dayAndClock } from '~/i18n/format';
import { Fault, Loading, Message } from '~/shared/states';
import home from '../home.module.css';
import { PublicPage } from '../page';
import styles from './book.module.css';

/** So many places are asked for at once. */
const PAGE = 20;

interface Found {
  readonly places: readonly BookablePlace[];
  /** Where the next ones begin; null after the last. */
  readonly next: string | null;
}

/** The next places where something can be booked, behind those that are known: one request. */
async function load(before: Found | null): Promise<Found> {
  const page = await api.get<Page<BookablePlace>>(withQuery('/api/v1/public/bookable', { limit: PAGE, cursor: before?.next ?? null }));
  return { places: [...(before?.places ?? []), ...page.items], next: page.next_cursor };
}

/** `/book`: where appointments can be booked, with the next free time of each place. */
export default function Book() {
  const { t } = useTranslation(['book', 'common']);
  const [found, setFound] = useState<Found | null>(null);
  const [error, setError] = useState<unknown>(null);
  // What is asked for now: the places behind those that are there.
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
          {places.map(({ site, tenant_name, next }) => (
            <li key={`${site.tenant}/${site.slug}`}>
              <a className={home.site} href={`/book/${site.tenant}/${site.slug}`} data-testid={`book-place-${site.slug}`}>
                <span className="grow">
                  <span className={home.name}>
                    <bdi>{site.name}</bdi> · <bdi>{tenant_name}</bdi>
                  </span>
                  {site.address !== null && (
                    <span className={home.address}>
                      <bdi>{site.address}</bdi>
                    </span>
                  )}
                  <span className={`${home.hours} num`}>{next === null ? t('book:full') : t('book:next', { time: dayAndClock(next.starts_at, site.timezone) })}</span>
                </span>
                <IconChevronRight className="mirror" size={24} aria-hidden />
              </a>
            </li>
          ))}
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
