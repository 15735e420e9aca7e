import {
  IconAlertOctagon,
  IconAlertTriangle,
  IconBell,
  IconCheck,
  IconClockPause,
  IconCloudOff,
  IconDoorExit,
  IconHourglass,
  IconPlayerPause,
  IconUserCheck,
  IconUserOff,
  IconUserX,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { TicketStatus } from '~/api/shapes';

/** Everything that a badge can say. */
export type BadgeState = TicketStatus | 'risk' | 'broken' | 'unserved' | 'stale' | 'left';

const LOOK = {
  waiting: [IconHourglass, 'badge-plain'],
  called: [IconBell, 'badge-called'],
  serving: [IconUserCheck, 'badge-serving'],
  wrap_up: [IconUserCheck, 'badge-done'],
  paused: [IconPlayerPause, 'badge-paused'],
  parked: [IconClockPause, 'badge-paused'],
  served: [IconCheck, 'badge-done'],
  no_show: [IconUserX, 'badge-broken'],
  cancelled: [IconDoorExit, 'badge-plain'],
  left: [IconDoorExit, 'badge-plain'],
  expired: [IconDoorExit, 'badge-plain'],
  risk: [IconAlertTriangle, 'badge-risk'],
  broken: [IconAlertOctagon, 'badge-broken'],
  unserved: [IconUserOff, 'badge-risk'],
  stale: [IconCloudOff, 'badge-plain'],
} as const satisfies Record<BadgeState, readonly [unknown, string]>;

/** A state as icon, word and colour; never colour alone. */
export function StatusBadge({ state, testId }: { state: BadgeState; testId?: string }) {
  const { t } = useTranslation();
  const [Icon, look] = LOOK[state];
  return (
    <span className={`badge ${look}`} data-testid={testId} data-state={state}>
      <Icon size={20} aria-hidden />
      {t(`state.${state}`)}
    </span>
  );
}
