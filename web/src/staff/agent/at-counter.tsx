import { Button } from '@mantine/core';
import { IconKeyboard, IconLogout } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Console, Counter, Ticket } from '~/api/shapes';
import { announcements } from '~/live/announce';
import { LiveAge } from '~/shared/live-age';
import { OnceGate } from '~/shared/once-tap';
import { useCan } from '../shared/operations';
import { useCut } from '../shared/use-online';
import { useSite } from '../shared/use-site';
import styles from './agent.module.css';
import { BreakMenu } from './break-menu';
import { draftOf, setDraft } from './drafts';
import { KeyDialog } from './key-dialog';
import { useKeptFocus } from './kept-focus';
import { useConsoleKeys, useKeys, type Command } from './keys';
import { LineList } from './line-list';
import { MoreMenu } from './more-menu';
import { MyDay } from './my-day';
import { Notices } from './notices';
import { NowCard } from './now-card';
import { OutcomeDialog } from './outcome-dialog';
import { TicketForm, type FormKind } from './ticket-form';
import { UndoBar } from './undo-bar';
import type { AgentConsole } from './use-console';
import { useNamed } from '../shared/use-named';

/** Operations that take a ticket out of the agent's hands; what was written for it goes along. */
const LEAVING = ['skip', 'mark_no_show', 'transfer', 'park', 'cancel'];

interface Props {
  readonly console: AgentConsole;
  readonly data: Console;
  readonly counter: Counter;
  readonly onLeave: () => void;
}

/** The console of somebody who sits at a counter. */
export function AtCounter({ console, data, counter, onLeave }: Props) {
  const { t } = useTranslation('agent');
  const named = useNamed();
  const keys = useKeys();
  const can = useCan();
  const [ticket, pick] = useInHand(data);
  const [more, setMore] = useState(false);
  const [learning, setLearning] = useState(false);
  const [finishing, setFinishing] = useState<'next' | 'complete' | null>(null);
  const [asked, setAsked] = useState<{ kind: FormKind; ticket: Ticket } | null>(null);
  const primary = useRef<HTMLButtonElement>(null);
  const { cut } = useCut(console.clock);
  const { sites } = useSite();
  const timeZone = sites.find((site) => site.id === counter.site_id)?.timezone;
  const work = workOf(data, counter, ticket);
  useCallAnnounced(ticket, data, named);
  useKeptFocus(primary);
  useEffect(() => {
    const where = t('head.counter', { number: counter.number });
    document.title = ticket === undefined ? `(${data.waiting_mine}) ${where}` : `${ticket.number} · ${where}`;
  }, [t, counter.number, ticket, data.waiting_mine]);

  const send = async (to: Ticket, operation: string, body?: object) => {
    const written = draftOf(to.id);
    if (LEAVING.includes(operation) && written !== undefined) {
      if ((await console.onTicket(to, 'note', { text: written })) === undefined) return undefined;
      setDraft(to.id, '');
    }
    return console.onTicket(to, operation, body);
  };
  const complete = (andNext: boolean, outcome?: string) => {
    setFinishing(null);
    if (ticket === undefined) return;
    const note = draftOf(ticket.id);
    const done = andNext
      ? console.next('/agents/complete-and-call-next', { ticket_id: ticket.id, outcome, note })
      : console.onTicket(ticket, 'close', { outcome, note });
    if (note !== undefined) void done.then((answer) => answer !== undefined && setDraft(ticket.id, ''));
  };
  const finish = (andNext: boolean) => {
    if (data.outcome_required && data.outcomes.length > 0 && ticket?.outcome == null) setFinishing(andNext ? 'next' : 'complete');
    else complete(andNext);
  };
  const enabled: Record<Command, boolean> = {
    next: work !== 'empty',
    complete: can(ticket, 'close'),
    start: can(ticket, 'start_service'),
    pause: can(ticket, 'pause') || can(ticket, 'resume'),
    recall: can(ticket, 'recall'),
    noShow: can(ticket, 'mark_no_show'),
    more: true,
    undo: data.undo !== null,
  };
  const deeds: Record<Command, () => void> = {
    next: () => {
      if (work === 'resume') void console.act('/agents/set-status', { status: 'available' });
      else if (work === 'call') void console.next('/agents/call-next');
      else finish(work === 'completeNext');
    },
    complete: () => finish(false),
    start: () => ticket && void send(ticket, 'start_service'),
    pause: () => ticket && void send(ticket, ticket.status === 'paused' ? 'resume' : 'pause'),
    recall: () => ticket && void send(ticket, 'recall'),
    noShow: () => ticket && void send(ticket, 'mark_no_show'),
    more: () => setMore((open) => !open),
    // What the button says, and nothing else: another node may know of something older as the last.
    undo: () => data.undo && void console.act('/agents/undo', { operation: data.undo.operation, ticket_id: data.undo.ticket_id }),
  };
  const gates = useRef(new Map<Command, OnceGate>());
  // One way in for keys and buttons: the same press twice within half a second is one.
  const run = (command: Command) => {
    const gate = gates.current.get(command) ?? new OnceGate();
    gates.current.set(command, gate);
    if (!gate.pass() || !enabled[command]) return;
    if (command !== 'more') {
      if (cut || console.busy) return;
      setMore(false);
    }
    deeds[command]();
  };
  useConsoleKeys(run, !learning && finishing === null && asked === null);

  const next = data.line[0]?.number;
  const label = {
    resume: t('primary.resume'),
    empty: t('primary.empty'),
    call: t('primary.next', { number: next }),
    completeNext: next === undefined ? t('primary.completeLast', { number: ticket?.number }) : t('primary.completeNext', { number: next }),
    completeBreak: t('primary.completeBreak', { number: ticket?.number }),
  }[work];
  const action = (command: Command, text: string) => (
    <button key={command} type="button" className={styles.action} aria-disabled={cut || !enabled[command]} data-testid={`agent-${command}`} onClick={() => run(command)}>
      {text}
      <kbd className="staff-kbd">{keys[command]}</kbd>
    </button>
  );
  return (
    <div className={styles.console}>
      <header className={styles.head}>
        <h1 className={styles.where}>
          {t('head.counter', { number: counter.number })}
          <span className={styles.services}>{counter.queues.map((q) => named(q.name)).join(', ')}</span>
        </h1>
        <LiveAge clock={console.clock} timeZone={timeZone} />
        <div className={styles.grow} />
        <MyDay className={styles.keys ?? ''} />
        <BreakMenu console={console} data={data} off={cut} />
        <Button variant="default" className={styles.keys ?? ''} leftSection={<IconKeyboard size={20} />} onClick={() => setLearning(true)}>
          {t('keys.open')}
        </Button>
        <Button
          variant="default"
          leftSection={<IconLogout size={20} />}
          disabled={data.now.length > 0 || cut}
          onClick={() => {
            onLeave();
            void console.act('/agents/sign-out');
          }}
          data-testid="agent-leave"
        >
          {t('head.signOut')}
        </Button>
      </header>

      <Notices console={console} data={data} cut={cut} />

      <div className={styles.columns}>
        <NowCard data={data} ticket={ticket} pick={pick} clock={console.clock} timeZone={timeZone} off={cut} onChanged={console.reload} onNote={(to, text) => (cut ? Promise.resolve(false) : console.onTicket(to, 'note', { text }).then((taken) => taken !== undefined))} />
        <LineList
          data={data}
          feed={console.clock}
          timeZone={timeZone}
          off={console.busy || cut}
          onRun={(to, operation, body) => {
            primary.current?.focus({ preventScroll: true });
            void send(to, operation, body);
          }}
          onAsk={(kind, to) => setAsked({ kind, ticket: to })}
        />
      </div>

      <footer className={styles.actions}>
        <button
          ref={primary}
          type="button"
          className={styles.primary}
          data-testid="agent-primary"
          data-work={work}
          aria-disabled={cut || !enabled.next}
          aria-busy={console.busy}
          onClick={() => run('next')}
        >
          <span>{label}</span>
          <kbd className="staff-kbd">{keys.next}</kbd>
        </button>
        <div className={styles.secondary}>
          {action('complete', t('action.complete'))}
          {action('start', t('action.start'))}
          {action('pause', ticket?.status === 'paused' ? t('action.resume') : t('action.pause'))}
          {action('recall', t('action.recall'))}
          {action('noShow', t('action.noShow'))}
          <MoreMenu
            ticket={ticket}
            open={more}
            setOpen={setMore}
            chord={keys.more}
            disabled={cut}
            onRun={(to, operation, body) => void send(to, operation, body)}
            onAsk={(kind, to) => setAsked({ kind, ticket: to })}
          />
        </div>
        <UndoBar data={data} clock={console.clock} chord={keys.undo} off={cut} onUndo={() => run('undo')} />
      </footer>

      <OutcomeDialog opened={finishing !== null} outcomes={data.outcomes} onClose={() => setFinishing(null)} onPick={(outcome) => complete(finishing === 'next', outcome)} />
      <TicketForm
        console={console}
        data={data}
        asked={asked}
        onClose={() => {
          setAsked(null);
          console.dismiss();
        }}
        send={send}
      />
      <KeyDialog opened={learning} onClose={() => setLearning(false)} />
    </div>
  );
}

/** What the one big button does now. */
type Work = 'resume' | 'empty' | 'call' | 'completeNext' | 'completeBreak';

function workOf(data: Console, counter: Counter, ticket: Ticket | undefined): Work {
  if (data.agent.status === 'paused') return ticket === undefined ? 'resume' : 'completeBreak';
  // A counter that may hold several goes on calling until it is full.
  const full = data.now.length > 0 && data.now.length >= counter.capacity;
  if (full || (ticket !== undefined && data.line.length === 0)) return 'completeNext';
  return data.line.length === 0 ? 'empty' : 'call';
}

/** Which of the held tickets is in hand: the one that was picked, else the one that was called last. */
function useInHand(data: Console): [Ticket | undefined, (id: string) => void] {
  const [picked, pick] = useState<string | null>(null);
  const found = data.now.find((ticket) => ticket.id === picked) ?? data.now.at(-1);
  return [found, pick];
}

/** A screen reader hears who was called, once. */
function useCallAnnounced(ticket: Ticket | undefined, data: Console, named: (name: string) => string) {
  const { t } = useTranslation('agent');
  const last = useRef<string | null>(null);
  useEffect(() => {
    if (ticket?.status === 'called' && last.current !== ticket.id) {
      last.current = ticket.id;
      announcements.alert(t('said.called', { number: ticket.number, service: named(ticket.service_name) }));
    }
    if (ticket === undefined) {
      last.current = null;
      announcements.say(t('said.waiting', { count: data.waiting_mine }));
    }
  }, [ticket, data.waiting_mine, t, named]);
}
