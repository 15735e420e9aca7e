import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeviceConfig, DeviceSelf, Frame, SiteBoard } from '~/api/shapes';
import { useDevice, useDeviceRead, useSelf, type Device } from '~/device/use-device';
import { useFreshness, useLive, useNow } from '~/live/use-live';
import { registerWorker, reloadForUpdate, useManifest, useWakeLock } from '~/shared/pwa';
import { Kiosk } from './kiosk';
import { ageOf } from './offline/age';
import { useKept } from './offline/use-offline';
import styles from './kiosk.module.css';

/** Needs the network anyway, and once in the life of a machine. */
const PairingScreen = lazy(() => import('~/device/pairing'));

const KioskTests = lazy(() => import('./tests'));

/** Without a sign of life for this long the kiosk says that it is offline. */
const OFFLINE_S = 15;

/** `/kiosk`: the machine by the door. */
export default function KioskPage() {
  const device = useDevice('kiosk');
  useManifest('/kiosk.webmanifest');
  useWakeLock(true);
  useEffect(() => {
    registerWorker();
  }, []);
  if (device.token === null) return <PairingScreen kind="kiosk" onPaired={device.pair} />;
  return <Paired key={device.token} device={device} />;
}

function reduce(previous: SiteBoard | undefined, frame: Frame): SiteBoard | undefined {
  const data = frame.data as SiteBoard | null;
  return data !== null && typeof data === 'object' && Array.isArray(data.queues) ? data : previous;
}

function Paired({ device }: { device: Device }) {
  const self = useSelf(device);
  const about = useKept('self', self.data);
  if (about === undefined) return <Starting error={self.error} />;
  // A kiosk that was given to another site begins anew there.
  return <AtSite key={about.device.site_id} device={device} about={about} self={self} />;
}

function AtSite({ device, about, self }: { device: Device; about: DeviceSelf; self: ReturnType<typeof useSelf> }) {
  const { t } = useTranslation('kiosk');
  const { data, error, reload } = useDeviceRead<SiteBoard>(device, '/api/v1/device/kiosk');
  const { hear, reload: reloadSelf } = self;
  const [test, setTest] = useState<Frame | null>(null);
  const follow = (previous: SiteBoard | undefined, frame: Frame) => {
    hear(frame);
    // Feeds hand their frames on while React renders.
    if (frame.room?.startsWith('device:') === true) queueMicrotask(() => setTest(frame));
    return reduce(previous, frame);
  };
  const live = useLive<SiteBoard>('/api/v1/device/events', follow, { ticket: device.ticket });
  const { age, now: at } = useFreshness(live.clock);
  const now = useNow();
  const kept = useKept('board', live.data ?? data);
  const board = kept?.site.id === about.device.site_id ? kept : undefined;
  const config = useMemo<DeviceConfig>(() => about.device.config ?? {}, [about]);
  useEffect(() => {
    document.title = board?.site.name ?? t('title');
  }, [board?.site.name, t]);
  const offline = error !== null || (age !== null && age > OFFLINE_S);
  // Nobody stands here now: the moment for a new version, and for a set-up that was changed meanwhile.
  const atRest = useCallback(() => {
    reloadForUpdate();
    reload();
    reloadSelf();
  }, [reload, reloadSelf]);
  if (board === undefined) return <Starting error={error} />;
  const known = ageOf(live.clock.lastHeard, board.at, now);
  return (
    <>
      <Kiosk board={board} config={config} device={device} offline={offline} age={known} now={at} onRest={atRest} />
      {test !== null && (
        <Suspense fallback={null}>
          <KioskTests device={device} about={about} frame={test} />
        </Suspense>
      )}
    </>
  );
}

/** Before there is anything to show. */
function Starting({ error }: { error: unknown }) {
  const { t } = useTranslation('kiosk');
  return (
    <main className={styles.wait}>
      <h1>{error === null ? t('starting') : t('offline.title')}</h1>
      {error !== null && <p>{t('offline.text')}</p>}
    </main>
  );
}
