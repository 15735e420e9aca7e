import { Button, Popover, SegmentedControl } from '@mantine/core';
import { IconHelpCircle } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Console, Page, Ticket } from '~/api/shapes';
import { useNow } from '~/live/use-live';
import { Fault, Loading } from '~/shared/states';
import { TicketNumber } from '~/shared/ticket-number';
import { useQuery } from '@tanstack/react-query';
import { useTenantPath } from '../session';
import styles from './agent.module.css';
import type { AgentConsole } from './use-console';

interface Explanation {
  rank: number;
  terms: { name: string; value: string | number; text: string }[];
  text: string;
}

/** Who waits, in the order in which they will be called; named calls and the reason for the order. */
export function LineList({ data, console }: { data: Console; console: AgentConsole }) {
  const { t } = useTranslation('agent');
  const [scope, setScope] = useState<'mine' | 'all'>('mine');
  return (
    <section className={`${styles.card} ${styles.lineCard}`} aria-label={t('line.title')} data-testid="agent-line">
      <div className={styles.lineHead}>
        <h2 className={styles.title}>
          {t('line.title')} <span className="num">({scope === 'mine' ? data.waiting_mine : data.waiting_all})</span>
        </h2>
        <SegmentedControl
          aria-label={t('line.whose')}
          value={scope}
          onChange={(value) => setScope(value === 'all' ? 'all' : 'mine')}
          data={[
            { value: 'mine', label: t('line.mine') },
            { value: 'all', label: t('line.all') },
          ]}
        />
      </div>
      {scope === 'mine' ? <Rows tickets={data.line} console={console} /> : <Everybody data={data} console={console} />}
    </section>
  );
}

/** The whole site's line, read when somebody asks for it. */
function Everybody({ data, console }: { data: Console; console: AgentConsole }) {
  const base = useTenantPath();
  const site = data.counter?.site_id ?? '';
  const all = useQuery({
    queryKey: ['line', site, data.at],
    queryFn: () => api.get<Page<Ticket>>(`${base}/tickets?status=waiting&site_id=${site}&limit=100`),
    placeholderData: (previous) => previous,
  });
  if (all.isError) return <Fault error={all.error} onRetry={() => void all.refetch()} />;
  if (all.data === undefined) return <Loading />;
  // The list comes newest first; at the counter whoever waits longest is looked for first.
  const longestFirst = [...all.data.items].sort((a, b) => Date.parse(a.entered_at) - Date.parse(b.entered_at));
  return <Rows tickets={longestFirst} console={console} />;
}

function Rows({ tickets, console }: { tickets: Ticket[]; console: AgentConsole }) {
  const { t } = useTranslation('agent');
  const now = useNow(10_000);
  if (tickets.length === 0) return <p className={styles.nobody}>{t('line.empty')}</p>;
  return (
    <ol className={styles.rows} tabIndex={0} aria-label={t('line.title')}>
      {tickets.map((ticket) => (
        <li key={ticket.id} className={styles.row}>
          <span className={styles.rowNumber}>
            <TicketNumber number={ticket.number} />
          </span>
          <span className={`num ${styles.rowWait}`}>
            {t('line.waited', { minutes: Math.max(0, Math.floor((now - Date.parse(ticket.entered_at)) / 60_000)) })}
          </span>
          <span className={styles.rowWhat}>
            {ticket.service_name}
            {ticket.priority.class !== 'normal' && ` · ${t(`class.${ticket.priority.class}`, { defaultValue: ticket.priority.class })}`}
            {ticket.customer_name !== null && (
              <>
                {' · '}
                <bdi>{ticket.customer_name}</bdi>
              </>
            )}
          </span>
          <Why ticket={ticket} />
          <Button variant="default" size="sm" disabled={console.busy} onClick={() => void console.onTicket(ticket, 'call')}>
            {t('line.call')}
          </Button>
        </li>
      ))}
    </ol>
  );
}

/** Why this ticket stands where it stands. */
function Why({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation('agent');
  const base = useTenantPath();
  const [open, setOpen] = useState(false);
  const why = useQuery({
    queryKey: ['explain', ticket.id, ticket.version],
    queryFn: () => api.get<Explanation>(`${base}/tickets/${ticket.id}/explain`),
    enabled: open,
  });
  return (
    <Popover opened={open} onChange={setOpen} width={320} position="bottom-end" withArrow trapFocus>
      <Popover.Target>
        <button type="button" className={styles.why} aria-label={t('line.why', { number: ticket.number })} aria-expanded={open} onClick={() => setOpen(!open)}>
          <IconHelpCircle size={20} aria-hidden />
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        {why.isError && <Fault error={why.error} />}
        {why.data !== undefined && (
          <>
            <p className={styles.whyText}>{why.data.text}</p>
            <ul className={styles.whyTerms}>
              {why.data.terms.map((term) => (
                <li key={term.name}>{term.text}</li>
              ))}
            </ul>
          </>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
