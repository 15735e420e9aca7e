import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { signOut, useTenantPath, useUser } from '../session';
import { Refusal, useFieldFaults } from '../shared/refusal';

interface Props {
  readonly opened: boolean;
  /** Whose data of the person it is. */
  readonly name: string;
  readonly onClose: () => void;
}

/** Asks before somebody is forgotten, and has them type their address: it cannot be taken back. */
export function EraseDialog({ opened, name, onClose }: Props) {
  const { t } = useTranslation('account');
  return (
    <Modal opened={opened} onClose={onClose} title={t('data.eraseTitle', { name })} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      {opened && <EraseForm onClose={onClose} />}
    </Modal>
  );
}

function EraseForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('account');
  const base = useTenantPath();
  const user = useUser();
  const [confirm, setConfirm] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const faults = useFieldFaults(error);
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    api.post(`${base}/customers/me/erase`, { confirm }).then(
      // The session may have ended with the account by now, which is no fault.
      () => signOut().catch(() => undefined),
      (refused: unknown) => {
        setBusy(false);
        setError(refused);
      },
    );
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Refusal error={error} label={(field) => t(`data.${field}`, { defaultValue: field })} />
        <p>{t('data.eraseCost')}</p>
        <TextInput label={t('data.confirm')} description={t('data.confirmHint', { email: user.email })} type="email" dir="ltr" autoComplete="off" value={confirm} error={faults['confirm']} data-field="confirm" onChange={(e) => setConfirm(e.currentTarget.value)} data-testid="account-erase-confirm" />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('data.keep')}
          </Button>
          <Button type="submit" color="bad" loading={busy} data-testid="account-erase-yes">
            {t('data.send')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
