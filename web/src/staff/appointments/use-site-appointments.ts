import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { withQuery } from '~/api/client';
import type { Appointment, Availability, Ticket } from '~/api/shapes';
import { useTenantPath } from '../session';
import { readAll } from '../shared/use-entries';

/** What a screen about a site's day knows of the site, and `at`, which changes whenever something happened there. */
export interface AtSite {
  readonly site: { readonly id: string; readonly slug: string; readonly name: string; readonly timezone: string };
  readonly at: string;
}

/** The states that people in line can be in. */
const IN_LINE = 'waiting,called,serving';

type Previous = { queryKey: readonly unknown[] } | undefined;

/** The appointments of a site between two moments, by time; read again when the site's feed has told of something. */
export function useSiteAppointments({ site, at }: AtSite, from: number, to: number): UseQueryResult<Appointment[]> {
  const base = useTenantPath();
  const span = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  const same = (previous: Previous) => previous?.queryKey[2] === site.id && previous.queryKey[3] === span.from && previous.queryKey[4] === span.to;
  return useQuery({
    queryKey: ['site-appointments', base, site.id, span.from, span.to, at],
    queryFn: () => readAll<Appointment>(withQuery(`${base}/tickets/appointments`, { site_id: site.id, ...span })),
    placeholderData: (before, query) => (same(query) ? before : undefined),
  });
}

/** Who is in line at a site, booked or not, by ticket; absent until it was read. */
export function useSiteLine({ site, at }: AtSite, enabled = true): ReadonlyMap<string, Ticket> | undefined {
  const base = useTenantPath();
  const line = useQuery({
    queryKey: ['site-line', base, site.id, at],
    queryFn: () => readAll<Ticket>(withQuery(`${base}/tickets`, { site_id: site.id, status: IN_LINE })),
    placeholderData: (before, query) => ((query as Previous)?.queryKey[2] === site.id ? before : undefined),
    enabled,
  });
  return line.data === undefined ? undefined : new Map(line.data.map((ticket) => [ticket.id, ticket]));
}

/** The rules that appointments are booked by, by availability. */
export function useRules(enabled = true): ReadonlyMap<string, Availability> {
  const base = useTenantPath();
  const rules = useQuery({ queryKey: ['entries', base, '/availabilities'], queryFn: () => readAll<Availability>(`${base}/availabilities`), enabled });
  return new Map((rules.data ?? []).map((one) => [one.id, one]));
}
