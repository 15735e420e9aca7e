import { Alert, Button, Modal, Radio, Stack, TextInput } from '@mantine/core';
import { IconAlertOctagon } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { useFaultText } from '~/shared/states';
import { useTenantPath } from '../session';

/** Closes the site at once. Names its cost before, and asks for the reason that everybody will read. */
export function EmergencyButton({ siteId, waiting, onDone }: { siteId: string; waiting: number; onDone: () => void }) {
  const { t } = useTranslation('manage');
  const words = useFaultText();
  const base = useTenantPath();
  const [open, setOpen] = useState(false);
  const [closed, setClosed] = useState(false);
  const [reason, setReason] = useState('');
  const [mode, setMode] = useState('carry_over');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const send = async (path: string, body: object) => {
    setBusy(true);
    setError(null);
    try {
      await api.post(`${base}/sites/${siteId}/${path}`, body);
      setClosed(path === 'close');
      setOpen(false);
      onDone();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  if (closed) {
    return (
      <Button loading={busy} onClick={() => void send('reopen', {})}>
        {t('emergency.reopen')}
      </Button>
    );
  }
  return (
    <>
      <Button color="bad" variant="outline" leftSection={<IconAlertOctagon size={20} />} onClick={() => setOpen(true)}>
        {t('emergency.open')}
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} title={t('emergency.title')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
        <Stack>
          <p>{t('emergency.cost', { count: waiting })}</p>
          {error !== null && <Alert color="bad" title={words(error).title}>{words(error).text}</Alert>}
          <Radio.Group label={t('emergency.what')} value={mode} onChange={setMode}>
            <Stack gap="xs" mt="xs">
              <Radio value="carry_over" label={t('emergency.carryOver')} />
              <Radio value="cancel" label={t('emergency.cancel')} />
            </Stack>
          </Radio.Group>
          <TextInput label={t('emergency.reason')} value={reason} required onChange={(e) => setReason(e.currentTarget.value)} data-autofocus />
          <Button color="bad" disabled={reason.trim() === ''} loading={busy} onClick={() => void send('close', { reason: reason.trim(), mode })}>
            {t('emergency.send')}
          </Button>
        </Stack>
      </Modal>
    </>
  );
}
