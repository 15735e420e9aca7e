import { Alert } from '@mantine/core';
import { IconUserOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, withQuery } from '~/api/client';
import type { Floor, Page, Shift } from '~/api/shapes';
import { clock } from '~/i18n/format';
import type { AtSite } from '../appointments/use-day';
import { useTenantPath } from '../session';
import { lateAt } from './late';
import { SHIFTS } from './roster';
import { dayStart } from './week';

/** More than work at one site in a day. */
const MOST = 200;

/** Who should be here by the roster and has not come. Becoming late takes no event: the floor's own clock says it. */
export function LateShifts({ site, at, floor, now }: AtSite & { readonly floor: Floor; readonly now: number }) {
  const { t } = useTranslation('manage');
  const base = useTenantPath();
  const today = dayStart(Date.parse(at), site.timezone, 0);
  // Who sits down at a counter has come: then it is read again, and else at most once a minute in which something happens.
  const here = floor.agents.map((agent) => agent.id).sort();
  const { data } = useQuery({
    queryKey: [SHIFTS, base, site.id, 'late', today, here.join(), at.slice(0, 16)],
    queryFn: () => api.get<Page<Shift>>(withQuery(`${base}/shifts`, { site_id: site.id, from: new Date(today).toISOString(), to: new Date(dayStart(today, site.timezone, 1)).toISOString(), limit: MOST })),
    placeholderData: (before) => before,
  });
  const late = lateAt(data?.items ?? [], now);
  if (late.length === 0) return null;
  return (
    <Alert color="warn" role="status" icon={<IconUserOff size={20} />} title={t('side.late')} data-testid="floor-late">
      <ul>
        {late.map((one) => (
          <li key={one.id}>
            <bdi>{one.user_name}</bdi> ·{' '}
            <bdi dir="ltr" className="num">
              {clock(one.starts_at, site.timezone)}–{clock(one.ends_at, site.timezone)}
            </bdi>
          </li>
        ))}
      </ul>
    </Alert>
  );
}
