import { Modal, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Appointment, Slot } from '~/api/shapes';
import { fullDayAndClock } from '~/i18n/format';
import { SlotPicker } from '~/public/book/slots';
import { useOnceTap } from '~/shared/once-tap';
import { useTenantPath } from '../session';
import { Refusal } from '../shared/refusal';
import type { AtSite } from './use-day';
import { useStaffSlots } from './use-source';

interface Props {
  readonly opened: boolean;
  readonly appointment: Appointment;
  readonly site: AtSite['site'];
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Moves an appointment to another free time; a press on the time is enough, and another one moves it back. */
export function MoveDialog({ opened, appointment, site, onClose, onDone }: Props) {
  const { t } = useTranslation('appointments');
  return (
    <Modal opened={opened} onClose={onClose} size="xl" title={t('move.title', { name: appointment.name ?? appointment.reference })} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      {opened && <Move appointment={appointment} site={site} onClose={onClose} onDone={onDone} />}
    </Modal>
  );
}

function Move({ appointment, site, onClose, onDone }: Omit<Props, 'opened'>) {
  const { t } = useTranslation('appointments');
  const base = useTenantPath();
  const source = useStaffSlots(site);
  const [error, setError] = useState<unknown>(null);
  const move = useOnceTap((slot: Slot) => {
    setError(null);
    api.post(`${base}/tickets/appointments/${appointment.id}/reschedule`, { starts_at: slot.starts_at }, { retries: 2 }).then(() => {
      onClose();
      onDone();
    }, setError);
  });
  return (
    <Stack>
      <p>{t('move.now', { time: fullDayAndClock(appointment.starts_at, site.timezone), service: appointment.service_name })}</p>
      <Refusal error={error} />
      <SlotPicker source={source} service={appointment.service_id} chosen={appointment.starts_at} onPick={move} />
    </Stack>
  );
}
