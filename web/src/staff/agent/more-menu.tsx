import { Menu } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Ticket } from '~/api/shapes';
import { useCan } from '../shared/operations';
import styles from './agent.module.css';
import type { FormKind } from './ticket-form';

interface Props {
  readonly ticket: Ticket | undefined;
  readonly open: boolean;
  readonly setOpen: (open: boolean) => void;
  readonly chord: string;
  readonly disabled: boolean;
  readonly onRun: (ticket: Ticket, operation: string, body?: object) => void;
  readonly onAsk: (kind: FormKind, ticket: Ticket) => void;
}

/** Everything rarer than a key: back into the line, elsewhere, out. Shows what is possible now and nothing else. */
export function MoreMenu({ ticket, open, setOpen, chord, disabled, onRun, onAsk }: Props) {
  const { t } = useTranslation('agent');
  const target = useRef<HTMLButtonElement>(null);
  // Opened by its key, the menu's place may be out of sight.
  useEffect(() => {
    if (open) target.current?.scrollIntoView({ block: 'nearest' });
  }, [open]);
  return (
    <Menu opened={open && !disabled} onChange={setOpen} position="top-end" width={300} hideDetached={false}>
      <Menu.Target>
        <button ref={target} type="button" className={styles.action} aria-disabled={disabled} data-testid="agent-more">
          {t('action.more')}
          <kbd className="staff-kbd">{chord}</kbd>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {ticket === undefined ? <Menu.Label>{t('now.nobody')}</Menu.Label> : <TicketItems ticket={ticket} onRun={onRun} onAsk={onAsk} />}
      </Menu.Dropdown>
    </Menu>
  );
}

type ItemProps = Pick<Props, 'onRun' | 'onAsk'> & { ticket: Ticket };

/** The menu items of one ticket, in hand or in line. */
export function TicketItems({ ticket, onRun, onAsk }: ItemProps) {
  const { t } = useTranslation('agent');
  const can = useCan();
  const may = (operation: string) => can(ticket, operation);
  const items = [
    may('skip') && { key: 'skip', run: () => onRun(ticket, 'skip', { places: 3 }) },
    may('skip') && { key: 'skipToEnd', run: () => onRun(ticket, 'skip', { to_end: true }) },
    may('postpone') && { key: 'postpone', run: () => onRun(ticket, 'postpone', { places: 3 }) },
    may('park') && { key: 'park', run: () => onAsk('park', ticket) },
    may('transfer') && { key: 'transfer', run: () => onAsk('transfer', ticket) },
    may('reprioritise') && { key: 'reprioritise', run: () => onAsk('reprioritise', ticket) },
    ticket.priority.confirmed === false && may('confirm_priority') && { key: 'confirmPriority', run: () => onRun(ticket, 'confirm_priority') },
    may('cancel') && { key: 'cancel', run: () => onAsk('cancel', ticket) },
  ].filter((item) => item !== false);
  return (
    <>
      <Menu.Label>{ticket.number}</Menu.Label>
      {items.map((item) => (
        <Menu.Item key={item.key} color={item.key === 'cancel' ? 'bad' : undefined} onClick={item.run}>
          {t(`more.${item.key}`)}
        </Menu.Item>
      ))}
      {items.length === 0 && <Menu.Label>{t('more.nothing')}</Menu.Label>}
    </>
  );
}
