import { IconAlertTriangle, IconCalendar, IconLock, IconPlayerPause, IconTicket, IconUsers } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { ApiFault } from '~/api/fault';
import type { Bookable, BoardQueue, Frame, ServiceCard, SiteBoard } from '~/api/shapes';
import { currentLanguage } from '~/i18n';
import { dayAndClock } from '~/i18n/format';
import { inLanguage, lineName, offered } from '~/i18n/languages';
import { announcements } from '~/live/announce';
import { useFreshness, useLive, type Live } from '~/live/use-live';
import { LiveAge } from '~/shared/live-age';
import { Fault, Loading, Message } from '~/shared/states';
import { WaitRange } from '~/shared/wait-estimate';
import { AccountLink } from './account-link';
import { JoinDialog } from './join';
import { keptTicket } from './kept-ticket';
import { PublicPage } from './page';
import styles from './site.module.css';

/** The next board after a frame; frames without a board (a single call) leave it as it is. */
function reduce(previous: SiteBoard | undefined, frame: Frame): SiteBoard | undefined {
  const data = frame.data as SiteBoard | null;
  if (data !== null && typeof data === 'object' && Array.isArray(data.queues)) return data;
  return previous;
}

/** `/s/{tenant}/{site}`: how long each line is now, and a place in one of them. */
export default function SitePage({ tenant, site }: { tenant: string; site: string }) {
  const path = `/api/v1/public/sites/${encodeURIComponent(tenant)}/${encodeURIComponent(site)}`;
  const [state, setState] = useState<{ known: true } | { error: unknown } | null>(null);
  const [attempt, setAttempt] = useState(0);
  const live = useLive<SiteBoard>(state !== null && 'known' in state ? `${path}/events` : null, reduce);
  const { put } = live;
  useEffect(() => {
    let current = true;
    // The feed cannot say why it refuses; this answer can.
    api.get<SiteBoard>(path).then(
      (board) => {
        if (!current) return;
        put(board);
        setState({ known: true });
      },
      (error: unknown) => current && setState({ error }),
    );
    return () => {
      current = false;
    };
  }, [path, attempt, put]);
  if (live.data !== undefined) return <Board board={live.data} live={live} path={path} />;
  const retry = () => {
    setState(null);
    setAttempt(attempt + 1);
  };
  return <PublicPage>{state !== null && 'error' in state ? <NoBoard error={state.error} onRetry={retry} /> : <Loading rows={5} />}</PublicPage>;
}

/** Why there is no board, and the way out. */
function NoBoard({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useTranslation(['public', 'common']);
  if (!(error instanceof ApiFault) || error.status !== 404) return <Fault error={error} onRetry={onRetry} />;
  return (
    <Message title={t('public:site.gone')} text={t('public:site.goneText')}>
      <a className="button" href="/">
        {t('common:problem.home')}
      </a>
    </Message>
  );
}

function Board({ board, live, path }: { board: SiteBoard; live: Live<SiteBoard>; path: string }) {
  const { t } = useTranslation(['public', 'common']);
  const [joining, setJoining] = useState<{ queue: BoardQueue; service: ServiceCard } | null>(null);
  const { site, tenant, queues } = board;
  const kept = keptTicket();
  useEffect(() => {
    document.title = `${site.name} · ${tenant.name}`;
  }, [site.name, tenant.name]);
  const waiting = queues.reduce((sum, q) => sum + q.waiting, 0);
  useEffect(() => {
    announcements.say(t('public:site.spoken', { count: waiting }));
  }, [waiting, t]);
  return (
    <PublicPage
      title={<bdi className={styles.tenant}>{tenant.name}</bdi>}
      aside={<LiveAge clock={live.clock} timeZone={site.timezone} />}
      languages={offered(tenant.locales)}
      footer={<AccountLink tenant={tenant.slug} />}
    >
      <div className={styles.head}>
        <h1>
          <bdi>{site.name}</bdi>
        </h1>
        <p className={styles.about}>
          {site.address !== null && <bdi>{site.address}</bdi>}
          {site.open && site.closes_at !== null && (
            <span className="num">{t('public:home.open', { time: dayAndClock(site.closes_at, site.timezone) })}</span>
          )}
        </p>
      </div>
      {site.notice !== null && (
        <p className={styles.notice} role="note">
          <IconAlertTriangle size={24} aria-hidden />
          <bdi>{site.notice}</bdi>
        </p>
      )}
      {!site.open && (
        <p className={styles.notice} role="note">
          <IconLock size={24} aria-hidden />
          {site.opens_at === null ? t('public:home.closed') : t('public:home.opens', { time: dayAndClock(site.opens_at, site.timezone) })}
        </p>
      )}
      {kept !== null && (
        <a className={`button button-primary ${styles.kept}`} href={`/t/${kept.secret}`}>
          <IconTicket size={24} aria-hidden />
          {t('public:site.yours', { number: kept.number })}
        </a>
      )}
      <BookLink path={path} href={`/book/${tenant.slug}/${site.slug}`} />
      {queues.length === 0 && <Message title={t('public:site.noQueues')} text={t('public:site.noQueuesText')} />}
      <ul className={styles.queues}>
        {queues.map((queue) => (
          <QueueCard key={queue.id} queue={queue} board={board} live={live} onJoin={(service) => setJoining({ queue, service })} />
        ))}
      </ul>
      {joining !== null && (
        <JoinDialog path={path} board={board} clock={live.clock} queue={joining.queue} service={joining.service} onClose={() => setJoining(null)} />
      )}
    </PublicPage>
  );
}

/** The way to an appointment, where the branch takes any. */
function BookLink({ path, href }: { path: string; href: string }) {
  const { t } = useTranslation('public');
  const [offered, setOffered] = useState(false);
  useEffect(() => {
    let current = true;
    api.get<Bookable>(`${path}/bookable`).then(
      (offer) => current && setOffered(offer.services.length > 0),
      () => undefined, // the lines are what this page is for
    );
    return () => {
      current = false;
    };
  }, [path]);
  if (!offered) return null;
  return (
    <a className="button" href={href} data-testid="site-book">
      <IconCalendar size={24} aria-hidden />
      {t('site.book')}
    </a>
  );
}

interface CardProps {
  queue: BoardQueue;
  board: SiteBoard;
  live: Live<SiteBoard>;
  onJoin: (service: ServiceCard) => void;
}

function QueueCard({ queue, board, live, onJoin }: CardProps) {
  const { t } = useTranslation(['public', 'common']);
  const { freshness } = useFreshness(live.clock);
  const language = currentLanguage();
  const open = queue.status === 'open' && board.site.open;
  return (
    <li className={`card ${styles.queue}`} data-testid={`site-queue-${queue.prefix}`}>
      <div className={styles.queueHead}>
        <h2 className="grow">
          <span className={styles.prefix} aria-hidden>
            {queue.prefix}
          </span>
          <bdi>{lineName(queue, language)}</bdi>
        </h2>
        {open && freshness !== 'expired' && (
          <span className={styles.wait}>
            <WaitRange estimate={queue.estimate} />
          </span>
        )}
      </div>
      <p className={`${styles.facts} num`}>
        <IconUsers size={20} aria-hidden />
        {t('public:site.waiting', { count: queue.waiting })}
        {open && queue.counters_open > 0 && ` · ${t('public:site.counters', { count: queue.counters_open })}`}
      </p>
      {/* A closed branch says so once, at the top. */}
      {!open && board.site.open && <Closed queue={queue} board={board} />}
      {open && (
        <div className={styles.services}>
          {queue.services.map((service) => (
            <button key={service.id} type="button" className="button" data-testid={`join-service-${service.code ?? service.id}`} onClick={() => onJoin(service)}>
              {t('public:site.join', { service: inLanguage(service.names, language, service.name) })}
            </button>
          ))}
        </div>
      )}
    </li>
  );
}

/** Why a line takes nobody, and from when on it will. */
function Closed({ queue, board }: { queue: BoardQueue; board: SiteBoard }) {
  const { t } = useTranslation('public');
  const at = queue.reopens_at;
  const state = queue.status === 'open' ? 'closed' : queue.status;
  const Icon = { paused: IconPlayerPause, full: IconUsers, closed: IconLock }[state];
  return (
    <p className={styles.closed}>
      <Icon size={20} aria-hidden />
      <span>
        {queue.reason === 'emergency' ? t('line.emergency') : t(`line.${state}`)}
        {at !== null && state !== 'full' && <span className="num">{` · ${t('line.again', { time: dayAndClock(at, board.site.timezone) })}`}</span>}
      </span>
    </p>
  );
}
