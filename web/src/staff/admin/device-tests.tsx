import { Button, Group, Modal, Stack } from '@mantine/core';
import { IconBell, IconMicrophone, IconPrinter } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { ApiFault } from '~/api/fault';
import type { Device, DeviceTask, DeviceTest, Frame, TestOutcome } from '~/api/shapes';
import { useLive } from '~/live/use-live';
import { uuid } from '~/shared/random';
import { useTenantPath } from '../session';
import { Refusal } from '../shared/refusal';

/** An answer that has not come by now is looked for once more; after that there is none. */
const PATIENCE_MS = 20_000;

const ICONS = { print: IconPrinter, chime: IconBell, voice: IconMicrophone } as const;

/** What a device of this type can be asked to show. */
export function tasksOf(type: Device['type']): readonly DeviceTask[] {
  if (type === 'kiosk') return ['print', 'chime', 'voice'];
  if (type === 'printer') return ['print'];
  return type === 'display' ? ['chime', 'voice'] : [];
}

/** What the server's refusal says of a printer that it was to print at; null where it is about something else. */
export function printedAs(error: unknown): TestOutcome | null {
  const code = error instanceof ApiFault ? error.code : '';
  if (code === 'printer_out_of_paper') return 'no_paper';
  return code === 'printer_away' ? 'printer_away' : null;
}

/** What a frame of the device's room says of its newest test; the first one carries the device as it stands. */
export function testedIn({ type, data }: Frame): DeviceTest | null {
  if (type !== 'snapshot' && type !== 'device.tested') return null;
  return ((data ?? {}) as { test?: DeviceTest | null }).test ?? null;
}

/** Has a device print, chime or speak, and shows what it says of that as soon as it does. */
export function TestDialog({ device, onClose }: { readonly device: Device; readonly onClose: () => void }) {
  const { t } = useTranslation('admin');
  const base = useTenantPath();
  const [asked, setAsked] = useState<DeviceTest | null>(null);
  const [late, setLate] = useState<DeviceTest | null>(null);
  const [given, setGiven] = useState(false);
  const [busy, setBusy] = useState<DeviceTask | null>(null);
  const [error, setError] = useState<unknown>(null);
  const { data: told } = useLive<DeviceTest | null>(`${base}/events?rooms=device:${device.id}`, (before, frame) => testedIn(frame) ?? before);
  const answer = [told, late].find((one) => one?.id === asked?.id && one?.outcome != null) ?? null;
  const waits = asked !== null && answer === null && !given;
  useEffect(() => {
    if (!waits) return undefined;
    const timer = setTimeout(() => {
      // Its word may have been lost on the way here.
      api.get<Device>(`${base}/devices/${device.id}`).then(
        (now) => {
          setLate(now.test);
          setGiven(true);
        },
        (fault: unknown) => {
          setError(fault);
          setGiven(true);
        },
      );
    }, PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [waits, base, device.id]);
  const ask = (what: DeviceTask) => {
    if (busy !== null) return;
    setBusy(what);
    setError(null);
    setAsked(null);
    setGiven(false);
    if (device.type === 'printer') {
      // The server prints there itself, and its answer is the outcome.
      const test: DeviceTest = { id: uuid(), what, asked_at: new Date().toISOString(), outcome: null, answered_at: null };
      const ended = (outcome: TestOutcome) => {
        setAsked(test);
        setLate({ ...test, outcome });
      };
      api
        .post(`${base}/devices/${device.id}/print-test`, {})
        .then(
          () => ended('done'),
          (fault: unknown) => {
            const outcome = printedAs(fault);
            if (outcome === null) setError(fault);
            else ended(outcome);
          },
        )
        .finally(() => setBusy(null));
      return;
    }
    api
      .post<DeviceTest>(`${base}/devices/${device.id}/tests`, { what })
      .then(setAsked, setError)
      .finally(() => setBusy(null));
  };
  const outcome = answer?.outcome ?? null;
  return (
    <Modal opened onClose={onClose} title={t('device.testTitle', { name: device.name })} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <Stack>
        <Refusal error={error} onClose={() => setError(null)} />
        {!device.online && <p>{t('device.testOffline')}</p>}
        <Group gap="sm">
          {tasksOf(device.type).map((what) => {
            const Icon = ICONS[what];
            return (
              <Button key={what} variant="default" leftSection={<Icon size={20} aria-hidden />} loading={busy === what || (waits && asked?.what === what)} onClick={() => ask(what)} data-testid={`device-test-${what}`}>
                {t(`device.task.${what}`)}
              </Button>
            );
          })}
        </Group>
        <p role="status" data-testid="device-test-said" data-outcome={outcome ?? undefined}>
          {asked !== null && (outcome !== null ? t(`device.outcome.${outcome}`) : given ? t('device.outcome.none') : t('device.testWaits'))}
        </p>
      </Stack>
    </Modal>
  );
}
