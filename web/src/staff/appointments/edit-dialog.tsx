import { Button, Group, Modal, Stack } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Appointment } from '~/api/shapes';
import { useTenantPath } from '../session';
import { Refusal, useFieldFaults } from '../shared/refusal';
import { useDeed } from '../shared/use-deed';
import { saidOf, WhoFields, whoOf } from './who';

interface Props {
  readonly opened: boolean;
  readonly appointment: Appointment;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Changes what an appointment says of whom it is for. */
export function EditDialog({ opened, appointment, onClose, onDone }: Props) {
  const { t } = useTranslation('appointments');
  return (
    <Modal opened={opened} onClose={onClose} size="lg" title={t('edit.title', { name: appointment.name ?? appointment.reference })} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      {opened && <EditForm appointment={appointment} onClose={onClose} onDone={onDone} />}
    </Modal>
  );
}

function EditForm({ appointment, onClose, onDone }: Omit<Props, 'opened'>) {
  const { t } = useTranslation('appointments');
  const base = useTenantPath();
  // What somebody else changes meanwhile is not overwritten: it is refused, and said.
  const [{ id, version }] = useState(appointment);
  const [who, setWho] = useState(() => whoOf(appointment));
  const deed = useDeed();
  const faults = useFieldFaults(deed.error);
  const submit = (e: FormEvent) => {
    e.preventDefault();
    deed.run(
      () => api.put(`${base}/tickets/appointments/${id}`, saidOf(who), { headers: { 'if-match': `"${version}"` } }),
      () => {
        onClose();
        onDone();
      },
    );
  };
  return (
    <form onSubmit={submit} noValidate data-testid="appointment-edit-form">
      <Stack>
        <Refusal error={deed.error} label={(field) => t(`book.${field}`, { defaultValue: field })} />
        <WhoFields who={who} faults={faults} onChange={setWho} picks={false} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common:action.cancel')}
          </Button>
          <Button type="submit" loading={deed.busy} data-testid="appointment-save">
            {t('edit.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
