import { Modal, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Appointment, Slot } from '~/api/shapes';
import { fullDayAndClock } from '~/i18n/format';
import { SlotPicker, type SlotSource, type SlotWish } from '~/public/book/slots';
import { useOnceTap } from '~/shared/once-tap';
import { useTenantPath } from '../session';
import { Refusal } from '../shared/refusal';
import { useNamed } from '../shared/use-named';

interface Props {
  readonly opened: boolean;
  readonly appointment: Appointment;
  readonly zone: string;
  readonly source: SlotSource;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Moves an appointment to another free time; a press on the time is enough, and another one moves it back. */
export function MoveDialog({ opened, appointment, zone, source, onClose, onDone }: Props) {
  const { t } = useTranslation('appointments');
  return (
    <Modal opened={opened} onClose={onClose} size="xl" title={t('move.title', { name: appointment.name ?? appointment.reference })} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      {opened && <Move appointment={appointment} zone={zone} source={source} onClose={onClose} onDone={onDone} />}
    </Modal>
  );
}

function Move({ appointment, zone, source, onClose, onDone }: Omit<Props, 'opened'>) {
  const { t } = useTranslation('appointments');
  const named = useNamed();
  const base = useTenantPath();
  const [error, setError] = useState<unknown>(null);
  const [wish, setWish] = useState<SlotWish>({ staff: appointment.staff_id, people: appointment.party_size });
  const move = useOnceTap((slot: Slot) => {
    setError(null);
    api.post(`${base}/tickets/appointments/${appointment.id}/reschedule`, { starts_at: slot.starts_at, staff_id: wish.staff }, { retries: 2 }).then(() => {
      onClose();
      onDone();
    }, setError);
  });
  return (
    <Stack>
      <p>{t('move.now', { time: fullDayAndClock(appointment.starts_at, zone), service: named(appointment.service_name) })}</p>
      <Refusal error={error} />
      <SlotPicker source={source} service={appointment.service_id} wish={wish} onWish={setWish} chosen={{ starts_at: appointment.starts_at, zone }} onPick={move} />
    </Stack>
  );
}
