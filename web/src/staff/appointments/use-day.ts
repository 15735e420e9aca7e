import type { UseQueryResult } from '@tanstack/react-query';
import type { Appointment, Availability, Ticket } from '~/api/shapes';
import { dayStart } from '../manage/week';
import { useRules, useSiteAppointments, useSiteLine, type AtSite } from './use-site-appointments';

export type { AtSite } from './use-site-appointments';

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
export function useSiteDay(here: AtSite, now: number, whole = true, days = 0): SiteDay {
  const zone = here.site.timezone;
  const appointments = useSiteAppointments(here, dayStart(now, zone, days), dayStart(now, zone, days + 1));
  const line = useSiteLine(here, whole);
  const rules = useRules(whole);
  return { appointments, rules, line };
}
