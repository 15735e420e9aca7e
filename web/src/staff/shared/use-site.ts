import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '~/api/client';
import type { Page, Uuid } from '~/api/shapes';
import { useTenantPath, useUser } from '../session';

/** A site as staff pick it. */
export interface Site {
  id: Uuid;
  slug: string;
  name: string;
  timezone?: string;
}

const STORE = 'usher.site';

function stored(): string | null {
  try {
    return localStorage.getItem(STORE);
  } catch {
    return null;
  }
}

/** The sites that the user may see, and the one that this screen is about; the choice is kept on this device. */
export function useSite() {
  const base = useTenantPath();
  const user = useUser();
  const [chosen, setChosen] = useState(stored);
  const query = useQuery({
    queryKey: ['sites', base],
    queryFn: () => api.get<Page<Site>>(`${base}/sites?limit=200`),
  });
  const sites = (query.data?.items ?? []).filter((s) => user.sites.length === 0 || user.sites.includes(s.id));
  const choose = (id: string) => {
    setChosen(id);
    try {
      localStorage.setItem(STORE, id);
    } catch {
      // the choice lasts as long as the page
    }
  };
  return { query, sites, site: sites.find((s) => s.id === chosen) ?? sites[0], choose };
}
