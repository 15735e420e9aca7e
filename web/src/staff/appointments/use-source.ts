import type { SlotSource } from '~/public/book/slots';
import { useTenantPath, useUser } from '../session';
import type { AtSite } from './use-day';

/** The slots of a site as staff may book them, those that are not offered to everybody among them. */
export function useStaffSlots(site: AtSite['site']): SlotSource {
  const base = useTenantPath();
  const tenant = useUser().tenant?.slug ?? '';
  return { slots: `${base}/slots`, feed: `/api/v1/public/sites/${tenant}/${site.slug}/events`, site: site.id };
}
