import { useTranslation } from 'react-i18next';
import type { Device } from '~/api/shapes';
import { useDevices } from '../shared/use-entries';

/** What paired screens show, and of which kind those are. */
const ON_SCREENS: Readonly<Record<string, readonly string[]>> = {
  sites: ['kiosk', 'display'],
  services: ['kiosk', 'display'],
  queues: ['kiosk', 'display'],
  counters: ['kiosk', 'display'],
  branding: ['kiosk', 'display'],
  profile: ['kiosk', 'display'],
  settings: ['display'],
};

interface Props {
  /** The section of the administration in which something is saved. */
  readonly of: string;
  /** The site that it belongs to; absent where it belongs to all. */
  readonly site?: string | undefined;
}

/** How many of the screens show what is saved in a section, of one site or of all. */
export function seenOn(of: string, site: string | undefined, devices: readonly Pick<Device, 'type' | 'site_id'>[]): number {
  const kinds = ON_SCREENS[of] ?? [];
  return devices.filter((one) => kinds.includes(one.type) && (site === undefined || one.site_id === site)).length;
}

/** Where a change is seen once it is saved: on how many screens at once, or from when on it counts. */
export function Effect({ of, site }: Props) {
  const { t } = useTranslation('admin');
  const devices = useDevices(of in ON_SCREENS);
  const count = seenOn(of, site, devices.data ?? []);
  if (count > 0) return <>{t('form.effect', { count })}</>;
  return <>{t(`effect.${of}`, { defaultValue: '' })}</>;
}

/** The same for the set-up of one device, which takes it over at once, or when it is back. */
export function DeviceEffect({ device }: { readonly device: Pick<Device, 'name' | 'online'> }) {
  const { t } = useTranslation('admin');
  return <>{device.online ? t('effect.here', { name: device.name }) : t('effect.later', { name: device.name })}</>;
}
