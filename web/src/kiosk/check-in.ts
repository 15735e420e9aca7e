import { useCallback, useEffect, useRef, useState } from 'react';
import { api } from '~/api/client';
import { ApiFault } from '~/api/fault';
import type { Bookable, DeviceConfig, IssuedTicket, SiteBoard } from '~/api/shapes';
import type { Device } from '~/device/use-device';
import { dayAndClock } from '~/i18n/format';
import { uuid } from '~/shared/random';
import { useFaultText } from '~/shared/states';
import { refusalOf, type Refusal, type Typed } from './machine';
import { useKept } from './offline/use-offline';

/** Checking in takes a second; after this long it is asked for once more, and then the person is told. */
const TIMEOUT = 4000;
/** A check-in whose answer was lost is asked for under its first key within this time, so that it gives its ticket. */
const LOST_MS = 60_000;

/** Why somebody was not checked in, with a time or a place where the words need one. */
export interface NoCheckIn {
  readonly why: Refusal;
  readonly detail: string;
}

/** What the server's refusal of a booking means to the person who gave a code or a number, `said` in their language;
 *  `zone` is the site's. */
export function noCheckIn(error: unknown, zone: string, said: string, by: Typed['by'] = 'code'): NoCheckIn {
  if (!(error instanceof ApiFault) || error.status >= 500) return { why: 'no_network', detail: '' };
  const { code, problem, status } = error;
  const told = problem as { from?: unknown; site?: unknown; state?: unknown };
  if (status === 404) return { why: by === 'code' ? 'unknown' : 'no_number', detail: '' };
  if (code === 'number_is_shared') return { why: 'shared', detail: '' };
  if (code === 'too_early' && typeof told.from === 'string') return { why: 'early', detail: dayAndClock(told.from, zone) };
  if (code === 'too_late') return { why: 'late', detail: '' };
  if (code === 'other_site' && typeof told.site === 'string') return { why: 'elsewhere', detail: told.site };
  if (code === 'not_allowed_in_state') {
    if (told.state === 'checked_in' || told.state === 'completed') return { why: 'here', detail: '' };
    return { why: told.state === 'held' ? 'held' : 'over', detail: '' };
  }
  return { why: refusalOf(status, code), detail: said };
}

/** What a check-in came to; nothing where the kiosk itself was refused and asks to be paired. */
export type CheckedIn = { readonly ticket: IssuedTicket } | NoCheckIn | null;

/** Checks somebody in with what they typed or held to the camera. */
export function useCheckIn(device: Device, zone: string): (shown: Typed) => Promise<CheckedIn> {
  const words = useFaultText();
  const lost = useRef({ shown: '', key: '', at: 0 });
  return useCallback(
    async ({ by, text }) => {
      const body = by === 'code' ? { code: text } : { phone: text };
      const shown = JSON.stringify(body);
      const again = lost.current.shown === shown && Date.now() - lost.current.at < LOST_MS;
      lost.current = { shown, key: again ? lost.current.key : uuid(), at: Date.now() };
      try {
        const options = { token: device.token ?? undefined, idempotencyKey: lost.current.key, retries: 1, timeout: TIMEOUT };
        const ticket = await api.post<IssuedTicket>('/api/v1/device/check-in', body, options);
        lost.current.at = 0;
        return { ticket };
      } catch (error) {
        if (device.refused(error)) return null;
        const said = noCheckIn(error, zone, words(error).text, by);
        if (said.why !== 'no_network') lost.current.at = 0;
        return said;
      }
    },
    [device, zone, words],
  );
}

/** Whether people book at this site at all: a kiosk where nobody does says nothing of bookings. */
export function useTakesBookings({ tenant, site }: SiteBoard): boolean {
  const [offer, setOffer] = useState<boolean | undefined>(undefined);
  const path = `/api/v1/public/sites/${encodeURIComponent(tenant.slug)}/${encodeURIComponent(site.slug)}/bookable`;
  useEffect(() => {
    const abort = new AbortController();
    api.get<Bookable>(path, { signal: abort.signal }).then(
      ({ services }) => setOffer(services.length > 0),
      () => undefined, // what was known before still holds
    );
    return () => abort.abort();
  }, [path]);
  return useKept('takes_bookings', offer) ?? false;
}

/** Whether this machine has a camera that a code can be held to; its set-up may say that it is not for that. */
export function useHasCamera(config: DeviceConfig): boolean {
  const [has, setHas] = useState(false);
  useEffect(() => {
    // Browsers have no cameras for pages that did not come over TLS.
    const cameras = (navigator as Partial<Navigator>).mediaDevices;
    if (cameras === undefined) return undefined;
    let over = false;
    const look = () => {
      cameras.enumerateDevices().then(
        (all) => !over && setHas(all.some((one) => one.kind === 'videoinput')),
        () => undefined, // a browser that does not say has none for us
      );
    };
    look();
    cameras.addEventListener('devicechange', look);
    return () => {
      over = true;
      cameras.removeEventListener('devicechange', look);
    };
  }, []);
  return has && config.scanner !== false;
}
