import { Button, Group, Modal, Stack, Table } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { chordOf, COMMANDS, forgetKeys, learn, learnable, useKeys, type Command } from './keys';

/** Shows every key and learns others: press "Change", then the key, or the USB call button. */
export function KeyDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation('agent');
  const keys = useKeys();
  const [teaching, setTeaching] = useState<Command | null>(null);
  const [said, setSaid] = useState('');
  const close = () => {
    setTeaching(null);
    setSaid('');
    onClose();
  };
  useEffect(() => {
    if (!opened || teaching === null) return;
    const onKey = (e: KeyboardEvent) => {
      e.preventDefault();
      e.stopPropagation();
      const chord = chordOf(e);
      if (chord === '') return;
      if (chord === 'Escape') setSaid('');
      else if (learnable(chord)) {
        learn(teaching, chord);
        setSaid(t('keys.learned', { name: t(`keys.${teaching}`), key: chord }));
      } else {
        setSaid(t('keys.needed', { key: chord === ' ' ? t('keys.space') : chord }));
        return;
      }
      setTeaching(null);
    };
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, [opened, teaching, t]);
  return (
    <Modal opened={opened} onClose={close} size="lg" closeOnEscape={teaching === null} title={t('keys.title')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <Stack>
        <p>{t('keys.how')}</p>
        <Table>
          <Table.Tbody>
            {COMMANDS.map((command) => (
              <Table.Tr key={command}>
                <Table.Td>{t(`keys.${command}`)}</Table.Td>
                <Table.Td>{teaching === command ? <strong>{t('keys.press')}</strong> : <kbd className="staff-kbd">{keys[command]}</kbd>}</Table.Td>
                <Table.Td ta="end">
                  <Button variant="default" aria-label={t('keys.changeOf', { name: t(`keys.${command}`) })} onClick={() => setTeaching(command)} data-testid={`agent-key-${command}`}>
                    {t('keys.change')}
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Group justify="space-between">
          <span role="status">{teaching === null ? said : said || t('keys.press')}</span>
          <Button
            variant="default"
            onClick={() => {
              forgetKeys();
              setSaid('');
            }}
          >
            {t('keys.reset')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
