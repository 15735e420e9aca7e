import { useTranslation } from 'react-i18next';
import type { FloorLine } from '~/api/shapes';
import { clock } from '~/i18n/format';
import type { Range } from '~/shared/estimate';
import { StatusBadge, type BadgeState } from '~/shared/status-badge';
import { useSteadyRange } from '~/shared/wait-estimate';

/** What a line of the floor needs, as a row and as a row of the table. */
export interface LineProps {
  readonly line: FloorLine;
  /** Too old for estimates: facts stay. */
  readonly expired: boolean;
  readonly cut: boolean;
  readonly timeZone: string;
  readonly onDone: () => void;
  /** Shows who waits in the line. */
  readonly onOpen: (line: FloorLine) => void;
}

const BADGE: Record<FloorLine['state'], BadgeState | null> = { ok: null, at_risk: 'risk', broken: 'broken', unserved: 'unserved' };

/** The state of a line as icon, word and colour; nothing where all is well. */
export function LineBadge({ line }: { line: FloorLine }) {
  const badge = BADGE[line.state];
  return badge === null ? null : <StatusBadge state={badge} />;
}

/** The line's first day: its forecast rests on nothing but how long its service is said to take. */
export const isFirstDay = (line: FloorLine): boolean => line.basis === 'declared' && line.forecast_p50 !== null;

/** The forecast's range as every screen says it, kept steady between changes. Key the calling component by its line. */
export function useForecast(line: FloorLine): Range | null {
  return useSteadyRange(line.forecast_p50, line.forecast_p90);
}

/** What happens next in this line, in a sentence. */
export function useLineWords(): (line: FloorLine, expired: boolean, timeZone: string) => string {
  const { t } = useTranslation('manage');
  return (line, expired, timeZone) => {
    const minutes = line.target_minutes;
    if (line.state === 'unserved') return t('lines.unserved');
    if (line.state === 'broken') return t('lines.broken', { minutes });
    if (expired) return t('lines.stale');
    if (line.state === 'at_risk') {
      return line.breach_at === null ? t('lines.risk', { minutes }) : t('lines.breach', { minutes, time: clock(line.breach_at, timeZone) });
    }
    if (minutes === null) return t('lines.noPromise');
    return line.forecast_p50 !== null && line.forecast_p50 > minutes ? t('lines.later', { minutes }) : t('lines.ok', { minutes });
  };
}
