import { Popover } from '@mantine/core';
import { IconHelpCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Ticket } from '~/api/shapes';
import { number } from '~/i18n/format';
import { Fault, Loading } from '~/shared/states';
import { useTenantPath } from '../session';
import styles from './agent.module.css';

interface Term {
  readonly name: string;
  readonly value: number;
  readonly text: string;
}

interface Explanation {
  readonly terms: readonly Term[];
  /** The numbers before it, twenty at most. */
  readonly ahead: readonly string[];
}

/** A head start of more than a day is no head start: this class always comes first. */
const ALWAYS = 24 * 60;

/** Why this ticket stands where it stands. */
export function Why({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation('agent');
  const base = useTenantPath();
  const [open, setOpen] = useState(false);
  const why = useQuery({
    queryKey: ['explain', ticket.id, ticket.version, ticket.people_ahead],
    queryFn: () => api.get<Explanation>(`${base}/tickets/${ticket.id}/explain`),
    enabled: open,
  });
  return (
    <Popover opened={open} onChange={setOpen} width={340} position="bottom-end" withArrow trapFocus returnFocus>
      <Popover.Target>
        <button type="button" className={styles.why} aria-label={t('line.why', { number: ticket.number })} aria-expanded={open} onClick={() => setOpen(!open)}>
          <IconHelpCircle size={20} aria-hidden />
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        {why.isError && <Fault error={why.error} onRetry={() => void why.refetch()} />}
        {why.isPending && open && <Loading rows={1} />}
        {why.data !== undefined && <Reasons ticket={ticket} why={why.data} />}
      </Popover.Dropdown>
    </Popover>
  );
}

function Reasons({ ticket, why }: { ticket: Ticket; why: Explanation }) {
  const { t } = useTranslation('agent');
  const ahead = ticket.people_ahead ?? why.ahead.length;
  const say = ({ name, value, text }: Term) => {
    const minutes = number(Math.abs(value), { maximumFractionDigits: 1 });
    const level = t(`class.${ticket.priority.class}`, { defaultValue: ticket.priority.class });
    if (name === 'entered') return t('why.entered', { minutes });
    if (name === 'target') return t('why.target', { minutes });
    if (name === 'moved') return value > 0 ? t('why.movedBack') : t('why.movedForward');
    if (name === 'with') return t('why.with', { name: ticket.for_agent_name ?? '' });
    if (name === 'skills') return t('why.skills', { count: value });
    if (name !== 'head_start') return text;
    if (value === 0) return t('why.unconfirmed', { level });
    return value > ALWAYS ? t('why.always', { level }) : t('why.headStart', { level, minutes });
  };
  return (
    <div tabIndex={-1} data-autofocus>
      <p className={styles.whyText}>{ahead === 0 ? t('why.next', { number: ticket.number }) : t('why.ahead', { number: ticket.number, count: ahead })}</p>
      <ul className="staff-faults">
        {why.terms.map((term) => (
          <li key={term.name}>{say(term)}</li>
        ))}
        {why.ahead.length > 0 && (
          <li>
            {t('why.before')}{' '}
            <bdi dir="ltr" className="code">
              {why.ahead.join(', ')}
            </bdi>
          </li>
        )}
      </ul>
    </div>
  );
}
