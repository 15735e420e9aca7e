import { Alert } from '@mantine/core';
import { IconUsersGroup } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Floor } from '~/api/shapes';
import { useNews } from '../shared/use-news';

/** From this share of what a site holds on, its staff are told that it fills up. */
const NEAR = 0.9;

/** Whether there is room at a site, hardly any, or none; there is where nobody said how many it holds. */
export function fullness({ people, capacity }: Pick<Floor['strip'], 'people' | 'capacity'>): 'room' | 'near' | 'full' {
  if (capacity === null || people < capacity * NEAR) return 'room';
  return people < capacity ? 'near' : 'full';
}

/** Says that as many people wait or are served as the site holds, or nearly: somebody lets people in one by one, or opens a counter. */
export function Crowd({ floor }: { floor: Floor }) {
  const { t } = useTranslation('manage');
  const { people, capacity } = floor.strip;
  const now = fullness(floor.strip);
  const said = t(`crowd.${now === 'full' ? 'full' : 'near'}`, { people, capacity });
  useNews(
    now === 'full' ? [floor.site.id] : [],
    (id) => id,
    () => `${said}.`,
  );
  if (now === 'room') return null;
  return (
    <Alert color={now === 'full' ? 'bad' : 'warn'} role="status" icon={<IconUsersGroup size={20} />} title={said} data-testid="floor-crowd" data-full={now === 'full'}>
      {t('crowd.what')}
    </Alert>
  );
}
