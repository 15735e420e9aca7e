import { Button, Modal, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Appointment, Slot, Waiting } from '~/api/shapes';
import { fullDayAndClock } from '~/i18n/format';
import { SlotPicker, type SlotSource, type SlotWish } from '~/public/book/slots';
import { useOnceTap } from '~/shared/once-tap';
import { may, useTenantPath, useUser } from '../session';
import { Refusal } from '../shared/refusal';
import { useNamed } from '../shared/use-named';
import { OnWaitlist, WaitForm, type Dates } from './wait-form';
import { whoOf, type Who } from './who';

interface Props {
  readonly opened: boolean;
  readonly appointment: Appointment;
  readonly zone: string;
  readonly source: SlotSource;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/**
 * Moves an appointment to another free time; a press on the time is enough, and another one moves it back. Where nothing
 * is free, staff put the person on the waitlist; the appointment stays until they have a better one.
 */
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
  const staff = may(useUser(), 'appointments:write');
  const [error, setError] = useState<unknown>(null);
  const [dates, setDates] = useState<Dates | null>(null);
  const [who, setWho] = useState<Who>(() => ({ ...whoOf(appointment), customer: appointment.customer_id === null ? null : { id: appointment.customer_id, name: appointment.name ?? '', phone: appointment.phone, email: appointment.email } }));
  const [waits, setWaits] = useState<Waiting | null>(null);
  const [wish, setWish] = useState<SlotWish>({ staff: appointment.staff_id, people: appointment.party_size });
  const move = useOnceTap((slot: Slot) => {
    setError(null);
    api.post(`${base}/tickets/appointments/${appointment.id}/reschedule`, { starts_at: slot.starts_at, staff_id: wish.staff }, { retries: 2 }).then(() => {
      onClose();
      onDone();
    }, setError);
  });
  if (waits !== null && dates !== null) {
    return (
      <OnWaitlist entry={waits} dates={dates}>
        <Button onClick={onClose}>{t('common:action.done')}</Button>
      </OnWaitlist>
    );
  }
  if (dates !== null) {
    return (
      <WaitForm
        siteId={appointment.site_id}
        service={appointment.service_id}
        dates={dates}
        who={who}
        onWho={setWho}
        onBack={() => setDates(null)}
        onDone={(entry) => {
          setWaits(entry);
          onDone();
        }}
      />
    );
  }
  return (
    <Stack>
      <p>{t('move.now', { time: fullDayAndClock(appointment.starts_at, zone), service: named(appointment.service_name) })}</p>
      <Refusal error={error} />
      <SlotPicker source={source} service={appointment.service_id} wish={wish} onWish={setWish} chosen={{ starts_at: appointment.starts_at, zone }} onPick={move} {...(staff && { onNone: (from: string, to: string) => setDates({ from, to }), waitLabel: t('waitlist.open'), noneText: t('waitlist.none') })} />
    </Stack>
  );
}
