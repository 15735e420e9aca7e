import { Button, Modal, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface Props {
  opened: boolean;
  outcomes: { code: string; label: string }[];
  onClose: () => void;
  onPick: (code: string) => void;
}

/** How the service ended, where the service wants to know it. One press each. */
export function OutcomeDialog({ opened, outcomes, onClose, onPick }: Props) {
  const { t } = useTranslation('agent');
  return (
    <Modal opened={opened} onClose={onClose} title={t('outcome.title')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <Stack>
        {outcomes.map((outcome, n) => (
          <Button key={outcome.code} variant="default" size="lg" data-autofocus={n === 0 || undefined} onClick={() => onPick(outcome.code)}>
            {outcome.label}
          </Button>
        ))}
      </Stack>
    </Modal>
  );
}
