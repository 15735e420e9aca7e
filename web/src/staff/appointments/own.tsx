import { Alert, Button } from '@mantine/core';
import { IconCalendarPlus, IconCloudOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Appointment } from '~/api/shapes';
import { useNow } from '~/live/use-live';
import { Fault, Loading } from '~/shared/states';
import { useTenantPath } from '../session';
import { readAll, useEntries } from '../shared/use-entries';
import { useOnline } from '../shared/use-online';
import type { Site } from '../shared/use-site';
import { OwnRow } from './own-row';
import styles from './own.module.css';
import { split } from './split';
import { SubscribeButton } from './subscribe';

/** So many of those that are over are shown at once. */
const SHOWN = 10;
/** A check-in opens on the minute; looking twice in it is enough. */
const LOOK_MS = 30_000;

/** One's own appointments: those to come with what can be done with them, and those that are over. */
export function OwnAppointments() {
  const { t } = useTranslation('appointments');
  const base = useTenantPath();
  const online = useOnline();
  const now = useNow(LOOK_MS);
  const [shown, setShown] = useState(SHOWN);
  // No feed tells a customer of their appointments: coming back to the page asks again.
  const own = useQuery({ queryKey: ['own-appointments', base], queryFn: () => readAll<Appointment>(`${base}/tickets/appointments`), staleTime: 0, refetchOnWindowFocus: true, refetchInterval: 60_000 });
  const sites = useEntries<Site>('/sites');
  useEffect(() => {
    document.title = t('own.title');
  }, [t]);
  const failed = [own, sites].find((query) => query.isError && query.data === undefined);
  if (own.data === undefined || sites.data === undefined) {
    return failed === undefined ? <Loading rows={5} /> : <Fault error={failed.error} onRetry={() => void Promise.all([own.refetch(), sites.refetch()])} />;
  }
  const { coming, past } = split(own.data, now);
  const rows = (all: readonly Appointment[], testId: string) => (
    <ul className={styles.lines} data-testid={testId}>
      {all.map((one) => (
        <OwnRow key={one.id} own={one} site={sites.data.find((site) => site.id === one.site_id)} cut={!online} onChanged={() => void own.refetch()} />
      ))}
    </ul>
  );
  return (
    <div className={styles.page}>
      <h1>{t('own.title')}</h1>
      {!online && (
        <Alert variant="default" role="status" icon={<IconCloudOff size={20} />} title={t('own.offlineTitle')}>
          {t('own.offline')}
        </Alert>
      )}
      <section className={styles.card} aria-label={t('own.coming')}>
        <header className={styles.head}>
          <h2>{t('own.coming')}</h2>
          {coming.length > 0 && <SubscribeButton path={`${base}/calendar`} off={!online} />}
          <Button component="a" href="/book" variant={coming.length === 0 ? 'filled' : 'default'} leftSection={<IconCalendarPlus size={20} />} data-testid="own-book">
            {t('own.book')}
          </Button>
        </header>
        {coming.length === 0 ? <p className={styles.none}>{t('own.noneComing')}</p> : rows(coming, 'own-coming')}
      </section>
      <section className={styles.card} aria-label={t('own.past')}>
        <h2>{t('own.past')}</h2>
        {past.length === 0 ? <p className={styles.none}>{t('own.nonePast')}</p> : rows(past.slice(0, shown), 'own-past')}
        {past.length > shown && (
          <Button variant="default" onClick={() => setShown(shown + SHOWN)} data-testid="own-more">
            {t('own.more')}
          </Button>
        )}
      </section>
    </div>
  );
}
