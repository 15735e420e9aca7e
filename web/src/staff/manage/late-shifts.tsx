import { Alert } from '@mantine/core';
import { IconUserOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Floor } from '~/api/shapes';
import { clock } from '~/i18n/format';

/** Who should be here by the roster and has not come. */
export function LateShifts({ floor }: { readonly floor: Floor }) {
  const { t } = useTranslation('manage');
  if (floor.late_shifts.length === 0) return null;
  return (
    <Alert color="warn" role="status" icon={<IconUserOff size={20} />} title={t('side.late')} data-testid="floor-late">
      <ul>
        {floor.late_shifts.map((one) => (
          <li key={one.id}>
            <bdi>{one.user_name}</bdi> ·{' '}
            <bdi dir="ltr" className="num">
              {clock(one.starts_at, floor.site.timezone)}–{clock(one.ends_at, floor.site.timezone)}
            </bdi>
          </li>
        ))}
      </ul>
    </Alert>
  );
}
