import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, withQuery } from '~/api/client';
import type { Points, Redemption, Reward, Tenant } from '~/api/shapes';
import { useTenantPath } from '../session';
import { readAll } from '../shared/use-entries';

/** What was read of a customer's points stands below this key. */
export const KEY = 'customer';

/** A customer's points change at counters of which no feed tells: opening the page asks again. */
const FRESH = { staleTime: 0 } as const;

/** How many points a customer has. */
export function usePointsOf(id: string) {
  const base = useTenantPath();
  return useQuery({ queryKey: [KEY, base, id, 'points'], queryFn: () => api.get<Points>(`${base}/customers/${id}/points`), ...FRESH });
}

/** What is kept for a customer now. */
export function useKeptFor(id: string) {
  const base = useTenantPath();
  return useQuery({ queryKey: [KEY, base, id, 'kept'], queryFn: () => readAll<Redemption>(withQuery(`${base}/redemptions`, { status: 'reserved', customer_id: id })), ...FRESH });
}

/** What is given for points, the cheapest first. */
export function useGiven() {
  const base = useTenantPath();
  return useQuery({
    queryKey: [KEY, base, 'rewards'],
    queryFn: async () => (await readAll<Reward>(`${base}/rewards?active=true`)).sort((a, b) => a.points_required - b.points_required),
    ...FRESH,
  });
}

/** The currency in which the tenant counts; undefined until it is known. */
export function useCurrency(): string | undefined {
  const base = useTenantPath();
  return useQuery({ queryKey: ['tenant', base], queryFn: () => api.get<Tenant>(base) }).data?.currency;
}

/** Reads anew what concerns customers and rewards. */
export function useCustomerReload(): () => void {
  const client = useQueryClient();
  return () => void client.invalidateQueries({ queryKey: [KEY] });
}
