import { useEffect, useRef } from 'react';
import type { Frame } from '~/api/shapes';
import { LiveStream } from './stream';

/**
 * Follows the feed at `url` (nothing while it is null) for who reads elsewhere what it is about: calls `again` when
 * something happened that `matters`, once for all that happens within `settleMs`. It is called too when the feed begins
 * anew, with its `snapshot`: what happened since the reading and before that, nobody tells.
 */
export function useChanges(url: string | null, matters: (frame: Frame) => boolean, again: () => void, settleMs = 0): void {
  const latest = useRef({ matters, again });
  useEffect(() => {
    latest.current = { matters, again };
  });
  useEffect(() => {
    if (url === null) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stream = new LiveStream({
      url,
      onFrame: (frame) => {
        if (frame.type !== 'snapshot' && !latest.current.matters(frame)) return;
        clearTimeout(timer);
        timer = setTimeout(() => latest.current.again(), settleMs);
      },
    });
    stream.start();
    return () => {
      clearTimeout(timer);
      stream.stop();
    };
  }, [url, settleMs]);
}

/** Whether a frame says that times of a service were taken or became free. */
export function slotsChanged(frame: Frame, service: string | undefined): boolean {
  return frame.type === 'slots.changed' && (frame.data as { service_id?: string }).service_id === service;
}
