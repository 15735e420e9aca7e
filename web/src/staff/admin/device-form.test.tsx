import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MantineProvider } from '@mantine/core';
import { fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { beforeEach, expect, it, vi } from 'vitest';
import type { DeviceConfig } from '~/api/shapes';
import { loadTexts, startTexts } from '~/i18n';
import { DeviceFields, type DeviceValues } from './device-form';

vi.mock('../shared/use-entries', () => ({
  useEntries: () => ({ data: [] }),
  useDevices: () => ({ data: [] }),
  useSiteNames: () => () => 'Main branch',
}));

/** What the server knows of a device's set-up. */
const known = (): string[] => {
  const contract = readFileSync(join(import.meta.dirname, '../../../../contracts/openapi.json'), 'utf8');
  const { components } = JSON.parse(contract) as { components: { schemas: { DeviceConfig: { properties: object } } } };
  return Object.keys(components.schemas.DeviceConfig.properties).sort();
};

beforeEach(async () => {
  await startTexts();
  await loadTexts('admin');
});

/** The form of a device; `now` is what it holds. */
function form(type: string, config: DeviceConfig = {}) {
  const start: DeviceValues = { name: 'Door', type, site_id: 'main', config };
  const kept = { now: start };
  function Form() {
    const [values, setValues] = useState(start);
    kept.now = values;
    return (
      <MantineProvider>
        <DeviceFields values={values} faults={{}} paired onChange={setValues} />
      </MantineProvider>
    );
  }
  const { container, unmount } = render(<Form />);
  const fields = () => [...new Set([...container.querySelectorAll('[data-field^="config."]')].map((e) => (e.getAttribute('data-field') ?? '').slice('config.'.length)))].sort();
  return { kept, fields, unmount };
}

it('has a field for whatever the server knows of a device', () => {
  const offered = [form('kiosk', { printer: true }), form('display'), form('display', { layout: 'counter' }), form('printer')].flatMap((one) => one.fields());
  expect([...new Set(offered)].sort()).toEqual(known());
});

it('asks of each kind of device what that kind reads', () => {
  const screens = ['diagonal_inches', 'languages', 'public_url'];
  expect(form('kiosk').fields()).toEqual([...screens, 'ask_phone', 'idle_seconds', 'maintenance', 'offline_numbers', 'printer', 'printer_address', 'printer_id', 'scanner', 'spoken'].sort());
  expect(form('display').fields()).toEqual([...screens, 'counters', 'distance_m', 'join_code', 'layout', 'media', 'quiet_from', 'quiet_to', 'sites', 'sound'].sort());
  expect(form('display', { layout: 'counter' }).fields()).toEqual([...screens, 'counters', 'distance_m', 'layout', 'quiet_from', 'quiet_to', 'sound'].sort());
  expect(form('printer').fields()).toEqual(['paper', 'printer_address']);
});

it('keeps what is on unless somebody says otherwise out of the set-up', () => {
  const display = form('display');
  fireEvent.click(screen.getByTestId('device-join-code'));
  fireEvent.click(screen.getByTestId('device-sound'));
  expect(display.kept.now.config).toEqual({ join_code: false, sound: false });
  expect(display.fields()).not.toContain('quiet_from');
  fireEvent.click(screen.getByTestId('device-join-code'));
  expect(display.kept.now.config).toEqual({ sound: false });
  display.unmount();
  const kiosk = form('kiosk');
  fireEvent.click(screen.getByTestId('device-scanner'));
  fireEvent.change(screen.getByTestId('device-public-url'), { target: { value: ' https://q.example ' } });
  expect(kiosk.kept.now.config).toEqual({ scanner: false, public_url: 'https://q.example' });
});
