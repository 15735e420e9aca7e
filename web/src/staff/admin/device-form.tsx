import { MultiSelect, NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Device, DeviceConfig } from '~/api/shapes';
import { boardSizes } from '~/device/size';
import { LANGUAGES, type Language } from '~/i18n/languages';
import { useEntries } from '../shared/use-entries';
import { MediaField } from './media-field';

/** What is asked of a device when it is paired and when it is set up anew. */
export interface DeviceValues {
  readonly name: string;
  readonly type: string;
  readonly site_id: string;
  readonly config: DeviceConfig;
}

/** What it is says the screen itself, unless somebody chooses. */
export const NEW_DEVICE: DeviceValues = { name: '', type: '', site_id: '', config: {} };

/** The values of a paired device. */
export function valuesOf(device: Device): DeviceValues {
  return { name: device.name, type: device.type, site_id: device.site_id, config: device.config };
}

/** How far this board can be read, when the farthest seat is beyond it; boards are wide screens. */
export function tooFar({ diagonal_inches: diagonal, distance_m: distance }: DeviceConfig): number | null {
  if (diagonal === undefined || distance === undefined) return null;
  const sizes = boardSizes(1920, 1080, diagonal, distance);
  return sizes.tooFar ? sizes.maxDistance : null;
}

interface Props {
  readonly values: DeviceValues;
  readonly faults: Record<string, string>;
  /** A paired device stays what it is. */
  readonly paired: boolean;
  readonly onChange: (values: DeviceValues) => void;
}

/** Name, place and sizes of a screen: from the sizes it computes how large everything must be. */
export function DeviceFields({ values, faults, paired, onChange }: Props) {
  const { t } = useTranslation('admin');
  const sites = useEntries<{ id: string; name: string }>('/sites');
  const counters = useEntries<{ id: string; name: string; site_id: string }>('/counters', values.type === 'display');
  const { config } = values;
  const set = (part: Partial<DeviceValues>) => onChange({ ...values, ...part });
  const setConfig = (name: keyof DeviceConfig, value: string | number | boolean | null) => {
    set({ config: value === null || value === '' ? without(name) : { ...without(name), [name]: value } });
  };
  const without = (name: keyof DeviceConfig) => Object.fromEntries(Object.entries(config).filter(([key]) => key !== name)) as DeviceConfig;
  const metre = (v: string | number) => (typeof v === 'number' ? v : null);
  const reach = values.type === 'display' ? tooFar(config) : null;
  return (
    <>
      <TextInput label={t('field.name')} required error={faults['name']} data-field="name" value={values.name} onChange={(e) => set({ name: e.currentTarget.value })} data-testid="device-name" />
      {!paired && (
        <Select
          label={t('field.type')}
          allowDeselect={false}
          data={['kiosk', 'display'].map((value) => ({ value, label: t(`type.${value}`) }))}
          value={values.type === '' ? null : values.type}
          placeholder={t('device.asShown')}
          error={faults['type']}
          data-field="type"
          onChange={(type) => set({ type: type ?? '' })}
        />
      )}
      <Select
        label={t('field.site_id')}
        required
        allowDeselect={false}
        data={(sites.data ?? []).map((s) => ({ value: s.id, label: s.name }))}
        value={values.site_id === '' ? null : values.site_id}
        error={faults['site_id']}
        data-field="site_id"
        nothingFoundMessage={t('list.nothing')}
        onChange={(id) => set({ site_id: id ?? '' })}
        data-testid="device-site"
      />
      {['kiosk', 'display'].includes(values.type) && (
        <MultiSelect
          label={t('field.languages')}
          description={t('hint.languages')}
          data={(Object.keys(LANGUAGES) as Language[]).map((code) => ({ value: code, label: LANGUAGES[code].name }))}
          value={config.languages ?? []}
          error={faults['config.languages']}
          onChange={(list) => set({ config: list.length === 0 ? without('languages') : { ...config, languages: list } })}
          data-testid="device-languages"
        />
      )}
      {['kiosk', 'display'].includes(values.type) && (
        <NumberInput label={t('field.diagonal_inches')} description={t('hint.diagonal_inches')} min={5} max={150} decimalScale={1} value={config.diagonal_inches ?? ''} onChange={(v) => setConfig('diagonal_inches', metre(v))} data-testid="device-diagonal" />
      )}
      {values.type === 'display' && (
        <>
          <NumberInput
            label={t('field.distance_m')}
            description={t('hint.distance_m')}
            min={1}
            max={100}
            decimalScale={1}
            value={config.distance_m ?? ''}
            error={reach === null ? undefined : t('device.tooFar', { metres: reach })}
            onChange={(v) => setConfig('distance_m', metre(v))}
            data-testid="device-distance"
          />
          <MultiSelect
            label={t('field.also_sites')}
            data={(sites.data ?? []).filter((s) => s.id !== values.site_id).map((s) => ({ value: s.id, label: s.name }))}
            value={config.sites ?? []}
            error={faults['config.sites']}
            data-field="config.sites"
            onChange={(list) => set({ config: list.length === 0 ? without('sites') : { ...config, sites: list } })}
            data-testid="device-sites"
          />
          <MultiSelect
            label={t('field.only_counters')}
            description={t('hint.only_counters')}
            data={(counters.data ?? []).filter((c) => c.site_id === values.site_id || (config.sites ?? []).includes(c.site_id)).map((c) => ({ value: c.id, label: c.name }))}
            value={config.counters ?? []}
            error={faults['config.counters']}
            data-field="config.counters"
            onChange={(list) => set({ config: list.length === 0 ? without('counters') : { ...without('counters'), counters: list } })}
            data-testid="device-counters"
          />
          <Select label={t('field.layout')} allowDeselect={false} data={['calls', 'split', 'waits'].map((value) => ({ value, label: t(`layout.${value}`) }))} value={config.layout ?? 'calls'} onChange={(v) => setConfig('layout', v)} data-testid="device-layout" />
          <MediaField value={config.media ?? []} fault={faults['config.media']} onChange={(media) => set({ config: media.length === 0 ? without('media') : { ...without('media'), media } })} />
          <TextInput type="time" label={t('field.quiet_from')} value={config.quiet_from ?? ''} onChange={(e) => setConfig('quiet_from', e.currentTarget.value)} />
          <TextInput type="time" label={t('field.quiet_to')} value={config.quiet_to ?? ''} onChange={(e) => setConfig('quiet_to', e.currentTarget.value)} />
        </>
      )}
      {values.type === 'kiosk' && (
        <>
          <Switch label={t('field.printer')} checked={config.printer === true} onChange={(e) => setConfig('printer', e.currentTarget.checked)} />
          <TextInput label={t('field.printer_address')} description={t('hint.printer_address')} dir="ltr" placeholder="192.168.1.50:9100" value={config.printer_address ?? ''} error={faults['config.printer_address']} data-field="config.printer_address" onChange={(e) => setConfig('printer_address', e.currentTarget.value.trim())} data-testid="device-printer-address" />
          {(config.printer === true || config.paper !== undefined || (config.printer_address ?? '') !== '') && (
            <Select label={t('field.paper')} description={t('hint.paper')} allowDeselect={false} data={['ok', 'low', 'out'].map((value) => ({ value, label: t(`paper.${value}`) }))} value={config.paper ?? 'ok'} error={faults['config.paper']} data-field="config.paper" onChange={(v) => setConfig('paper', v === 'ok' ? null : v)} data-testid="device-paper" />
          )}
          <NumberInput label={t('field.idle_seconds')} description={t('hint.idle_seconds')} min={10} max={600} value={config.idle_seconds ?? ''} error={faults['config.idle_seconds']} data-field="config.idle_seconds" onChange={(v) => setConfig('idle_seconds', metre(v))} data-testid="device-idle" />
          <NumberInput label={t('field.offline_numbers')} description={t('hint.offline_numbers')} min={0} max={50} value={config.offline_numbers ?? ''} error={faults['config.offline_numbers']} data-field="config.offline_numbers" onChange={(v) => setConfig('offline_numbers', metre(v))} data-testid="device-offline" />
          <Switch label={t('field.spoken')} checked={config.spoken === true} onChange={(e) => setConfig('spoken', e.currentTarget.checked)} />
          <Switch label={t('field.ask_phone')} checked={config.ask_phone === true} onChange={(e) => setConfig('ask_phone', e.currentTarget.checked)} />
          <Switch label={t('field.maintenance')} checked={config.maintenance === true} onChange={(e) => setConfig('maintenance', e.currentTarget.checked)} />
        </>
      )}
    </>
  );
}
