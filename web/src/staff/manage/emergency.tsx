import { Alert, Button, Modal, Radio, Stack, TextInput } from '@mantine/core';
import { IconAlertOctagon } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Floor } from '~/api/shapes';
import { may, useTenantPath, useUser } from '../session';
import { Refusal, useFieldFaults } from '../shared/refusal';

interface Props {
  readonly floor: Floor;
  readonly cut: boolean;
  readonly onDone: () => void;
}

function useClosing(floor: Floor, onDone: () => void) {
  const base = useTenantPath();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const send = async (path: 'close' | 'reopen', body: object): Promise<boolean> => {
    setBusy(true);
    setError(null);
    try {
      await api.post(`${base}/sites/${floor.site.id}/${path}`, body);
      onDone();
      return true;
    } catch (e) {
      setError(e);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, setError, send };
}

/** Closes the site at once. Names its cost before, and asks for the reason that everybody will read. */
export function EmergencyButton({ floor, cut, onDone }: Props) {
  const { t } = useTranslation('manage');
  const user = useUser();
  const { busy, error, setError, send } = useClosing(floor, onDone);
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [mode, setMode] = useState('carry_over');
  const faults = useFieldFaults(error);
  if (!may(user, 'tickets:manage') || floor.emergency !== null) return null;
  const close = () => {
    setOpen(false);
    setError(null);
  };
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (!busy) void send('close', { reason: reason.trim(), mode }).then((done) => done && close());
  };
  return (
    <>
      <Button color="bad" variant="outline" leftSection={<IconAlertOctagon size={20} />} disabled={cut} onClick={() => setOpen(true)} data-testid="floor-emergency">
        {t('emergency.open')}
      </Button>
      <Modal opened={open} onClose={close} title={t('emergency.title', { name: floor.site.name })} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
        <form onSubmit={submit} noValidate>
          <Stack>
            <Refusal error={error} label={() => t('emergency.reason')} />
            <p>{floor.strip.waiting === 0 ? t('emergency.free') : t('emergency.cost', { count: floor.strip.waiting })}</p>
            <Radio.Group label={t('emergency.what')} value={mode} onChange={setMode}>
              <Stack gap="xs" mt="xs">
                <Radio value="carry_over" label={t('emergency.carryOver')} />
                <Radio value="rebook" label={t('emergency.rebook')} />
                <Radio value="cancel" label={t('emergency.cancel')} />
              </Stack>
            </Radio.Group>
            <TextInput label={t('emergency.reason')} value={reason} required error={faults['reason']} data-field="reason" dir="auto" onChange={(e) => setReason(e.currentTarget.value)} data-autofocus />
            <Button type="submit" color="bad" loading={busy}>
              {t('emergency.send', { name: floor.site.name })}
            </Button>
          </Stack>
        </form>
      </Modal>
    </>
  );
}

/** The site is closed: why, and the way back. */
export function EmergencyNotice({ floor, cut, onDone }: Props) {
  const { t } = useTranslation('manage');
  const user = useUser();
  const { busy, error, send } = useClosing(floor, onDone);
  if (floor.emergency === null) return null;
  return (
    <Alert color="bad" role="status" icon={<IconAlertOctagon size={20} />} title={t('emergency.closed', { name: floor.site.name })} data-testid="floor-closed">
      <Stack align="flex-start">
        <bdi>{floor.emergency}</bdi>
        <Refusal error={error} quiet />
        {may(user, 'tickets:manage') && (
          <Button loading={busy} disabled={cut} onClick={() => void send('reopen', {})}>
            {t('emergency.reopen', { name: floor.site.name })}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
