import { Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Device, DeviceConfig } from '~/api/shapes';
import { useEntries } from '../shared/use-entries';
import { put } from './device-config';
import { DisplayFields, KioskFields, PrinterFields, ScreenFields } from './device-fields';

/** What is asked of a device when it is paired and when it is set up anew. */
export interface DeviceValues {
  readonly name: string;
  readonly type: string;
  readonly site_id: string;
  readonly config: DeviceConfig;
}

/** What it is says the screen itself, unless somebody chooses. */
export const NEW_DEVICE: DeviceValues = { name: '', type: '', site_id: '', config: {} };
/** A printer shows no code: it is put on record. */
export const NEW_PRINTER: DeviceValues = { ...NEW_DEVICE, type: 'printer' };

/** The values of a paired device. */
export function valuesOf(device: Device): DeviceValues {
  return { name: device.name, type: device.type, site_id: device.site_id, config: device.config };
}

interface Props {
  readonly values: DeviceValues;
  readonly faults: Record<string, string>;
  /** A paired device stays what it is. */
  readonly paired: boolean;
  readonly onChange: (values: DeviceValues) => void;
}

/** Name, place and set-up of a device: from the sizes of a screen it computes how large everything must be. */
export function DeviceFields({ values, faults, paired, onChange }: Props) {
  const { t } = useTranslation('admin');
  const sites = useEntries<{ id: string; name: string }>('/sites');
  const { config, type, site_id: site } = values;
  const set = (part: Partial<DeviceValues>) => onChange({ ...values, ...part });
  const parts = { config, site, faults, onChange: (next: DeviceConfig) => set({ config: next }) };
  // The counter above which it hangs is one of its own site.
  const moved = (id: string) => set({ site_id: id, config: config.layout === 'counter' && id !== site ? put(config, 'counters', null) : config });
  return (
    <>
      <TextInput label={t('field.name')} required error={faults['name']} data-field="name" value={values.name} onChange={(e) => set({ name: e.currentTarget.value })} data-testid="device-name" />
      {!paired && (
        <Select
          label={t('field.type')}
          allowDeselect={false}
          data={['kiosk', 'display'].map((value) => ({ value, label: t(`type.${value}`) }))}
          value={type === '' ? null : type}
          placeholder={t('device.asShown')}
          error={faults['type']}
          data-field="type"
          onChange={(chosen) => set({ type: chosen ?? '' })}
        />
      )}
      <Select
        label={t('field.site_id')}
        required
        allowDeselect={false}
        data={(sites.data ?? []).map((s) => ({ value: s.id, label: s.name }))}
        value={site === '' ? null : site}
        error={faults['site_id']}
        data-field="site_id"
        nothingFoundMessage={t('list.nothing')}
        onChange={(id) => moved(id ?? '')}
        data-testid="device-site"
      />
      {(type === 'kiosk' || type === 'display') && <ScreenFields {...parts} />}
      {type === 'display' && <DisplayFields {...parts} />}
      {type === 'kiosk' && <KioskFields {...parts} />}
      {type === 'printer' && <PrinterFields {...parts} />}
    </>
  );
}
