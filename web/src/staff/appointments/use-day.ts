import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { Appointment, Availability, Ticket } from '~/api/shapes';
import { withQuery } from '~/api/client';
import { dayStart } from '../manage/week';
import { useTenantPath } from '../session';
import { readAll } from '../shared/use-entries';

/** What a screen about a site's day knows of the site, and `at`, which changes whenever something happened there. */
export interface AtSite {
  readonly site: { readonly id: string; readonly slug: string; readonly name: string; readonly timezone: string };
  readonly at: string;
}

/** The states that people in line can be in. */
const IN_LINE = 'waiting,called,serving';

/** The day of a site: its appointments, the rules that they were booked by, and who is in line, booked or not. */
export interface SiteDay {
  readonly appointments: UseQueryResult<Appointment[]>;
  readonly rules: ReadonlyMap<string, Availability>;
  /** Whoever is in line, by ticket; absent until it was read. */
  readonly line: ReadonlyMap<string, Ticket> | undefined;
}

/**
 * The appointments of a site's today by time, or of the day so many `days` later; they are read again when the site's
 * feed has told of something. Not `whole`, the appointments alone.
 */
export function useSiteDay({ site, at }: AtSite, now: number, whole = true, days = 0): SiteDay {
  const base = useTenantPath();
  const from = new Date(dayStart(now, site.timezone, days)).toISOString();
  const to = new Date(dayStart(now, site.timezone, days + 1)).toISOString();
  const same = (previous: { queryKey: readonly unknown[] } | undefined) => previous?.queryKey[2] === site.id;
  const sameDay = (previous: { queryKey: readonly unknown[] } | undefined) => same(previous) && previous?.queryKey[3] === from;
  const appointments = useQuery({
    queryKey: ['site-appointments', base, site.id, from, at],
    queryFn: () => readAll<Appointment>(withQuery(`${base}/tickets/appointments`, { site_id: site.id, from, to })),
    placeholderData: (before, query) => (sameDay(query) ? before : undefined),
  });
  const line = useQuery({
    queryKey: ['site-line', base, site.id, at],
    queryFn: () => readAll<Ticket>(withQuery(`${base}/tickets`, { site_id: site.id, status: IN_LINE })),
    placeholderData: (before, query) => (same(query) ? before : undefined),
    enabled: whole,
  });
  const rules = useQuery({ queryKey: ['entries', base, '/availabilities'], queryFn: () => readAll<Availability>(`${base}/availabilities`), enabled: whole });
  return {
    appointments,
    rules: new Map((rules.data ?? []).map((one) => [one.id, one])),
    line: line.data === undefined ? undefined : new Map(line.data.map((ticket) => [ticket.id, ticket])),
  };
}
