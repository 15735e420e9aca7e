import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '~/api/client';
import type { Appointment, OwnTicket, Page, Points, Programme, Redemption, Reward } from '~/api/shapes';
import { useTenantPath } from '../session';
import { readAll } from '../shared/use-entries';

/** What was read for one's own wallet stands below this key. */
const KEY = 'wallet';

/** Own points change by what happens at a counter, of which no feed tells a customer: coming back to the page asks again. */
const FRESH = { staleTime: 0, refetchOnWindowFocus: true } as const;

/** One's own points in the tenant. */
export function useOwnPoints() {
  const base = useTenantPath();
  return useQuery({ queryKey: [KEY, base, 'points'], queryFn: () => api.get<Points>(`${base}/points`), ...FRESH });
}

/** How points are earned here. */
export function useProgramme() {
  const base = useTenantPath();
  return useQuery({ queryKey: [KEY, base, 'programme'], queryFn: () => api.get<Programme>(`${base}/reward-programme`) });
}

/** What can be had for points, the cheapest first. */
export function useRewards() {
  const base = useTenantPath();
  return useQuery({
    queryKey: [KEY, base, 'rewards'],
    queryFn: async () => (await readAll<Reward>(`${base}/rewards?active=true`)).sort((a, b) => a.points_required - b.points_required),
    ...FRESH,
  });
}

/** What is kept for oneself now. */
export function useKept() {
  const base = useTenantPath();
  return useQuery({ queryKey: [KEY, base, 'kept'], queryFn: () => readAll<Redemption>(`${base}/redemptions?status=reserved`), ...FRESH });
}

/** One's own appointments from today on. */
export function useOwnAppointments(from: string) {
  const base = useTenantPath();
  return useQuery({
    queryKey: [KEY, base, 'appointments', from],
    queryFn: () => readAll<Appointment>(`${base}/tickets/appointments?status=booked,checked_in&from=${from}`),
    ...FRESH,
  });
}

/** So many of one's latest tickets are shown. */
const TICKETS = 10;

/** One's own latest tickets. */
export function useOwnTickets() {
  const base = useTenantPath();
  return useQuery({ queryKey: [KEY, base, 'tickets'], queryFn: async () => (await api.get<Page<OwnTicket>>(`/api/tickets?limit=${TICKETS}`)).items, ...FRESH });
}

/** Reads everything of the wallet again. */
export function useWalletReload(): () => void {
  const client = useQueryClient();
  return () => void client.invalidateQueries({ queryKey: [KEY] });
}
