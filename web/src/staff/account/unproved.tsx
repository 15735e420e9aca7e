import { Alert, Button, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { useUser } from '../session';
import { Refusal } from '../shared/refusal';

/** That one's address is not proved yet, and the mail that proves it once more; nothing where it is. */
export function Unproved() {
  const { t } = useTranslation('account');
  const user = useUser();
  const [state, setState] = useState<'asking' | 'busy' | 'sent'>('asking');
  const [error, setError] = useState<unknown>(null);
  if (user.email_verified) return null;
  const send = () => {
    if (state === 'busy') return;
    setState('busy');
    setError(null);
    api.post('/api/v1/auth/resend-verification').then(
      () => setState('sent'),
      (fault: unknown) => {
        setState('asking');
        setError(fault);
      },
    );
  };
  return (
    <Alert color="warn" role="status" title={t('unproved.title')} data-testid="account-unproved">
      <Stack gap="sm" align="flex-start">
        {state === 'sent' ? t('unproved.sent', { email: user.email }) : t('unproved.why')}
        <Refusal error={error} />
        {state !== 'sent' && (
          <Button variant="default" loading={state === 'busy'} onClick={send} data-testid="account-prove">
            {t('unproved.send')}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
