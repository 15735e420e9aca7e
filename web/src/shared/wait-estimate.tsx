import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Estimate } from '~/api/shapes';
import { clock } from '~/i18n/format';
import { beHereBy, calledBy, say, type Range, type Said } from './estimate';

/**
 * The range to say now, kept steady between changes; null when there is no estimate or nobody serves.
 * Keep the calling component mounted (or keyed by queue) for the steadiness to mean anything.
 */
export function useSaidRange(estimate: Estimate | null | undefined): Range | null {
  const { p50, p90, serving } = estimate ?? { p50: null, p90: null, serving: false };
  return useSteadyRange(serving ? p50 : null, p90);
}

/** The same for a median and what nine in ten stay within. */
export function useSteadyRange(p50: number | null, p90: number | null): Range | null {
  const [said, setSaid] = useState<Said | null>(null);
  const next = p50 !== null && p90 !== null ? say(said, p50, p90) : null;
  // A change during rendering is the documented way to derive state from the previous props.
  if (next !== said) setSaid(next);
  return next;
}

/** How a range is said: "10–20 min", "up to 5 min". */
export function useRangeText(): (range: Range) => string {
  const { t } = useTranslation();
  // The count chooses the form of the word for minutes, which follows the upper figure.
  return ({ low, high }) => (low === 0 ? t('estimate.upTo', { high, count: high }) : t('estimate.range', { low, high, count: high }));
}

interface RangeProps {
  estimate: Estimate | null | undefined;
  testId?: string;
  /** Leaves out that it is past closing time, where there is no room for it. */
  brief?: boolean;
}

/** "10–20 min", "up to 5 min", or in words why there is none; and that it is past closing time. */
export function WaitRange({ estimate, testId, brief = false }: RangeProps) {
  const { t } = useTranslation();
  const say = useRangeText();
  const range = useSaidRange(estimate);
  let text: string;
  if (estimate === null || estimate === undefined || (estimate.serving && range === null)) text = t('estimate.unknown');
  else if (range === null) text = t('estimate.nobody');
  else text = say(range);
  return (
    <span>
      <span className="num" data-said={range !== null} data-testid={testId}>
        {text}
      </span>
      {range !== null && !brief && estimate?.after_closing === true && <span className="wait-closing"> {t('estimate.afterClosing')}</span>}
    </span>
  );
}

/**
 * The two times of a ticket's estimate, kept steady: be here by (less the walk), very likely called by. The second is null
 * once it is past.
 */
export function useTicketTimes(
  estimate: Estimate | null,
  walkMinutes: number,
  now: number,
): { here: number; called: number | null } | null {
  const [shown, setShown] = useState<{ here: number; called: number | null; walk: number } | null>(null);
  if (estimate?.be_here_by == null || estimate.called_by == null || !estimate.serving) {
    if (shown !== null) setShown(null);
    return null;
  }
  const exactHere = Date.parse(estimate.be_here_by) - walkMinutes * 60_000;
  const exactCalled = Date.parse(estimate.called_by);
  const previous = shown?.walk === walkMinutes ? shown : null;
  const here = beHereBy(previous?.here ?? null, exactHere, now);
  const called = calledBy(previous?.called ?? null, exactCalled, now);
  if (shown === null || shown.here !== here || shown.called !== called || shown.walk !== walkMinutes) {
    setShown({ here, called, walk: walkMinutes });
  }
  return { here, called };
}

/** A clock time in a `<time>` element. */
export function ClockTime({ at, timeZone }: { at: number | string; timeZone?: string | undefined }) {
  return (
    <time className="num" dateTime={new Date(at).toISOString()}>
      {clock(at, timeZone)}
    </time>
  );
}
