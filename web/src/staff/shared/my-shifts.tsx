import { Badge } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, withQuery } from '~/api/client';
import type { Page, Shift } from '~/api/shapes';
import { clock, longDate } from '~/i18n/format';
import { Fault, Loading } from '~/shared/states';
import { may, useTenantPath, useUser } from '../session';
import { useEntries } from './use-entries';

/** So many are shown: about two weeks of somebody who works every day. */
const SHOWN = 14;

interface Props {
  /** What stands around the list: its frame and heading. Nothing is drawn around an empty list that needs no word. */
  readonly children: (list: React.ReactNode) => React.ReactNode;
  /** Whether it is said that there are none; else nothing is drawn at all. */
  readonly saysNone: boolean;
}

/** One's own shifts that are on or to come, as they were published. */
export function MyShifts({ children, saysNone }: Props) {
  const { t } = useTranslation('staff');
  const base = useTenantPath();
  const user = useUser();
  const belongs = user.tenant != null;
  const sites = useEntries<{ id: string; name: string; timezone: string }>('/sites', belongs && may(user, 'sites:read'));
  const shifts = useQuery({ queryKey: ['my-shifts', base], queryFn: () => api.get<Page<Shift>>(withQuery(`${base}/shifts/mine`, { limit: SHOWN })), enabled: belongs, staleTime: 0 });
  if (!belongs) return null;
  if (shifts.data === undefined) {
    if (!saysNone) return null;
    return children(shifts.isError ? <Fault error={shifts.error} onRetry={() => void shifts.refetch()} /> : <Loading rows={2} />);
  }
  if (shifts.data.items.length === 0) return saysNone ? children(<p>{t('shifts.none')}</p>) : null;
  return children(
    <ul className="staff-shifts" data-testid="my-shifts">
      {shifts.data.items.map((shift) => {
        const site = sites.data?.find((one) => one.id === shift.site_id);
        return (
          <li key={shift.id}>
            <span className="num">
              <strong>{longDate(shift.starts_at, site?.timezone)}</strong>{' '}
              <bdi dir="ltr">
                {clock(shift.starts_at, site?.timezone)}–{clock(shift.ends_at, site?.timezone)}
              </bdi>
              {site !== undefined && (
                <>
                  {' · '}
                  <bdi>{site.name}</bdi>
                </>
              )}
              {shift.note !== '' && (
                <small>
                  <bdi>{shift.note}</bdi>
                </small>
              )}
            </span>
            {shift.clocked_in_at !== null ? <Badge color="ok">{t('shifts.came', { time: clock(shift.clocked_in_at, site?.timezone) })}</Badge> : shift.late && <Badge color="bad">{t('shifts.late')}</Badge>}
          </li>
        );
      })}
    </ul>,
  );
}
