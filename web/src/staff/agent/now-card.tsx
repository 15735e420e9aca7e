import { Button, Textarea } from '@mantine/core';
import { IconAccessible, IconArrowsSplit2, IconClockExclamation, IconMapPinCheck, IconStar, IconUsers } from '@tabler/icons-react';
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Console, Ticket } from '~/api/shapes';
import { clock as clockText } from '~/i18n/format';
import type { LiveClock } from '~/live/clock';
import { useFreshness } from '~/live/use-live';
import { useNeeds } from '~/shared/needs';
import { StatusBadge } from '~/shared/status-badge';
import { TicketNumber } from '~/shared/ticket-number';
import styles from './agent.module.css';
import { CustomerPart } from './customer';
import { setDraft, useDraft } from './drafts';
import { useNamed } from '../shared/use-named';
import { TicketMenu } from '../ticket/menu';
import { Tags } from '../ticket/tags';

/** "4:07" since `from`. */
function elapsed(from: string | null, now: number): string {
  if (from === null) return '0:00';
  const seconds = Math.max(0, Math.floor((now - Date.parse(from)) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

interface Props {
  readonly data: Console;
  readonly ticket: Ticket | undefined;
  readonly pick: (id: string) => void;
  readonly clock: LiveClock;
  readonly timeZone: string | undefined;
  /** Sends a note; false when it was not taken. */
  readonly onNote: (ticket: Ticket, text: string) => Promise<boolean>;
  /** Nothing can be sent now. */
  readonly off: boolean;
  /** The ticket was changed beside its operations. */
  readonly onChanged: () => void;
}

/** Whoever stands at the counter: a list where it may hold several, one of them in hand. */
export function NowCard({ data, ticket, pick, clock, timeZone, onNote, off, onChanged }: Props) {
  const { t } = useTranslation('agent');
  const { now } = useFreshness(clock);
  return (
    <section className={styles.card} aria-label={t('now.title')} data-testid="agent-now">
      <h2 className={styles.title}>{t('now.title')}</h2>
      {data.now.length > 1 && (
        <div className={styles.hands} role="group" aria-label={t('now.hands')}>
          {data.now.map((held) => (
            <button key={held.id} type="button" className={styles.hand} aria-pressed={held.id === ticket?.id} onClick={() => pick(held.id)}>
              <TicketNumber number={held.number} />
            </button>
          ))}
        </div>
      )}
      {ticket === undefined ? <p className={styles.nobody}>{t('now.nobody')}</p> : <InHand ticket={ticket} now={now} timeZone={timeZone} onNote={onNote} off={off} onChanged={onChanged} />}
    </section>
  );
}

function InHand({ ticket, now, timeZone, onNote, off, onChanged }: Pick<Props, 'onNote' | 'timeZone' | 'off' | 'onChanged'> & { ticket: Ticket; now: number }) {
  const { t } = useTranslation('agent');
  const named = useNamed();
  const needs = useNeeds();
  const since = { called: ticket.recalled_at ?? ticket.called_at, paused: ticket.paused_at }[ticket.status as string] ?? ticket.started_at ?? ticket.called_at;
  const person = ticket.customer_name ?? t('now.anonymous');
  // Who is called is seen, also where the page is longer than the screen.
  const number = useRef<HTMLDivElement>(null);
  useEffect(() => {
    number.current?.scrollIntoView({ block: 'nearest' });
  }, [ticket.id]);
  return (
    <div className={styles.inHand} data-status={ticket.status}>
      <div ref={number} className={styles.number}>
        <TicketNumber number={ticket.number} />
      </div>
      <div className={styles.facts}>
        <StatusBadge state={ticket.status} />
        <span className="num">{elapsed(since, now)}</span>
        {ticket.status === 'called' && ticket.recalls > 0 && <span>{t('now.recalls', { count: ticket.recalls, limit: ticket.recall_limit })}</span>}
        <TicketMenu key={ticket.id} ticket={ticket} timeZone={timeZone} off={off} onChanged={onChanged} />
      </div>
      <p className={styles.service}>{named(ticket.service_name)}</p>
      <p className={styles.person}>
        <bdi>{person}</bdi>
        {ticket.customer_phone !== null && (
          <>
            {' · '}
            <bdi className="num">{ticket.customer_phone}</bdi>
          </>
        )}
      </p>
      <div className={styles.marks}>
        {ticket.overdue_since !== null && (
          <Mark icon={<IconClockExclamation size={20} aria-hidden />} risk>
            {t('now.late', { time: clockText(ticket.overdue_since, timeZone) })}
          </Mark>
        )}
        {ticket.priority.class !== 'normal' && (
          <Mark icon={<IconStar size={20} aria-hidden />}>
            {t(`class.${ticket.priority.class}`, { defaultValue: ticket.priority.class })}
            {ticket.priority.reason !== null && ` · ${ticket.priority.reason}`}
          </Mark>
        )}
        {ticket.assistance !== null && <Mark icon={<IconAccessible size={20} aria-hidden />}>{needs(ticket.assistance)}</Mark>}
        {ticket.party_size > 1 && <Mark icon={<IconUsers size={20} aria-hidden />}>{t('now.party', { count: ticket.party_size })}</Mark>}
        {ticket.transfers > 0 && <Mark icon={<IconArrowsSplit2 size={20} aria-hidden />}>{t('now.transferred', { count: ticket.transfers })}</Mark>}
        <Tags tags={ticket.tags} />
        {ticket.seen_at !== null && <Mark icon={<IconMapPinCheck size={20} aria-hidden />}>{t('now.seen', { time: clockText(ticket.seen_at, timeZone) })}</Mark>}
      </div>
      <p className={styles.waited}>{t('now.issued', { time: clockText(ticket.issued_at, timeZone), channel: t(`channel.${ticket.channel}`, { defaultValue: ticket.channel }) })}</p>
      <CustomerPart key={`${ticket.id} customer`} ticket={ticket} timeZone={timeZone} />
      <Notes key={ticket.id} ticket={ticket} timeZone={timeZone} onNote={onNote} />
    </div>
  );
}

/** What makes this person differ from others; a risk is something to act on. */
function Mark({ icon, risk = false, children }: { icon: ReactNode; risk?: boolean; children: ReactNode }) {
  return (
    <span className={`badge ${risk ? 'badge-risk' : 'badge-plain'} ${styles.mark}`}>
      {icon}
      <bdi>{children}</bdi>
    </span>
  );
}

/** What was noted, and what is being written: it stays with this ticket until it is sent. */
function Notes({ ticket, timeZone, onNote }: Pick<Props, 'onNote' | 'timeZone'> & { ticket: Ticket }) {
  const { t } = useTranslation('agent');
  const text = useDraft(ticket.id);
  const [busy, setBusy] = useState(false);
  const save = (e: FormEvent) => {
    e.preventDefault();
    const words = text.trim();
    if (words === '' || busy) return;
    setBusy(true);
    void onNote(ticket, words)
      .then((taken) => taken && setDraft(ticket.id, ''))
      .finally(() => setBusy(false));
  };
  return (
    <div className={styles.notes}>
      {ticket.notes.map((note) => (
        <p key={note.at + note.text} className={styles.note}>
          <time className="num" dateTime={note.at}>
            {clockText(note.at, timeZone)}
          </time>{' '}
          <bdi>{note.text}</bdi>
        </p>
      ))}
      <form onSubmit={save} className={styles.noteForm}>
        <Textarea
          className={styles.noteText ?? ''}
          aria-label={t('now.noteOf', { number: ticket.number })}
          placeholder={t('now.note')}
          autosize
          minRows={1}
          maxRows={4}
          maxLength={2000}
          dir="auto"
          value={text}
          onChange={(e) => setDraft(ticket.id, e.currentTarget.value)}
          onKeyDown={(e) => {
            if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) save(e);
          }}
          data-testid="agent-note"
        />
        <Button type="submit" variant="default" aria-disabled={text.trim() === ''} data-disabled={text.trim() === '' || undefined} loading={busy}>
          {t('now.addNote')}
        </Button>
      </form>
    </div>
  );
}
