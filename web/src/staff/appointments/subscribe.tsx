import { Button, CopyButton, Group, Modal, Stack, TextInput } from '@mantine/core';
import { IconCalendarShare, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { AskButton } from '../shared/ask-button';
import { Refusal } from '../shared/refusal';

/** The address under which calendars of other programs read these appointments, and how it is ended, after it was asked. */
export function SubscribeButton({ path, off }: { readonly path: string; readonly off: boolean }) {
  const { t } = useTranslation('appointments');
  const [url, setUrl] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [opened, setOpened] = useState(false);
  const [busy, setBusy] = useState(false);
  const run = (work: () => Promise<unknown>) => {
    if (busy) return;
    setBusy(true);
    setError(null);
    work()
      .catch(setError)
      .finally(() => setBusy(false));
  };
  const open = () => {
    if (off) return;
    setOpened(true);
    run(() => api.post<{ url: string }>(path).then((answer) => setUrl(answer.url)));
  };
  const end = () =>
    run(() =>
      api.delete(path).then(() => {
        setUrl(null);
        setOpened(false);
      }),
    );
  return (
    <>
      <Button variant="default" leftSection={<IconCalendarShare size={20} />} aria-disabled={off} data-disabled={off || undefined} onClick={open} data-testid="calendar-subscribe">
        {t('calendar.open')}
      </Button>
      <Modal opened={opened} onClose={() => setOpened(false)} title={t('calendar.title')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
        <Stack>
          <Refusal error={error} />
          <p>{t('calendar.how')}</p>
          {url !== null && (
            <>
              <TextInput label={t('calendar.address')} dir="ltr" readOnly value={url} onFocus={(e) => e.currentTarget.select()} data-testid="calendar-address" />
              <p>{t('calendar.endCost')}</p>
              <Group justify="space-between">
                <AskButton variant="subtle" color="bad" yes={t('calendar.endYes')} busy={busy} onYes={end} testId="calendar-end">
                  {t('calendar.end')}
                </AskButton>
                <CopyButton value={url}>
                  {({ copied, copy }) => (
                    <Button leftSection={<IconCopy size={20} />} onClick={copy}>
                      {t(copied ? 'calendar.copied' : 'calendar.copy')}
                    </Button>
                  )}
                </CopyButton>
              </Group>
            </>
          )}
        </Stack>
      </Modal>
    </>
  );
}
