import { Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { ApiFault } from '~/api/fault';
import { useTenantPath } from '../session';
import { AskButton } from '../shared/ask-button';
import { Refusal } from '../shared/refusal';

/** Lets a member in who lost app and recovery codes: with the password alone, after a question. */
export function SecondStepReset({ id, name }: { readonly id: string; readonly name: string }) {
  const { t } = useTranslation('admin');
  const base = useTenantPath();
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState('');
  const [error, setError] = useState<unknown>(null);
  const reset = () => {
    if (busy) return;
    setBusy(true);
    setSaid('');
    setError(null);
    api
      .delete(`${base}/members/${id}/second-factor`)
      .then(
        () => setSaid(t('factor.done', { name })),
        (fault: unknown) => {
          // Nothing was there to take away: that is no mistake of whoever asked.
          if (fault instanceof ApiFault && fault.status === 404) setSaid(t('factor.none', { name }));
          else setError(fault);
        },
      )
      .finally(() => setBusy(false));
  };
  return (
    <Stack gap="xs" align="flex-start">
      <Refusal error={error} onClose={() => setError(null)} />
      <AskButton yes={t('factor.yes', { name })} onYes={reset} busy={busy} testId="admin-factor">
        {t('factor.reset')}
      </AskButton>
      <span role="status" data-testid="admin-factor-said">
        {said}
      </span>
    </Stack>
  );
}
