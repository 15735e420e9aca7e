import { Button, Group, Modal, Stack } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

/**
 * Asks before unsaved changes are lost: by closing the form, by going to another screen, by closing the page.
 * `close` closes at once when there is nothing to lose; while `asking`, Escape belongs to the question.
 */
export function useLeaving(dirty: boolean, onClose: () => void): { close: () => void; asking: boolean; question: React.ReactNode } {
  const { t } = useTranslation('admin');
  const [asked, setAsked] = useState(false);
  const blocker = useBlocker({ shouldBlockFn: () => dirty, enableBeforeUnload: () => dirty, withResolver: true });
  const going = blocker.status === 'blocked';
  // The Escape that asks must not answer as well: the question hears keys only once it stands there.
  const [settled, setSettled] = useState(false);
  const stay = () => {
    setAsked(false);
    if (going) blocker.reset();
  };
  const leave = () => {
    setAsked(false);
    if (going) blocker.proceed();
    else onClose();
  };
  return {
    asking: asked || going,
    close: () => (dirty ? setAsked(true) : onClose()),
    question: (
      <Modal opened={asked || going} onClose={stay} closeOnEscape={settled} onEnterTransitionEnd={() => setSettled(true)} onExitTransitionEnd={() => setSettled(false)} title={t('form.leaveTitle')} closeButtonProps={{ 'aria-label': t('common:action.close') }} data-testid="admin-leaving">
        <Stack>
          <p>{t('form.leaveCost')}</p>
          <Group justify="flex-end">
            <Button variant="default" onClick={leave} data-testid="admin-discard">
              {t('form.discard')}
            </Button>
            <Button onClick={stay} data-autofocus data-testid="admin-stay">
              {t('form.stay')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    ),
  };
}
