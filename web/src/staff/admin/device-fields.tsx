import { MultiSelect, NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { DeviceConfig } from '~/api/shapes';
import { LANGUAGES, type Language } from '~/i18n/languages';
import { useDevices, useEntries, useSiteNames } from '../shared/use-entries';
import { laidOut, put, tooFar } from './device-config';
import { MediaField } from './media-field';

/** The part of a device's set-up that one kind of device has. */
interface Props {
  readonly config: DeviceConfig;
  /** Where it stands; empty while nobody has said. */
  readonly site: string;
  readonly faults: Record<string, string>;
  readonly onChange: (config: DeviceConfig) => void;
}

const amount = (v: string | number) => (typeof v === 'number' ? v : null);

/** What every screen has: its languages, its size, and where phones are led that read its codes. */
export function ScreenFields({ config, faults, onChange }: Omit<Props, 'site'>) {
  const { t } = useTranslation('admin');
  return (
    <>
      <MultiSelect
        label={t('field.languages')}
        description={t('hint.languages')}
        data={(Object.keys(LANGUAGES) as Language[]).map((code) => ({ value: code, label: LANGUAGES[code].name }))}
        value={config.languages ?? []}
        error={faults['config.languages']}
        data-field="config.languages"
        onChange={(list) => onChange(put(config, 'languages', list))}
        data-testid="device-languages"
      />
      <NumberInput
        label={t('field.diagonal_inches')}
        description={t('hint.diagonal_inches')}
        min={5}
        max={150}
        decimalScale={1}
        value={config.diagonal_inches ?? ''}
        error={faults['config.diagonal_inches']}
        data-field="config.diagonal_inches"
        onChange={(v) => onChange(put(config, 'diagonal_inches', amount(v)))}
        data-testid="device-diagonal"
      />
      <TextInput
        label={t('field.public_url')}
        description={t('hint.public_url')}
        type="url"
        dir="ltr"
        autoComplete="off"
        maxLength={500}
        placeholder="https://queue.example"
        value={config.public_url ?? ''}
        error={faults['config.public_url']}
        data-field="config.public_url"
        onChange={(e) => onChange(put(config, 'public_url', e.currentTarget.value.trim()))}
        data-testid="device-public-url"
      />
    </>
  );
}

/** How a kiosk asks, prints and speaks. */
export function KioskFields({ config, site, faults, onChange }: Props) {
  const { t } = useTranslation('admin');
  const printers = usePrinters(site);
  const set = <K extends keyof DeviceConfig>(name: K, value: DeviceConfig[K] | null) => onChange(put(config, name, value));
  const onRecord = config.printer_id !== undefined;
  return (
    <>
      <Switch label={t('field.printer')} checked={config.printer === true} data-field="config.printer" onChange={(e) => set('printer', e.currentTarget.checked)} />
      <Select
        label={t('field.printer_id')}
        description={t('hint.printer_id')}
        clearable
        clearButtonProps={{ 'aria-label': t('form.clear') }}
        data={printers}
        value={config.printer_id ?? null}
        error={faults['config.printer_id']}
        data-field="config.printer_id"
        nothingFoundMessage={t('list.nothing')}
        onChange={(id) => set('printer_id', id)}
        data-testid="device-printer-id"
      />
      {!onRecord && <PrinterAddress config={config} faults={faults} onChange={onChange} />}
      {(config.printer === true || config.paper !== undefined || (!onRecord && (config.printer_address ?? '') !== '')) && <PaperField config={config} faults={faults} onChange={onChange} />}
      <NumberInput label={t('field.idle_seconds')} description={t('hint.idle_seconds')} min={10} max={600} value={config.idle_seconds ?? ''} error={faults['config.idle_seconds']} data-field="config.idle_seconds" onChange={(v) => set('idle_seconds', amount(v))} data-testid="device-idle" />
      <NumberInput label={t('field.offline_numbers')} description={t('hint.offline_numbers')} min={0} max={50} value={config.offline_numbers ?? ''} error={faults['config.offline_numbers']} data-field="config.offline_numbers" onChange={(v) => set('offline_numbers', amount(v))} data-testid="device-offline" />
      <Switch label={t('field.spoken')} checked={config.spoken === true} data-field="config.spoken" onChange={(e) => set('spoken', e.currentTarget.checked)} />
      <Switch label={t('field.ask_phone')} checked={config.ask_phone === true} data-field="config.ask_phone" onChange={(e) => set('ask_phone', e.currentTarget.checked)} />
      <Switch label={t('field.scanner')} description={t('hint.scanner')} checked={config.scanner !== false} data-field="config.scanner" onChange={(e) => set('scanner', e.currentTarget.checked ? null : false)} data-testid="device-scanner" />
      <Switch label={t('field.maintenance')} checked={config.maintenance === true} data-field="config.maintenance" onChange={(e) => set('maintenance', e.currentTarget.checked)} />
    </>
  );
}

/** Where a printer on the network is, and how its paper stands where it cannot say so. */
export function PrinterFields({ config, faults, onChange }: Omit<Props, 'site'>) {
  return (
    <>
      <PrinterAddress config={config} faults={faults} onChange={onChange} required />
      <PaperField config={config} faults={faults} onChange={onChange} />
    </>
  );
}

function PrinterAddress({ config, faults, onChange, required = false }: Omit<Props, 'site'> & { required?: boolean }) {
  const { t } = useTranslation('admin');
  return (
    <TextInput
      label={t('field.printer_address')}
      description={t('hint.printer_address')}
      required={required}
      dir="ltr"
      autoComplete="off"
      placeholder="192.168.1.50:9100"
      value={config.printer_address ?? ''}
      error={faults['config.printer_address']}
      data-field="config.printer_address"
      onChange={(e) => onChange(put(config, 'printer_address', e.currentTarget.value.trim()))}
      data-testid="device-printer-address"
    />
  );
}

function PaperField({ config, faults, onChange }: Omit<Props, 'site'>) {
  const { t } = useTranslation('admin');
  return (
    <Select
      label={t('field.paper')}
      description={t('hint.paper')}
      allowDeselect={false}
      data={(['ok', 'low', 'out'] as const).map((value) => ({ value, label: t(`paper.${value}`) }))}
      value={config.paper ?? 'ok'}
      error={faults['config.paper']}
      data-field="config.paper"
      onChange={(v) => onChange(put(config, 'paper', v === 'low' || v === 'out' ? v : null))}
      data-testid="device-paper"
    />
  );
}

/** The printers on record, those of the site first; one of another site says where it stands. */
function usePrinters(site: string): { value: string; label: string }[] {
  const devices = useDevices();
  const siteOf = useSiteNames();
  const printers = (devices.data ?? []).filter((one) => one.type === 'printer');
  const here = printers.filter((one) => one.site_id === site);
  const elsewhere = printers.filter((one) => one.site_id !== site);
  return [...here.map((one) => ({ value: one.id, label: one.name })), ...elsewhere.map((one) => ({ value: one.id, label: `${one.name} · ${siteOf(one)}` }))];
}

const LAYOUTS = ['calls', 'split', 'waits', 'counter'] as const;

/** Whose calls a display shows and how, what is beside them, and how it sounds. */
export function DisplayFields({ config, site, faults, onChange }: Props) {
  const { t } = useTranslation('admin');
  const sites = useEntries<{ id: string; name: string }>('/sites');
  const counters = useEntries<{ id: string; name: string; site_id: string }>('/counters');
  const siteOf = useSiteNames();
  const set = <K extends keyof DeviceConfig>(name: K, value: DeviceConfig[K] | null) => onChange(put(config, name, value));
  const reach = tooFar(config);
  const above = config.layout === 'counter';
  const several = (config.sites ?? []).length > 0;
  const shown = (counters.data ?? []).filter((c) => c.site_id === site || (config.sites ?? []).includes(c.site_id));
  // Counters of two sites may bear one name.
  const choices = shown.map((c) => ({ value: c.id, label: several ? `${c.name} · ${siteOf(c)}` : c.name }));
  return (
    <>
      <NumberInput
        label={t('field.distance_m')}
        description={t('hint.distance_m')}
        min={1}
        max={100}
        decimalScale={1}
        value={config.distance_m ?? ''}
        error={reach === null ? faults['config.distance_m'] : t('device.tooFar', { metres: reach })}
        data-field="config.distance_m"
        onChange={(v) => set('distance_m', amount(v))}
        data-testid="device-distance"
      />
      <Select
        label={t('field.layout')}
        description={t('hint.layout')}
        allowDeselect={false}
        data={LAYOUTS.map((value) => ({ value, label: t(`layout.${value}`) }))}
        value={config.layout ?? 'calls'}
        error={faults['config.layout']}
        data-field="config.layout"
        onChange={(v) => onChange(laidOut(config, LAYOUTS.find((one) => one === v) ?? 'calls'))}
        data-testid="device-layout"
      />
      {above ? (
        <Select
          label={t('field.above_counter')}
          description={t('hint.above_counter')}
          required
          data={choices}
          value={config.counters?.[0] ?? null}
          error={faults['config.counters']}
          data-field="config.counters"
          nothingFoundMessage={t('list.nothing')}
          onChange={(id) => set('counters', id === null ? [] : [id])}
          data-testid="device-counter"
        />
      ) : (
        <>
          <MultiSelect
            label={t('field.also_sites')}
            description={t('hint.also_sites')}
            data={(sites.data ?? []).filter((s) => s.id !== site).map((s) => ({ value: s.id, label: s.name }))}
            value={config.sites ?? []}
            error={faults['config.sites']}
            data-field="config.sites"
            onChange={(list) => set('sites', list)}
            data-testid="device-sites"
          />
          <MultiSelect label={t('field.only_counters')} description={t('hint.only_counters')} data={choices} value={config.counters ?? []} error={faults['config.counters']} data-field="config.counters" onChange={(list) => set('counters', list)} data-testid="device-counters" />
          <Switch label={t('field.join_code')} description={t('hint.join_code')} checked={config.join_code !== false} data-field="config.join_code" onChange={(e) => set('join_code', e.currentTarget.checked ? null : false)} data-testid="device-join-code" />
          <MediaField value={config.media ?? []} fault={faults['config.media']} onChange={(media) => set('media', media)} />
        </>
      )}
      <Switch label={t('field.sound')} description={t('hint.sound')} checked={config.sound !== false} data-field="config.sound" onChange={(e) => set('sound', e.currentTarget.checked ? null : false)} data-testid="device-sound" />
      {config.sound !== false && (
        <>
          <TextInput type="time" label={t('field.quiet_from')} value={config.quiet_from ?? ''} error={faults['config.quiet_from']} data-field="config.quiet_from" onChange={(e) => set('quiet_from', e.currentTarget.value)} />
          <TextInput type="time" label={t('field.quiet_to')} value={config.quiet_to ?? ''} error={faults['config.quiet_to']} data-field="config.quiet_to" onChange={(e) => set('quiet_to', e.currentTarget.value)} />
        </>
      )}
    </>
  );
}
