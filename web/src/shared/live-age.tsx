import { IconCloudOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { clockSeconds } from '~/i18n/format';
import type { LiveClock } from '~/live/clock';
import { useFreshness } from '~/live/use-live';

/** How old the live data on this screen is: "● Live", "12 s ago", "Reconnecting, last update 14:05:12". */
export function LiveAge({ clock, timeZone }: { clock: LiveClock; timeZone?: string | undefined }) {
  const { t } = useTranslation();
  const { age, freshness } = useFreshness(clock);
  const at = clock.lastHeard === null ? '' : clockSeconds(clock.lastHeard, timeZone);
  // A timer is not read out: aria-live off, and the word alone changes only when the state does.
  return (
    <span className={`live-age live-${freshness}`} data-testid="live-age" data-freshness={freshness} aria-live="off">
      {freshness === 'live' ? <span className="live-dot" aria-hidden /> : null}
      {freshness === 'reconnecting' || freshness === 'expired' ? <IconCloudOff size={18} aria-hidden /> : null}
      <span className="num">
        {freshness === 'connecting' && t('live.connecting')}
        {freshness === 'live' && t('live.live')}
        {freshness === 'aging' && t('live.ago', { seconds: age })}
        {(freshness === 'reconnecting' || freshness === 'expired') && t('live.reconnecting', { time: at })}
      </span>
    </span>
  );
}
