import { Alert, SegmentedControl, Select } from '@mantine/core';
import { IconCloudOff } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Appointment, Availability, Service, SiteBoard } from '~/api/shapes';
import { LiveAge } from '~/shared/live-age';
import { Fault, Loading, Message } from '~/shared/states';
import { may, useTenantPath, useUser } from '../session';
import { ServerClock } from '../shared/server-clock';
import { useEntries } from '../shared/use-entries';
import { useNamed } from '../shared/use-named';
import { useCut } from '../shared/use-online';
import { useRefreshed } from '../shared/use-refreshed';
import { useSite } from '../shared/use-site';
import styles from './calendar.module.css';
import { AppointmentDay } from './day';
import { OwnAppointments } from './own';
import { useRules } from './use-site-appointments';
import { AppointmentWeek } from './week';

/** `/appointments`: a site's calendar for whoever works with appointments, one's own for everybody else. */
export default function AppointmentsPage() {
  return may(useUser(), 'appointments:read') ? <Calendar /> : <OwnAppointments />;
}

function Calendar() {
  const { t } = useTranslation(['appointments', 'reception']);
  const { query, sites, site, choose } = useSite();
  useEffect(() => {
    document.title = t('appointments:page.title');
  }, [t]);
  if (query.data === undefined) return query.isError ? <Fault error={query.error} onRetry={() => void query.refetch()} /> : <Loading rows={4} />;
  if (site === undefined) return <Message title={t('reception:noSiteTitle')} text={t('reception:noSite')} />;
  const picker = sites.length > 1 && (
    <Select label={t('reception:site')} data={sites.map((s) => ({ value: s.id, label: s.name }))} value={site.id} allowDeselect={false} onChange={(id) => id !== null && choose(id)} data-testid="calendar-site" />
  );
  return <SiteCalendar key={site.id} site={site} picker={picker} />;
}

/** A person by whose time something can be booked. */
interface Person {
  readonly value: string;
  readonly label: string;
}

function SiteCalendar({ site, picker }: { site: { id: string; slug: string; name: string }; picker: ReactNode }) {
  const { t } = useTranslation(['appointments', 'reception', 'common']);
  const named = useNamed();
  const base = useTenantPath();
  const user = useUser();
  const feed = `${base}/events?rooms=site:${site.id}`;
  const { query, clock, reload } = useRefreshed<SiteBoard>(`/api/v1/public/sites/${user.tenant?.slug ?? ''}/${site.slug}`, feed);
  const { cut } = useCut(clock);
  const [view, setView] = useState<'week' | 'day'>('week');
  const [weeks, setWeeks] = useState(0);
  const [days, setDays] = useState(0);
  const [service, setService] = useState<string | null>(null);
  const [staff, setStaff] = useState<string | null>(null);
  const rules = useRules();
  const services = useEntries<Service>('/services');
  const people = peopleOf(rules.values(), site.id);
  if (query.data === undefined) return query.isError ? <Fault error={query.error} onRetry={() => void query.refetch()} /> : <Loading rows={4} />;
  const board = query.data;
  const here = { ...site, timezone: board.site.timezone };
  const bookable = new Set([...rules.values()].filter((one) => one.site_id === site.id).map((one) => one.service_id));
  const keep = (one: Appointment) => (service === null || one.service_id === service) && (staff === null || one.staff_id === staff);
  return (
    <ServerClock value={clock}>
      <div className={styles.page}>
        <header className={styles.bar}>
          <h1>{t('appointments:page.title')}</h1>
          {picker}
          <SegmentedControl
            aria-label={t('appointments:page.view')}
            value={view}
            onChange={(value) => setView(value as 'week' | 'day')}
            data={[
              { value: 'week', label: t('appointments:page.week') },
              { value: 'day', label: t('appointments:page.day') },
            ]}
            data-testid="calendar-view"
          />
          <Select
            label={t('appointments:page.service')}
            placeholder={t('appointments:page.anyService')}
            clearable
            clearButtonProps={{ 'aria-label': t('appointments:page.anyService') }}
            data={(services.data ?? []).filter((one) => bookable.has(one.id)).map((one) => ({ value: one.id, label: named(one.name) }))}
            value={service}
            onChange={setService}
            data-testid="calendar-service"
          />
          {people.length > 0 && (
            <Select
              label={t('appointments:page.person')}
              placeholder={t('appointments:page.anyPerson')}
              clearable
              clearButtonProps={{ 'aria-label': t('appointments:page.anyPerson') }}
              data={people}
              value={staff}
              onChange={setStaff}
              data-testid="calendar-person"
            />
          )}
          <span className={styles.grow} />
          <LiveAge clock={clock} timeZone={board.site.timezone} />
        </header>
        {cut && (
          <Alert variant="default" role="status" icon={<IconCloudOff size={20} />} title={t('reception:offlineTitle')}>
            {t('reception:offline')}
          </Alert>
        )}
        <section className={styles.card} aria-label={t('appointments:page.title')}>
          {view === 'week' ? (
            <AppointmentWeek
              site={here}
              at={board.at}
              cut={cut}
              weeks={weeks}
              onWeeks={setWeeks}
              keep={keep}
              onDay={(day) => {
                setDays(day);
                setView('day');
              }}
              onChanged={reload}
            />
          ) : (
            <AppointmentDay site={here} at={board.at} cut={cut} days={days} onDays={setDays} keep={keep} onChanged={reload} />
          )}
        </section>
      </div>
    </ServerClock>
  );
}

/** With whom appointments can be booked at a site, by name. */
function peopleOf(rules: Iterable<Availability>, site: string): Person[] {
  const known = new Map<string, string>();
  for (const one of rules) if (one.site_id === site && one.staff_id !== null) known.set(one.staff_id, one.staff_name ?? '');
  return [...known].map(([value, label]) => ({ value, label })).sort((a, b) => a.label.localeCompare(b.label));
}
