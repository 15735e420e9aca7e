import { Button, Menu, SegmentedControl } from '@mantine/core';
import { IconDots, IconGhost2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Console, Ticket } from '~/api/shapes';
import { clock } from '~/i18n/format';
import type { LiveClock } from '~/live/clock';
import { useNow } from '~/live/use-live';
import { useNeeds } from '~/shared/needs';
import { Fault, Loading } from '~/shared/states';
import { StatusBadge } from '~/shared/status-badge';
import { TicketNumber } from '~/shared/ticket-number';
import { useTenantPath } from '../session';
import { useCan } from '../shared/operations';
import { firstInLine } from '../shared/first-in-line';
import { useServerTime } from '../shared/server-clock';
import { useHeld, useSteady } from '../shared/use-steady';
import styles from './agent.module.css';
import { TicketItems } from './more-menu';
import type { FormKind } from './ticket-form';
import { Why } from './why';
import { useNamed } from '../shared/use-named';

type Scope = 'mine' | 'all' | 'away';

interface Props {
  readonly data: Console;
  /** The feed's clock, by which people wait. */
  readonly feed: LiveClock;
  readonly timeZone: string | undefined;
  /** No operation can start now: one is on its way, or the line is cut. */
  readonly off: boolean;
  readonly onRun: (ticket: Ticket, operation: string, body?: object) => void;
  readonly onAsk: (kind: FormKind, ticket: Ticket) => void;
}

/** So many are read at first, and with each "Show more". */
const STEP = 100;
/** Rows stand still below a pointer; one that was left lying there for so long does not count. */
const REST_MS = 5000;

/** Who waits, in the order in which they will be called, and who is away for a while: named calls, and why. */
export function LineList({ data, feed, timeZone, off, onRun, onAsk }: Props) {
  const { t } = useTranslation('agent');
  const [scope, setScope] = useState<Scope>('mine');
  const count = { mine: data.waiting_mine, all: data.waiting_all, away: null }[scope];
  const rows = { feed, timeZone, off, onRun, onAsk };
  return (
    <section className={`${styles.card} ${styles.lineCard}`} aria-label={t('line.title')} data-testid="agent-line">
      <div className={styles.lineHead}>
        <h2 className={styles.title}>
          {t('line.title')} {count !== null && <span className="num">({count})</span>}
        </h2>
        <SegmentedControl
          aria-label={t('line.whose')}
          value={scope}
          onChange={(value) => setScope(value as Scope)}
          data={(['mine', 'all', 'away'] as const).map((value) => ({ value, label: t(`line.${value}`) }))}
        />
      </div>
      {scope === 'mine' && <Rows tickets={data.line} empty={t('line.empty')} {...rows} />}
      {scope === 'mine' && data.waiting_mine > data.line.length && (
        <p className={styles.behind} data-testid="agent-behind">
          {t('line.behind', { rest: data.waiting_mine - data.line.length })}
        </p>
      )}
      {scope === 'all' && <Read key="all" data={data} status={['waiting']} empty={t('line.empty')} {...rows} />}
      {scope === 'away' && <Read key="away" data={data} status={['parked', 'no_show']} empty={t('line.emptyAway')} {...rows} />}
    </section>
  );
}

type RowsProps = Omit<Props, 'data'> & { empty: string };

/** Others of the site, read when somebody asks for them. */
function Read({ data, status, ...rows }: RowsProps & { data: Console; status: string[] }) {
  const base = useTenantPath();
  const site = data.counter?.site_id ?? '';
  const { t } = useTranslation('agent');
  const states = status.map((s) => `status=${s}`).join('&');
  const waits = status.includes('waiting');
  // What was missed yesterday is nobody's business at the counter; whoever still waits since then is.
  const serverTime = useServerTime();
  const [since] = useState(() => new Date(serverTime() - 16 * 3_600_000).toISOString());
  const [count, setCount] = useState(STEP);
  const all = useQuery({
    queryKey: ['line', site, states, count, data.at],
    queryFn: () => firstInLine(`${base}/tickets?${states}&site_id=${site}${waits ? '' : `&from=${since}`}`, count),
    placeholderData: (previous, query) => (query?.queryKey[2] === states ? previous : undefined),
  });
  if (all.data === undefined) return all.isError ? <Fault error={all.error} onRetry={() => void all.refetch()} /> : <Loading />;
  const { tickets, more } = all.data;
  const rest = waits ? data.waiting_all - tickets.length : 0;
  return (
    <>
      <Rows tickets={tickets} {...rows} />
      {more && (
        <Button variant="default" fullWidth loading={all.isPlaceholderData && count > tickets.length} onClick={() => setCount(count + STEP)} data-testid="agent-further">
          {rest > 0 ? t('line.further', { rest }) : t('line.furtherSome')}
        </Button>
      )}
    </>
  );
}

function Rows({ tickets, empty, ...row }: RowsProps & { tickets: readonly Ticket[] }) {
  const { t } = useTranslation('agent');
  const { held, handlers } = useHeld(REST_MS);
  const rows = useSteady(tickets, (ticket) => ticket.id, held);
  if (rows.length === 0) return <p className={styles.nobody}>{empty}</p>;
  return (
    <ol className={styles.rows} tabIndex={0} aria-label={t('line.title')} {...handlers}>
      {rows.map(({ item, gone }) => (
        <Row key={item.id} ticket={item} gone={gone} {...row} />
      ))}
    </ol>
  );
}

function Row({ ticket, gone, feed, timeZone, off, onRun, onAsk }: Omit<RowsProps, 'empty'> & { ticket: Ticket; gone: boolean }) {
  const { t } = useTranslation('agent');
  const named = useNamed();
  const needs = useNeeds();
  const can = useCan();
  const waits = ticket.status === 'waiting';
  const back = (['unpark', 'reinstate'] as const).find((operation) => can(ticket, operation));
  const dead = off || gone;
  return (
    <li className={styles.row} data-gone={gone || undefined}>
      <span className={styles.rowNumber}>
        <TicketNumber number={ticket.number} />
      </span>
      <span className={`num ${styles.rowWait}`}>{waits ? <Waited since={ticket.entered_at} feed={feed} /> : <Away ticket={ticket} timeZone={timeZone} />}</span>
      <span className={styles.rowWhat}>
        {ticket.silent_since !== null && (
          <span className={styles.ghost} title={t('line.silentWhy')} data-testid="agent-ghost">
            <IconGhost2 size={18} aria-hidden /> {t('line.silent')} ·{' '}
          </span>
        )}
        {gone && <strong>{t('line.gone')} · </strong>}
        {facts(ticket, t, named, needs)}
        {ticket.customer_name !== null && (
          <>
            {' · '}
            <bdi>{ticket.customer_name}</bdi>
          </>
        )}
      </span>
      <span className={styles.rowDo}>
        {waits && !gone && <Why ticket={ticket} />}
        {waits && !gone && (
          <Menu position="bottom-end" width={300} withinPortal>
            <Menu.Target>
              <button type="button" className={styles.why} aria-label={t('line.more', { number: ticket.number })} aria-disabled={dead}>
                <IconDots size={20} aria-hidden />
              </button>
            </Menu.Target>
            <Menu.Dropdown>
              <TicketItems ticket={ticket} onRun={onRun} onAsk={onAsk} />
            </Menu.Dropdown>
          </Menu>
        )}
        {can(ticket, 'call') && (
          <RowButton off={dead} label={t('line.callOf', { number: ticket.number })} onClick={() => onRun(ticket, 'call')}>
            {t('line.call')}
          </RowButton>
        )}
        {back !== undefined && (
          <RowButton off={dead} label={t('line.backOf', { number: ticket.number })} onClick={() => onRun(ticket, back)}>
            {t('line.back')}
          </RowButton>
        )}
      </span>
    </li>
  );
}

/** A button that keeps the focus when it cannot be pressed. */
function RowButton({ off, label, onClick, children }: { off: boolean; label: string; onClick: () => void; children: ReactNode }) {
  return (
    <Button variant="default" aria-label={label} data-disabled={off || undefined} aria-disabled={off} onClick={() => !off && onClick()}>
      {children}
    </Button>
  );
}

function Waited({ since, feed }: { since: string; feed: LiveClock }) {
  const { t } = useTranslation('agent');
  const now = feed.serverNow(useNow(10_000));
  return <>{t('line.waited', { minutes: Math.max(0, Math.floor((now - Date.parse(since)) / 60_000)) })}</>;
}

/** Parked until when, or missed when. */
function Away({ ticket, timeZone }: { ticket: Ticket; timeZone: string | undefined }) {
  const at = ticket.parked_until ?? ticket.ended_at;
  return (
    <>
      <StatusBadge state={ticket.status} /> {at !== null && clock(at, timeZone)}
    </>
  );
}

/** What the person came for, and what makes them differ from others. */
function facts(ticket: Ticket, t: TFunction<'agent'>, named: (name: string) => string, needs: (text: string) => string): string {
  const marks = [
    named(ticket.service_name),
    ticket.priority.class === 'normal' ? null : t(`class.${ticket.priority.class}`, { defaultValue: ticket.priority.class }),
    ticket.assistance === null ? null : needs(ticket.assistance),
    ticket.party_size > 1 ? t('now.party', { count: ticket.party_size }) : null,
    ...ticket.tags,
  ];
  return marks.filter((mark) => mark !== null).join(' · ');
}
