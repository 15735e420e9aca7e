import { Button, Group, Modal, Stack, Table } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { chordOf, COMMANDS, forgetKeys, learn, useKeys, type Command } from './keys';

/** Shows every key and learns others: press "Change", then the key, or the USB call button. */
export function KeyDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation('agent');
  const keys = useKeys();
  const [teaching, setTeaching] = useState<Command | null>(null);
  useEffect(() => {
    if (!opened || teaching === null) return;
    const onKey = (e: KeyboardEvent) => {
      e.preventDefault();
      e.stopPropagation();
      const chord = chordOf(e);
      if (chord === '') return;
      if (chord !== 'Escape') learn(teaching, chord);
      setTeaching(null);
    };
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, [opened, teaching]);
  return (
    <Modal opened={opened} onClose={onClose} closeOnEscape={teaching === null} title={t('keys.title')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <Stack>
        <Table>
          <Table.Tbody>
            {COMMANDS.map((command) => (
              <Table.Tr key={command}>
                <Table.Td>{t(`keys.${command}`)}</Table.Td>
                <Table.Td>
                  <kbd>{teaching === command ? t('keys.press') : keys[command]}</kbd>
                </Table.Td>
                <Table.Td>
                  <Button variant="default" size="sm" aria-label={t('keys.changeOf', { name: t(`keys.${command}`) })} onClick={() => setTeaching(command)}>
                    {t('keys.change')}
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Group justify="flex-end">
          <Button variant="default" onClick={forgetKeys}>
            {t('keys.reset')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
