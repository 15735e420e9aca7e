import { IconChevronRight } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Page, PublicTenant, SiteBoard, SiteCard, TenantCard } from '~/api/shapes';
import { clock, dayAndClock } from '~/i18n/format';
import { Fault, Loading, Message } from '~/shared/states';
import { AccountLink } from './account-link';
import { PublicPage } from './page';
import styles from './home.module.css';

type State = { tenants: PublicTenant[] } | { error: unknown } | null;

async function load(): Promise<PublicTenant[]> {
  const { items } = await api.get<Pick<Page<TenantCard>, 'items'>>('/api/v1/public/tenants');
  return Promise.all(items.map((t) => api.get<PublicTenant>(`/api/v1/public/tenants/${t.slug}`)));
}

/** The front page: every organisation of this installation and its branches. */
export default function Home() {
  const { t } = useTranslation(['public', 'common']);
  const [state, setState] = useState<State>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    document.title = t('common:app');
  }, [t]);
  useEffect(() => {
    let current = true;
    load().then(
      (tenants) => current && setState({ tenants }),
      (error: unknown) => current && setState({ error }),
    );
    return () => {
      current = false;
    };
  }, [attempt]);
  const retry = () => {
    setState(null);
    setAttempt(attempt + 1);
  };
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
      {state === null && <Loading rows={4} />}
      {state !== null && 'error' in state && <Fault error={state.error} onRetry={retry} />}
      {state !== null && 'tenants' in state && <Tenants tenants={state.tenants} />}
    </PublicPage>
  );
}

function Tenants({ tenants }: { tenants: PublicTenant[] }) {
  const { t } = useTranslation('public');
  if (tenants.length === 0) return <Message title={t('home.noTenants')} text={t('home.noTenantsText')} />;
  return (
    <div className={styles.tenants}>
      {tenants.map((tenant) => (
        <section key={tenant.slug} className="card" aria-labelledby={`tenant-${tenant.slug}`}>
          <header className={styles.tenant}>
            <h2 id={`tenant-${tenant.slug}`}>
              <bdi>{tenant.name}</bdi>
            </h2>
            <span className="muted num">{t('home.sites', { count: tenant.sites.length })}</span>
          </header>
          <ul>
            {tenant.sites.map((site) => (
              <li key={site.slug}>
                <a className={styles.site} href={`/s/${tenant.slug}/${site.slug}`}>
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
                      {site.open && <Waiting path={`${tenant.slug}/${site.slug}`} zone={site.timezone} />}
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

/** How many wait at a branch, and when that was so: looked up once when the page is opened, not followed. */
function Waiting({ path, zone }: { path: string; zone: string }) {
  const { t } = useTranslation('public');
  const [board, setBoard] = useState<SiteBoard | null>(null);
  useEffect(() => {
    let current = true;
    api.get<SiteBoard>(`/api/v1/public/sites/${path}`).then(
      (answer) => current && setBoard(answer),
      () => undefined, // the branch's own page will say what is wrong
    );
    return () => {
      current = false;
    };
  }, [path]);
  if (board === null) return null;
  const count = board.queues.reduce((sum, queue) => sum + queue.waiting, 0);
  return <span className={`${styles.hours} num`}>{t('home.waiting', { count, time: clock(board.at, zone) })}</span>;
}

function Hours({ site }: { site: SiteCard }) {
  const { t } = useTranslation('public');
  if (site.open) {
    const text = site.closes_at === null ? t('home.openNow') : t('home.open', { time: dayAndClock(site.closes_at, site.timezone) });
    return <span className={`${styles.hours} ${styles.open} num`}>{text}</span>;
  }
  const text = site.opens_at === null ? t('home.closed') : t('home.opens', { time: dayAndClock(site.opens_at, site.timezone) });
  return <span className={`${styles.hours} num`}>{text}</span>;
}
