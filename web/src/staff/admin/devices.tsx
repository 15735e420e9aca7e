import { Button, Group, Modal, Stack, Table, TextInput } from '@mantine/core';
import { IconDeviceTv, IconPlugConnected, IconPlugConnectedX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api, withQuery } from '~/api/client';
import type { Device, PairingShown } from '~/api/shapes';
import { dayAndClock } from '~/i18n/format';
import { Fault, Loading, Message } from '~/shared/states';
import { useTenantPath } from '../session';
import { Refusal, useFieldFaults } from '../shared/refusal';
import { useDevices, useSiteNames } from '../shared/use-entries';
import styles from './admin.module.css';
import { ListPart, ListTable, MORE } from './list-parts';
import { TestDialog, tasksOf } from './device-tests';
import { placeOf, tooFar } from './device-config';
import { DeviceFields, NEW_DEVICE, NEW_PRINTER, valuesOf, type DeviceValues } from './device-form';
import { DeviceEffect } from './effect';
import { useFieldLabel } from './fields';
import { useLeaving } from './leaving';
import { same } from './nouns';
import { SaveBar } from './save-bar';
import { ScreenPreview, useBoardOf } from './screen-preview';

interface Props {
  readonly search: string;
  readonly onDone: (said: string) => void;
}

/**
 * Kiosks and boards: pair one by the code that it shows, see when each was last heard of, set it up, let it go. Printers
 * show no code: they are added by their address.
 */
export function DeviceList({ search, onDone }: Props) {
  const { t } = useTranslation('admin');
  const [open, setOpen] = useState<{ what: 'pair' | 'printer' } | { what: 'edit' | 'remove' | 'test'; device: Device } | null>(null);
  const devices = useDevices();
  const siteOf = useSiteNames();
  const searching = search !== '';
  const typeOf = (device: Device) => (device.type === 'display' ? t(`device.place.${placeOf(device.config)}`) : t(`type.${device.type}`, { defaultValue: device.type }));
  const found = (devices.data ?? []).filter((d) => [d.name, typeOf(d), siteOf(d)].some((text) => text.toLowerCase().includes(search.toLowerCase())));
  if (searching && devices.data !== undefined && found.length === 0) return null;
  const done = (said: string) => {
    setOpen(null);
    void devices.refetch();
    onDone(said);
  };
  let body;
  if (devices.data === undefined) body = devices.isError ? <Fault error={devices.error} onRetry={() => void devices.refetch()} /> : <Loading rows={3} />;
  else if (devices.data.length === 0) body = <Message title={t('list.never', { noun: t('noun.devices') })} text={t('begin.devices')} icon={<IconDeviceTv size={40} aria-hidden />} />;
  else {
    body = (
      <ListTable columns={[{ name: t('field.name') }, { name: t('field.type'), className: MORE }, { name: t('field.site_id'), className: MORE }, { name: t('device.seen') }]}>
        {found.map((device) => (
          <Table.Tr key={device.id}>
            <Table.Td>
              <bdi>{device.name}</bdi>
            </Table.Td>
            <Table.Td className={MORE}>{typeOf(device)}</Table.Td>
            <Table.Td className={MORE}>
              <bdi>{siteOf(device)}</bdi>
            </Table.Td>
            <Table.Td>
              <Presence device={device} />
            </Table.Td>
            <Table.Td>
              <Group justify="flex-end" gap="xs">
                <Button variant="default" aria-label={t('list.editOf', { name: device.name })} onClick={() => setOpen({ what: 'edit', device })}>
                  {t('list.edit')}
                </Button>
                {tasksOf(device.type).length > 0 && (
                  <Button variant="default" aria-label={t('device.testTitle', { name: device.name })} onClick={() => setOpen({ what: 'test', device })}>
                    {t('device.test')}
                  </Button>
                )}
                <Button variant="subtle" color="bad" aria-label={t('device.removeTitle', { name: device.name })} onClick={() => setOpen({ what: 'remove', device })}>
                  {t('device.remove')}
                </Button>
              </Group>
            </Table.Td>
          </Table.Tr>
        ))}
      </ListTable>
    );
  }
  return (
    <ListPart
      name={t('noun.devices')}
      action={
        !searching && (
          <Group gap="xs">
            <Button variant="default" onClick={() => setOpen({ what: 'printer' })} data-testid="admin-add-printer">
              {t('device.addPrinter')}
            </Button>
            <Button onClick={() => setOpen({ what: 'pair' })} data-testid="admin-pair-device">
              {t('device.pair')}
            </Button>
          </Group>
        )
      }
    >
      {body}
      {open?.what === 'pair' && <PairDialog onClose={() => setOpen(null)} onDone={done} />}
      {open?.what === 'printer' && <PrinterDialog onClose={() => setOpen(null)} onDone={done} />}
      {open?.what === 'edit' && <SetUpDialog device={open.device} onClose={() => setOpen(null)} onDone={done} />}
      {open?.what === 'test' && <TestDialog device={open.device} onClose={() => setOpen(null)} />}
      {open?.what === 'remove' && <RemoveDialog device={open.device} onClose={() => setOpen(null)} onDone={done} />}
    </ListPart>
  );
}

/** Whether a device lives, since when not, and what it last complained of. */
function Presence({ device }: { device: Device }) {
  const { t } = useTranslation('admin');
  const { paper, printer } = device;
  const { audio, refused } = device.report;
  const Icon = device.online ? IconPlugConnected : IconPlugConnectedX;
  return (
    <span className={styles.presence} data-online={device.online}>
      <Icon size={20} aria-hidden />
      {device.online ? t('device.online') : device.last_seen === null ? t('device.neverSeen') : t('device.silentSince', { time: dayAndClock(device.last_seen) })}
      {paper !== 'ok' && ` · ${t(`device.paper.${paper}`)}`}
      {printer === 'away' && ` · ${t('device.printerAway')}`}
      {Array.isArray(refused) && refused.length > 0 && ` · ${t('device.notTakenIn', { numbers: refused.join(', ') })}`}
      {audio === 'blocked' && ` · ${t('device.soundBlocked')}`}
      {audio === 'chime' && ` · ${t('device.noVoice')}`}
    </span>
  );
}

interface DialogProps {
  readonly onClose: () => void;
  readonly onDone: (said: string) => void;
}

function RemoveDialog({ device, onClose, onDone }: DialogProps & { device: Device }) {
  const { t } = useTranslation('admin');
  const base = useTenantPath();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const remove = () => {
    setBusy(true);
    setError(null);
    api
      .delete(`${base}/devices/${device.id}`)
      .then(() => onDone(t('form.deleted', { name: device.name })), setError)
      .finally(() => setBusy(false));
  };
  return (
    <Modal opened onClose={onClose} title={t('device.removeAsk', { name: device.name })} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <Stack>
        <Refusal error={error} />
        <p>{t(`device.removeCost.${device.type}`, { defaultValue: t('device.removeCost.other') })}</p>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('form.keep')}
          </Button>
          <Button color="bad" loading={busy} onClick={remove}>
            {t('device.removeTitle', { name: device.name })}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function SetUpDialog({ device, onClose, onDone }: DialogProps & { device: Device }) {
  const { t } = useTranslation('admin');
  const base = useTenantPath();
  const labelOf = useFieldLabel();
  const start = valuesOf(device);
  const [values, setValues] = useState(start);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const faults = useFieldFaults(error);
  const dirty = !same(start, values);
  const leaving = useLeaving(dirty && !busy, onClose);
  const shown = device.type === 'kiosk' || device.type === 'display' ? device.type : null;
  const board = useBoardOf(values.site_id);
  const changes = (['name', 'site_id', 'config'] as const).filter((part) => !same(start[part], values[part]));
  const save = (e: FormEvent) => {
    e.preventDefault();
    if (busy || tooFar(values.config) !== null) return;
    setBusy(true);
    setError(null);
    api
      .put(`${base}/devices/${device.id}`, Object.fromEntries(changes.map((part) => [part, values[part]])), { headers: { 'if-match': `"${device.version}"` } })
      .then(() => onDone(t('form.saved', { name: values.name })), setError)
      .finally(() => setBusy(false));
  };
  return (
    <Modal opened size={shown === null ? 'md' : 'xl'} onClose={leaving.close} closeOnEscape={!leaving.asking} title={device.name} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <form onSubmit={save} noValidate>
        <Stack>
          <Refusal error={error} label={labelOf} />
          <div className={shown === null ? '' : styles.brandColumns}>
            <Stack>
              <DeviceFields values={values} faults={faults} paired onChange={setValues} />
            </Stack>
            {shown !== null && board !== undefined && (
              <div className={styles.previews}>
                <ScreenPreview what={shown} board={board} config={values.config} />
              </div>
            )}
          </div>
        </Stack>
        <SaveBar count={changes.length} busy={busy} effect={<DeviceEffect device={device} />} onDiscard={() => setValues(start)} />
      </form>
      {leaving.question}
    </Modal>
  );
}

const CODE_LENGTH = 8;

/** Letters that look alike are not in a code, so what was typed can be cleaned without a doubt. */
export function cleanCode(text: string): string {
  return text
    .toUpperCase()
    .replace(/[^A-Z2-9]/g, '')
    .slice(0, CODE_LENGTH);
}

/** What the screen that shows a code says that it is; null while nobody knows. */
function useShown(code: string): string | null {
  const base = useTenantPath();
  const whole = code.length === CODE_LENGTH;
  const shown = useQuery({
    queryKey: ['shown', base, code],
    queryFn: () => api.get<PairingShown>(withQuery(`${base}/devices/pairing`, { code })),
    enabled: whole,
    // A code that nobody shows is said so where it is sent.
    retry: false,
  });
  return whole ? (shown.data?.type ?? null) : null;
}

function PairDialog({ onClose, onDone }: DialogProps) {
  const { t } = useTranslation('admin');
  const base = useTenantPath();
  const labelOf = useFieldLabel();
  const [code, setCode] = useState('');
  const [entered, setEntered] = useState<DeviceValues>(NEW_DEVICE);
  const shown = useShown(code);
  // The screen knows what it is; whoever pairs it has the last word.
  const values = { ...entered, type: entered.type === '' ? (shown ?? '') : entered.type };
  const change = (next: DeviceValues) => setEntered({ ...next, type: next.type === values.type ? entered.type : next.type });
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const faults = useFieldFaults(error);
  const send = (e: FormEvent) => {
    e.preventDefault();
    if (busy || tooFar(values.config) !== null) return;
    setBusy(true);
    setError(null);
    const { site_id, type, ...rest } = values;
    api
      .post(`${base}/devices/pair`, { code, ...rest, ...(type !== '' && { type }), ...(site_id !== '' && { site_id }) })
      .then(() => onDone(t('device.paired', { name: values.name })), setError)
      .finally(() => setBusy(false));
  };
  return (
    <Modal opened onClose={onClose} title={t('device.pair')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <form onSubmit={send} noValidate data-testid="device-pair-form">
        <Stack>
          <p>{t('device.how')}</p>
          <Refusal error={error} label={labelOf} />
          <TextInput
            label={t('device.code')}
            dir="ltr"
            autoComplete="off"
            required
            data-autofocus
            data-field="code"
            data-testid="device-code"
            classNames={{ input: styles.code ?? '' }}
            error={faults['code']}
            value={code.replace(/(.{4})(?=.)/, '$1 ')}
            onChange={(e) => setCode(cleanCode(e.currentTarget.value))}
          />
          <DeviceFields values={values} faults={faults} paired={false} onChange={change} />
          <Button type="submit" loading={busy} data-testid="device-pair">
            {t('device.pair')}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}

function PrinterDialog({ onClose, onDone }: DialogProps) {
  const { t } = useTranslation('admin');
  const base = useTenantPath();
  const labelOf = useFieldLabel();
  const [values, setValues] = useState<DeviceValues>(NEW_PRINTER);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const faults = useFieldFaults(error);
  const leaving = useLeaving(!same(NEW_PRINTER, values) && !busy, onClose);
  const send = (e: FormEvent) => {
    e.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    const { site_id, ...rest } = values;
    api
      .post(`${base}/devices`, { ...rest, ...(site_id !== '' && { site_id }) })
      .then(() => onDone(t('device.printerAdded', { name: values.name })), setError)
      .finally(() => setBusy(false));
  };
  return (
    <Modal opened onClose={leaving.close} closeOnEscape={!leaving.asking} title={t('device.addPrinter')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <form onSubmit={send} noValidate data-testid="device-printer-form">
        <Stack>
          <p>{t('device.printerHow')}</p>
          <Refusal error={error} label={labelOf} />
          <DeviceFields values={values} faults={faults} paired onChange={setValues} />
          <Button type="submit" loading={busy} data-testid="device-printer-add">
            {t('device.addPrinter')}
          </Button>
        </Stack>
      </form>
      {leaving.question}
    </Modal>
  );
}
