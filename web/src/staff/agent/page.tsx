import { Alert, Button, Menu } from '@mantine/core';
import { IconArrowBackUp, IconCoffee, IconKeyboard, IconLogout } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiFault } from '~/api/fault';
import type { Console, Ticket } from '~/api/shapes';
import { announcements } from '~/live/announce';
import { useFreshness, useNow } from '~/live/use-live';
import { LiveAge } from '~/shared/live-age';
import { Fault, Loading, useFaultText } from '~/shared/states';
import styles from './agent.module.css';
import { KeyDialog } from './key-dialog';
import { useConsoleKeys, useKeys, type Command } from './keys';
import { LineList } from './line-list';
import { MoreMenu } from './more-menu';
import { NowCard } from './now-card';
import { OutcomeDialog } from './outcome-dialog';
import { SignIn } from './sign-in';
import { useConsole, type AgentConsole } from './use-console';

/** The agent's console: one place and one key for whoever comes next. */
export default function AgentPage() {
  const { t } = useTranslation('agent');
  const console = useConsole();
  useEffect(() => {
    document.title = t('title');
  }, [t]);
  const { data } = console;
  if (data === undefined) {
    return console.error === null ? <Loading rows={4} /> : <Fault error={console.error} onRetry={console.reload} />;
  }
  if (data.counter === null) return <SignIn console={console} data={data} />;
  return <AtCounter console={console} data={data} />;
}

/** Which of the held tickets is in hand: the one that was picked, else the one that was called last. */
function useInHand(data: Console): [Ticket | undefined, (id: string) => void] {
  const [picked, pick] = useState<string | null>(null);
  const found = data.now.find((ticket) => ticket.id === picked) ?? data.now.at(-1);
  return [found, pick];
}

function AtCounter({ console, data }: { console: AgentConsole; data: Console }) {
  const { t } = useTranslation('agent');
  const keys = useKeys();
  const [ticket, pick] = useInHand(data);
  const [more, setMore] = useState(false);
  const [learning, setLearning] = useState(false);
  const [finishing, setFinishing] = useState<'next' | 'complete' | null>(null);
  const { freshness } = useFreshness(console.clock);
  const offline = freshness === 'reconnecting' || freshness === 'expired';
  const paused = data.agent.status === 'paused';
  const next = data.line[0];
  // A counter that may hold several goes on calling until it is full.
  const full = data.now.length > 0 && data.now.length >= (data.counter?.capacity ?? 1);

  useCallAnnounced(ticket, data);

  const complete = (andNext: boolean, outcome?: string, note?: string) => {
    setFinishing(null);
    const body = { ticket_id: ticket?.id, outcome, note };
    if (andNext) void console.act('/agents/complete-and-call-next', body);
    else if (ticket !== undefined) void console.onTicket(ticket, 'close', { outcome, note });
  };
  const finish = (andNext: boolean) => {
    if (data.outcome_required && data.outcomes.length > 0) setFinishing(andNext ? 'next' : 'complete');
    else complete(andNext);
  };
  const run = (command: Command) => {
    if (command === 'more') return setMore((open) => !open);
    if (offline || console.busy) return;
    if (command === 'undo') {
      if (data.undo !== null) void console.act('/agents/undo');
    } else if (command === 'next') {
      if (paused) void console.act('/agents/set-status', { status: 'available' });
      else if (full) finish(true);
      else void console.act('/agents/call-next');
    } else if (ticket !== undefined) {
      if (command === 'complete') finish(false);
      else if (command === 'start') void console.onTicket(ticket, 'start_service');
      else if (command === 'pause') void console.onTicket(ticket, ticket.status === 'paused' ? 'resume' : 'pause');
      else if (command === 'recall') void console.onTicket(ticket, 'recall');
      else void console.onTicket(ticket, 'mark_no_show');
    }
  };
  useConsoleKeys(run, !learning && finishing === null);

  const primary = paused
    ? t('primary.resume')
    : full
      ? next === undefined
        ? t('primary.completeLast')
        : t('primary.completeNext', { number: next.number })
      : next === undefined
        ? t('primary.empty')
        : t('primary.next', { number: next.number });
  const can = (operation: string) => ticket?.allowed.includes(operation) === true && !offline;

  return (
    <div className={styles.console}>
      <header className={styles.head}>
        <h1 className={styles.where}>
          {t('head.counter', { number: data.counter?.number })}
          <span className={styles.services}>{data.counter?.queues.map((q) => q.name).join(', ')}</span>
        </h1>
        <LiveAge clock={console.clock} />
        <div className={styles.grow} />
        <BreakMenu console={console} data={data} />
        <Button variant="default" leftSection={<IconKeyboard size={20} />} onClick={() => setLearning(true)}>
          {t('keys.open')}
        </Button>
        <Button
          variant="default"
          leftSection={<IconLogout size={20} />}
          disabled={data.now.length > 0 || offline}
          onClick={() => void console.act('/agents/sign-out')}
        >
          {t('head.signOut')}
        </Button>
      </header>

      <Notices console={console} data={data} offline={offline} />

      <div className={styles.columns}>
        <NowCard data={data} ticket={ticket} pick={pick} clock={console.clock} onNote={(text) => ticket && void console.onTicket(ticket, 'note', { text })} />
        <LineList data={data} console={console} />
      </div>

      <footer className={styles.actions}>
        <button
          type="button"
          className={`${styles.primary} ${full ? styles.serving : ''}`}
          data-testid="agent-primary"
          disabled={offline || (!paused && !full && next === undefined)}
          aria-busy={console.busy}
          onClick={() => run('next')}
        >
          <span>{primary}</span>
          <kbd>{keys.next}</kbd>
        </button>
        <div className={styles.secondary}>
          <Action label={t('action.complete')} chord={keys.complete} enabled={can('close') || can('complete')} onClick={() => run('complete')} />
          <Action label={t('action.start')} chord={keys.start} enabled={can('start') || can('start_service')} onClick={() => run('start')} />
          <Action
            label={ticket?.status === 'paused' ? t('action.resume') : t('action.pause')}
            chord={keys.pause}
            enabled={can('pause') || can('resume')}
            onClick={() => run('pause')}
          />
          <Action label={t('action.recall')} chord={keys.recall} enabled={can('recall')} onClick={() => run('recall')} />
          <Action label={t('action.noShow')} chord={keys.noShow} enabled={can('mark_no_show') || can('no_show')} onClick={() => run('noShow')} />
          <MoreMenu console={console} data={data} ticket={ticket} open={more} setOpen={setMore} chord={keys.more} disabled={offline} />
        </div>
        <UndoBar data={data} chord={keys.undo} onUndo={() => run('undo')} />
      </footer>

      <OutcomeDialog
        opened={finishing !== null}
        outcomes={data.outcomes}
        onClose={() => setFinishing(null)}
        onPick={(outcome) => complete(finishing === 'next', outcome)}
      />
      <KeyDialog opened={learning} onClose={() => setLearning(false)} />
    </div>
  );
}

/** A screen reader hears who was called, once. */
function useCallAnnounced(ticket: Ticket | undefined, data: Console) {
  const { t } = useTranslation('agent');
  const last = useRef<string | null>(null);
  useEffect(() => {
    if (ticket?.status === 'called' && last.current !== ticket.id) {
      last.current = ticket.id;
      announcements.alert(t('said.called', { number: ticket.number, service: ticket.service_name }));
    }
    if (ticket === undefined) announcements.say(t('said.waiting', { count: data.waiting_mine }));
  }, [ticket, data.waiting_mine, t]);
}

function Action(props: { label: string; chord: string; enabled: boolean; onClick: () => void }) {
  return (
    <button type="button" className={styles.action} disabled={!props.enabled} onClick={props.onClick}>
      {props.label}
      <kbd>{props.chord}</kbd>
    </button>
  );
}

function BreakMenu({ console, data }: { console: AgentConsole; data: Console }) {
  const { t } = useTranslation('agent');
  if (data.agent.status === 'paused') {
    return (
      <Button leftSection={<IconCoffee size={20} />} onClick={() => void console.act('/agents/set-status', { status: 'available' })}>
        {t('break.end')}
      </Button>
    );
  }
  const reasons = data.pause_reasons.length > 0 ? data.pause_reasons : [t('break.default')];
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconCoffee size={20} />}>
          {t('break.start')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {reasons.map((reason) => (
          <Menu.Item key={reason} onClick={() => void console.act('/agents/set-status', { status: 'paused', reason })}>
            {reason}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** What the agent must know before pressing anything: a refusal, a silent board, a cut line, a break. */
function Notices({ console, data, offline }: { console: AgentConsole; data: Console; offline: boolean }) {
  const { t } = useTranslation('agent');
  const words = useFaultText();
  const { refusal } = console;
  const unheard = data.announcement !== null && !data.announcement.acknowledged && data.announcement.blocked;
  return (
    <div className={styles.notices}>
      {offline && <Alert color="gray" title={t('notice.offlineTitle')}>{t('notice.offline')}</Alert>}
      {refusal !== null && (
        <Alert color="warn" withCloseButton closeButtonLabel={t('common:action.close')} onClose={console.dismiss} title={words(refusal).title}>
          {refusal instanceof ApiFault ? refusal.message : words(refusal).text}
        </Alert>
      )}
      {unheard && (
        <Alert color="warn" title={t('notice.unheardTitle', { number: data.announcement?.number })}>
          {t('notice.unheard')}
        </Alert>
      )}
      {data.stopped_visits.map((visit) => (
        <Alert key={visit.ticket_id} color="warn" data-testid="agent-visit-stopped" title={t('notice.visitTitle', { service: visit.step.service_name, number: visit.number })}>
          <p>{visit.step.reason}</p>
          <Button size="compact-md" variant="default" disabled={offline} onClick={() => void console.act(`/tickets/${visit.ticket_id}/continue_visit`)}>
            {t('notice.visitIssue', { service: visit.step.service_name })}
          </Button>
        </Alert>
      ))}
      {data.agent.status === 'paused' && (
        <Alert color="gray" icon={<IconCoffee size={20} />} title={t('notice.break', { reason: data.agent.pause_reason ?? '' })} />
      )}
    </div>
  );
}

/** The last action can be taken back for a minute. Keeps its place when there is nothing to undo. */
function UndoBar({ data, chord, onUndo }: { data: Console; chord: string; onUndo: () => void }) {
  const { t } = useTranslation('agent');
  const now = useNow();
  const left = data.undo === null ? 0 : Math.ceil((Date.parse(data.undo.until) - now) / 1000);
  const offered = data.undo !== null && left > 0;
  return (
    <div className={styles.undo}>
      {offered && (
        <Button variant="subtle" color="gray" leftSection={<IconArrowBackUp size={20} />} data-testid="agent-undo" onClick={onUndo}>
          {t('undo', { operation: t(`operation.${data.undo?.operation ?? ''}`, { defaultValue: data.undo?.operation ?? '' }), number: data.undo?.number })}
          <span className={`num ${styles.undoLeft}`}>({Math.floor(left / 60)}:{String(left % 60).padStart(2, '0')})</span>
          <kbd>{chord}</kbd>
        </Button>
      )}
    </div>
  );
}
