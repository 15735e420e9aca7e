import { Alert, Select } from '@mantine/core';
import { IconCloudOff } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { SiteBoard } from '~/api/shapes';
import { LiveAge } from '~/shared/live-age';
import { Fault, Loading, Message } from '~/shared/states';
import { AppointmentDay } from '../appointments/day';
import { may, useTenantPath, useUser } from '../session';
import { ServerClock } from '../shared/server-clock';
import { useCut } from '../shared/use-online';
import { useRefreshed } from '../shared/use-refreshed';
import { useSite } from '../shared/use-site';
import { CustomerDesk } from './customers';
import { Find } from './find';
import { GiveTicket } from './give';
import styles from './reception.module.css';
import { RewardDesk } from './reward';

/** The desk without a counter: issue, find, edit, reprint, check in, for people who would rather talk than tap. */
export default function ReceptionPage() {
  const { t } = useTranslation('reception');
  const { query, sites, site, choose } = useSite();
  useEffect(() => {
    document.title = t('title');
  }, [t]);
  if (query.data === undefined) return query.isError ? <Fault error={query.error} onRetry={() => void query.refetch()} /> : <Loading rows={4} />;
  if (site === undefined) return <Message title={t('noSiteTitle')} text={t('noSite')} />;
  return (
    <Desk
      key={site.id}
      site={site}
      picker={
        sites.length > 1 && (
          <Select
            aria-label={t('site')}
            data={sites.map((s) => ({ value: s.id, label: s.name }))}
            value={site.id}
            allowDeselect={false}
            onChange={(id) => id !== null && choose(id)}
          />
        )
      }
    />
  );
}

interface DeskProps {
  site: { id: string; slug: string; name: string };
  picker: React.ReactNode;
}

function Desk({ site, picker }: DeskProps) {
  const { t } = useTranslation('reception');
  const base = useTenantPath();
  const user = useUser();
  const feed = `${base}/events?rooms=site:${site.id}`;
  const { query, clock, reload } = useRefreshed<SiteBoard>(`/api/v1/public/sites/${user.tenant?.slug ?? ''}/${site.slug}`, feed);
  const { cut, expired } = useCut(clock);
  if (query.data === undefined) return query.isError ? <Fault error={query.error} onRetry={() => void query.refetch()} /> : <Loading rows={4} />;
  const board = query.data;
  const books = may(user, 'appointments:read');
  return (
    <ServerClock value={clock}>
      <div className={styles.desk}>
        <header className={styles.head}>
          <h1 className={picker === false ? '' : 'visually-hidden'}>{site.name}</h1>
          {picker}
          <LiveAge clock={clock} timeZone={board.site.timezone} />
          {books && (
            <a className={styles.jump} href="#appointments">
              {t('appointments')}
            </a>
          )}
        </header>
        {cut && (
          <Alert variant="default" role="status" icon={<IconCloudOff size={20} />} title={t('offlineTitle')}>
            {t('offline')}
          </Alert>
        )}
        <div className={styles.columns}>
          <GiveTicket board={board} expired={expired} cut={cut} onIssued={reload} />
          <Find site={{ ...site, timezone: board.site.timezone }} at={board.at} cut={cut} onChanged={reload} />
          {may(user, 'rewards:redeem') && <RewardDesk cut={cut} />}
          {may(user, 'customers:read') && <CustomerDesk cut={cut} />}
          {books && (
            <section className={styles.card} aria-label={t('appointments')} id="appointments" data-testid="reception-appointments">
              <h2>{t('appointments')}</h2>
              <AppointmentDay site={{ ...site, timezone: board.site.timezone }} at={board.at} cut={cut} onChanged={reload} />
            </section>
          )}
        </div>
      </div>
    </ServerClock>
  );
}
