import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconHistory, IconMessage2, IconTag, IconUser } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Ticket } from '~/api/shapes';
import { CustomerDrawer } from '../customer/drawer';
import { may, useUser } from '../session';
import { HappenedDialog } from './happened';
import { OpinionDialog } from './opinion';
import { TagsDialog } from './tags';

type Part = 'happened' | 'tags' | 'opinion' | 'customer';

interface Props {
  readonly ticket: Ticket;
  readonly timeZone: string | undefined;
  /** Nothing can be sent now; what is there can still be read. */
  readonly off: boolean;
  /** The ticket has other marks now. */
  readonly onChanged: () => void;
}

/** What else there is of a ticket: what happened to it, its person, its marks, and what was said of it. */
export function TicketMenu({ ticket, timeZone, off, onChanged }: Props) {
  const { t } = useTranslation('story');
  const user = useUser();
  const [open, setOpen] = useState<Part | null>(null);
  // A long list has hundreds of these: what nobody asked for is not there, what was closed may fade.
  const [last, setLast] = useState<Part | null>(null);
  const close = () => setOpen(null);
  const show = (part: Part) => {
    setLast(part);
    setOpen(part);
  };
  const known = ticket.customer_id !== null && may(user, 'customers:read');
  const items = [
    may(user, 'tickets:read') && { key: 'happened' as const, icon: <IconHistory size={20} /> },
    known && { key: 'customer' as const, icon: <IconUser size={20} /> },
    !off && may(user, 'tickets:issue') && { key: 'tags' as const, icon: <IconTag size={20} /> },
    !off && ticket.status === 'served' && may(user, 'tickets:serve') && { key: 'opinion' as const, icon: <IconMessage2 size={20} /> },
  ].filter((item) => item !== false);
  if (items.length === 0) return null;
  return (
    <>
      <Menu position="bottom-end" width={280} withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={44} aria-label={t('menu.of', { number: ticket.number })} data-testid="ticket-menu">
            <IconDots size={20} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{ticket.number}</Menu.Label>
          {items.map(({ key, icon }) => (
            <Menu.Item key={key} leftSection={icon} onClick={() => show(key)} data-testid={`ticket-menu-${key}`}>
              {t(`menu.${key}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {last === 'happened' && <HappenedDialog ticket={ticket} timeZone={timeZone} opened={open === 'happened'} onClose={close} />}
      {last === 'tags' && <TagsDialog ticket={ticket} opened={open === 'tags'} onClose={close} onDone={onChanged} />}
      {last === 'opinion' && <OpinionDialog ticket={ticket} opened={open === 'opinion'} onClose={close} />}
      {known && last === 'customer' && <CustomerDrawer id={open === 'customer' ? ticket.customer_id : null} cut={off} onClose={close} />}
    </>
  );
}
