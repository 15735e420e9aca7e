import { IconChevronRight } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PublicPlace } from '~/api/shapes';
import { clock, dayAndClock } from '~/i18n/format';
import { Fault, Loading, Message } from '~/shared/states';
import { AccountLink } from './account-link';
import { PublicPage } from './page';
import { usePlaces } from './use-places';
import styles from './home.module.css';

/** With more branches than this one looks for them by name. */
const SEARCH_OVER = 8;

/** The front page: every organisation of this installation and its branches. */
export default function Home() {
  const { t } = useTranslation(['public', 'common']);
  const [typed, setTyped] = useState('');
  const q = typed.trim();
  const { found, error, busy, more, retry } = usePlaces(q);
  useEffect(() => {
    document.title = t('common:app');
  }, [t]);
  const places = found?.places ?? [];
  const many = found !== null && (found.next !== null || places.length > SEARCH_OVER);
  return (
    <PublicPage
      footer={
        <>
          <AccountLink />
          <a href="/login">{t('home.staff')}</a>
        </>
      }
    >
      <div className={styles.hero}>
        <h1>{t('home.title')}</h1>
        <p className="muted">{t('home.intro')}</p>
      </div>
      {(many || typed !== '') && (
        <label className={styles.search}>
          <span>{t('home.search')}</span>
          <input className="input" type="search" value={typed} maxLength={100} dir="auto" autoComplete="off" data-testid="home-search" onChange={(e) => setTyped(e.target.value)} />
        </label>
      )}
      {found === null && error === null && <Loading rows={4} />}
      {error !== null && <Fault error={error} onRetry={retry} />}
      {found !== null && error === null && places.length === 0 && (
        <Message title={found.q === '' ? t('home.noTenants') : t('home.noMatch')} text={found.q === '' ? t('home.noTenantsText') : t('home.noMatchText')} />
      )}
      <Tenants places={places} />
      {found?.next != null && error === null && (
        <button type="button" className="button button-wide" disabled={busy} data-testid="home-more" onClick={more}>
          {t('home.more')}
        </button>
      )}
    </PublicPage>
  );
}

/** The places of one organisation each, as they follow one another. */
export function byTenant(places: readonly PublicPlace[]): { tenant: PublicPlace['tenant']; places: PublicPlace[] }[] {
  const groups: { tenant: PublicPlace['tenant']; places: PublicPlace[] }[] = [];
  for (const place of places) {
    const last = groups.at(-1);
    if (last?.tenant.slug === place.tenant.slug) last.places.push(place);
    else groups.push({ tenant: place.tenant, places: [place] });
  }
  return groups;
}

function Tenants({ places }: { places: readonly PublicPlace[] }) {
  const { t } = useTranslation('public');
  return (
    <div className={styles.tenants}>
      {byTenant(places).map(({ tenant, places: sites }) => (
        <section key={tenant.slug} className="card" aria-labelledby={`tenant-${tenant.slug}`}>
          <header className={styles.tenant}>
            <h2 id={`tenant-${tenant.slug}`}>
              <bdi>{tenant.name}</bdi>
            </h2>
            <span className="muted num">{t('home.sites', { count: tenant.sites })}</span>
          </header>
          <ul>
            {sites.map((site) => (
              <li key={site.slug}>
                <a className={styles.site} href={`/s/${tenant.slug}/${site.slug}`} data-testid={`home-site-${site.slug}`}>
                  <span className="grow">
                    <span>
                      <span className={styles.name}>
                        <bdi>{site.name}</bdi>
                      </span>
                      {site.address !== null && (
                        <span className={styles.address}>
                          <bdi>{site.address}</bdi>
                        </span>
                      )}
                    </span>
                    <span className={styles.now}>
                      <Hours site={site} />
                      {/* As it was when the page was opened: it is not followed, and says so. */}
                      {site.open && <span className={`${styles.hours} num`}>{t('home.waiting', { count: site.waiting, time: clock(site.at, site.timezone) })}</span>}
                    </span>
                  </span>
                  <IconChevronRight className="mirror" size={24} aria-hidden />
                </a>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function Hours({ site }: { site: PublicPlace }) {
  const { t } = useTranslation('public');
  if (site.open) {
    const text = site.closes_at === null ? t('home.openNow') : t('home.open', { time: dayAndClock(site.closes_at, site.timezone) });
    return <span className={`${styles.hours} ${styles.open} num`}>{text}</span>;
  }
  const text = site.opens_at === null ? t('home.closed') : t('home.opens', { time: dayAndClock(site.opens_at, site.timezone) });
  return <span className={`${styles.hours} num`}>{text}</span>;
}
