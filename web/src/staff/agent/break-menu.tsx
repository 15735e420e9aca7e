import { Button, Menu } from '@mantine/core';
import { IconCoffee } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Console } from '~/api/shapes';
import type { AgentConsole } from './use-console';

/** A reason for a break in the reader's language; a tenant's own reasons are as the tenant wrote them. */
export function useReason(): (reason: string) => string {
  const { t } = useTranslation('agent');
  return (reason) => t(`break.reason.${reason}`, { defaultValue: reason });
}

/** Begins a break with its reason, and ends it. */
export function BreakMenu({ console, data, off }: { console: AgentConsole; data: Console; off: boolean }) {
  const { t } = useTranslation('agent');
  const inWords = useReason();
  if (data.agent.status === 'paused') {
    return (
      <Button leftSection={<IconCoffee size={20} />} disabled={off} onClick={() => void console.act('/agents/set-status', { status: 'available' })}>
        {t('break.end')}
      </Button>
    );
  }
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconCoffee size={20} />} disabled={off} data-testid="agent-break">
          {t('break.start')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {data.pause_reasons.map((reason) => (
          <Menu.Item key={reason} onClick={() => void console.act('/agents/set-status', { status: 'paused', reason })}>
            {inWords(reason)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
