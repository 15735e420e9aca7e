import { useQuery } from '@tanstack/react-query';
import { api, withQuery } from '~/api/client';
import type { Device, Page } from '~/api/shapes';
import { useTenantPath } from '../session';

/** One entry of any kind, as the API answers it. */
export type Entry = Record<string, unknown> & { id: string };

/** More than any tenant keeps of one kind; a list that went on for ever would freeze the page. */
const MOST_PAGES = 25;

/** Every entry behind a path, page by page. */
export async function readAll<T>(path: string): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  for (let n = 0; n < MOST_PAGES; n++) {
    const page: Page<T> = await api.get<Page<T>>(withQuery(path, { limit: 200, cursor }));
    items.push(...page.items);
    cursor = page.next_cursor;
    if (cursor === null) break;
  }
  return items;
}

/** Every entry behind a path below the tenant's. */
export function useEntries<T = Entry>(path: string, enabled = true) {
  const base = useTenantPath();
  return useQuery({ queryKey: ['entries', base, path], queryFn: () => readAll<T>(`${base}${path}`), enabled });
}

/** Every paired device. */
export function useDevices(enabled = true) {
  const base = useTenantPath();
  return useQuery({ queryKey: ['devices', base], queryFn: () => readAll<Device>(`${base}/devices`), enabled });
}

/** What the site of an entry is called. */
export function useSiteNames(enabled = true): (entry: object) => string {
  const sites = useEntries<{ id: string; name: string }>('/sites', enabled);
  return (entry) => sites.data?.find((s) => 'site_id' in entry && s.id === entry.site_id)?.name ?? '–';
}
