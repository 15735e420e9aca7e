import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { api } from '~/api/client';
import { ApiFault } from '~/api/fault';
import type { DeviceSelf, Frame } from '~/api/shapes';
import { deviceToken, forgetToken, keepToken, type DeviceKind } from './token';

/** How often a screen tells the server that it is alive. */
const PING_MS = 30_000;
const RETRY_MS = 4_000;
/** So often a screen asks how it is set up, should no word of it have come. */
const LOOK_MS = 10 * 60_000;

/** A paired screen: its token and what it asks the server for. */
export interface Device {
  readonly token: string | null;
  readonly pair: (token: string) => void;
  /** Forgets the token when the server refuses it; hand every error here. */
  readonly refused: (error: unknown) => boolean;
  /** A fresh single-use ticket for the feed. */
  readonly ticket: () => Promise<string>;
}

/** The pairing of this screen. */
export function useDevice(kind: DeviceKind): Device {
  const [token, setToken] = useState(() => deviceToken(kind));
  const pair = useCallback(
    (given: string) => {
      keepToken(kind, given);
      setToken(given);
    },
    [kind],
  );
  const refused = useCallback(
    (error: unknown) => {
      if (!(error instanceof ApiFault) || error.status !== 401) return false;
      forgetToken(kind);
      setToken(null);
      return true;
    },
    [kind],
  );
  const ticket = useCallback(async () => {
    try {
      return (await api.post<{ ticket: string }>('/api/v1/auth/ticket', {}, { token: token ?? undefined })).ticket;
    } catch (error) {
      refused(error);
      throw error;
    }
  }, [token, refused]);
  return useMemo(() => ({ token, pair, refused, ticket }), [token, pair, refused, ticket]);
}

/** Reads `path` with the device's token until it succeeds; a restart without network heals by itself. */
export function useDeviceRead<T>(device: Device, path: string): { data: T | undefined; error: unknown; reload: () => void } {
  const [state, setState] = useState<{ data: T | undefined; error: unknown }>({ data: undefined, error: null });
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (device.token === null) return undefined;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = () => {
      api.get<T>(path, { token: device.token ?? undefined, signal: abort.signal }).then(
        (data) => setState({ data, error: null }),
        (error: unknown) => {
          if (abort.signal.aborted || device.refused(error)) return;
          setState((s) => ({ ...s, error }));
          timer = setTimeout(read, RETRY_MS);
        },
      );
    };
    read();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [device, path, round]);
  const reload = useCallback(() => setRound((n) => n + 1), []);
  return { ...state, reload };
}

/** How a screen is set up: read anew as soon as its feed, whose frames are handed to `hear`, says that it has changed. */
export function useSelf(device: Device): { data: DeviceSelf | undefined; error: unknown; reload: () => void; hear: (frame: Frame) => void } {
  const self = useDeviceRead<DeviceSelf>(device, '/api/v1/device');
  const { data, reload } = self;
  const [told, setTold] = useState(0);
  useEffect(() => {
    if (data !== undefined && told > data.device.version) reload();
  }, [data, told, reload]);
  useEffect(() => {
    const timer = setInterval(reload, LOOK_MS);
    return () => clearInterval(timer);
  }, [reload]);
  const hear = useCallback(({ room, data: news }: Frame) => {
    const { version } = (news ?? {}) as { version?: number };
    if (room?.startsWith('device:') !== true || version === undefined) return;
    // Feeds hand their frames on while React renders.
    queueMicrotask(() => setTold((before) => Math.max(before, version)));
  }, []);
  return { ...self, hear };
}

/** Tells the server that this screen lives, and how its sound is. */
export function usePing(device: Device, report: () => Record<string, unknown>): void {
  const last = useRef<Promise<unknown>>(Promise.resolve());
  useEffect(() => {
    if (device.token === null) return undefined;
    let over = false;
    const send = async () => {
      if (over) return;
      try {
        await api.post('/api/v1/device/ping', report(), { token: device.token ?? undefined });
      } catch (error) {
        device.refused(error);
      }
    };
    // One after the other: of two on their way the elder may come last, and would be believed.
    const ping = () => {
      last.current = last.current.then(send);
    };
    ping();
    const timer = setInterval(ping, PING_MS);
    return () => {
      over = true;
      clearInterval(timer);
    };
  }, [device, report]);
}
