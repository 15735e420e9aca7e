import { lazy, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useDevice, useSelf, type Device } from '~/device/use-device';
import { registerWorker, reloadForUpdate, useManifest, useWakeLock } from '~/shared/pwa';
import { Board } from './board';
import styles from './display.module.css';

/** Needs the network anyway, and once in the life of a machine. */
const PairingScreen = lazy(() => import('~/device/pairing'));

/** A new version is loaded at this hour of the night, when no hall is full. */
const UPDATE_HOUR = 3;

/** `/display`: the board in the hall. */
export default function DisplayPage() {
  const device = useDevice('display');
  useManifest('/display.webmanifest');
  useWakeLock(true);
  useEffect(() => {
    registerWorker();
    const timer = setInterval(() => {
      if (new Date().getHours() === UPDATE_HOUR) reloadForUpdate();
    }, 30 * 60_000);
    return () => clearInterval(timer);
  }, []);
  if (device.token === null) return <PairingScreen kind="display" onPaired={device.pair} />;
  return <Paired key={device.token} device={device} />;
}

function Paired({ device }: { device: Device }) {
  const { t } = useTranslation('display');
  const { data, error, hear } = useSelf(device);
  if (data === undefined) {
    return (
      <main className={styles.wait}>
        <h1>{error === null ? t('starting') : t('offline.title')}</h1>
        {error !== null && <p>{t('offline.text')}</p>}
      </main>
    );
  }
  return <Board key={data.device.version} device={device} self={data} onFrame={hear} />;
}
