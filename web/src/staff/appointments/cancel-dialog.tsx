import { Button, Group, Modal, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Appointment } from '~/api/shapes';
import { fullDayAndClock } from '~/i18n/format';
import { useTenantPath } from '../session';
import { Refusal, useFieldFaults } from '../shared/refusal';
import { useNamed } from '../shared/use-named';

interface Props {
  readonly opened: boolean;
  readonly appointment: Appointment;
  readonly zone: string;
  /** Whoever cancels is the person it is for. */
  readonly own?: boolean;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Asks before an appointment is cancelled: its time is free for others at once, so that cannot be taken back. */
export function CancelDialog({ opened, appointment, zone, own = false, onClose, onDone }: Props) {
  const { t } = useTranslation('appointments');
  return (
    <Modal opened={opened} onClose={onClose} title={own ? t('cancel.ownTitle') : t('cancel.title', { name: appointment.name ?? appointment.reference })} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      {opened && <CancelForm appointment={appointment} zone={zone} own={own} onClose={onClose} onDone={onDone} />}
    </Modal>
  );
}

function CancelForm({ appointment, zone, own, onClose, onDone }: Omit<Props, 'opened'>) {
  const { t } = useTranslation('appointments');
  const named = useNamed();
  const base = useTenantPath();
  const [reason, setReason] = useState('');
  const [extent, setExtent] = useState('this');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const faults = useFieldFaults(error);
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    api
      .post(`${base}/tickets/appointments/${appointment.id}/cancel`, { extent, reason: reason.trim() || null })
      .then(() => {
        onClose();
        onDone();
      }, setError)
      .finally(() => setBusy(false));
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Refusal error={error} label={(field) => t(`cancel.${field}`, { defaultValue: field })} />
        <p>{t('cancel.cost', { time: fullDayAndClock(appointment.starts_at, zone), service: named(appointment.service_name) })}</p>
        {appointment.series_id !== null && (
          <SegmentedControl
            aria-label={t('cancel.extent')}
            value={extent}
            onChange={setExtent}
            data={[
              { value: 'this', label: t('cancel.this') },
              { value: 'following', label: t('cancel.following') },
            ]}
          />
        )}
        <TextInput label={t('cancel.reason')} {...(own ? {} : { description: t('cancel.reasonHint') })} dir="auto" autoComplete="off" value={reason} error={faults['reason']} data-field="reason" onChange={(e) => setReason(e.currentTarget.value)} data-testid="appointment-reason" />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('cancel.keep')}
          </Button>
          <Button type="submit" color="bad" loading={busy} data-testid="appointment-cancel-yes">
            {t('cancel.send')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
