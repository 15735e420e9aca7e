import { IconX } from '@tabler/icons-react';
import { useEffect, useId, useRef, useState, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { ApiFault } from '~/api/fault';
import type { BoardQueue, IssuedTicket, ServiceCard, SiteBoard } from '~/api/shapes';
import { currentLanguage } from '~/i18n';
import { inLanguage } from '~/i18n/languages';
import type { LiveClock } from '~/live/clock';
import { useFreshness } from '~/live/use-live';
import { go } from '~/shared/address';
import { asked, wishesOf } from '~/shared/needs';
import { useOnceTap } from '~/shared/once-tap';
import { uuid } from '~/shared/random';
import { useFaultText, useFieldTexts } from '~/shared/states';
import { WaitRange } from '~/shared/wait-estimate';
import { useWho } from '~/shared/who';
import { useGuardWords } from './guard-words';
import { here, scannedCode } from './guards';
import { keepTicket } from './kept-ticket';
import { Party } from './party';
import { MoreServices, NeedsField } from './wishes';
import styles from './join.module.css';

interface Props {
  path: string;
  /** The board as it is now: what is said of the line follows it. */
  board: SiteBoard;
  /** How old the board is. */
  clock: LiveClock;
  /** The line as it was when it was chosen. */
  queue: BoardQueue;
  service: ServiceCard;
  onClose: () => void;
}

const FIELDS = ['name', 'phone', 'party_size', 'assistance', 'service_ids', 'join_code'] as const;
type Field = (typeof FIELDS)[number];

/** More people than come together with one ticket. */
const MOST_TOGETHER = 12;

/** What there is at a site, each service once. */
function servicesOf(board: SiteBoard): ServiceCard[] {
  return [...new Map(board.queues.flatMap((queue) => queue.services).map((service) => [service.id, service])).values()];
}

/** How long the line is, as its card behind the dialog says it: nothing while it takes nobody, and nothing that is too old to be said. */
function Wait({ line, board, clock }: { line: BoardQueue | undefined; board: SiteBoard; clock: LiveClock }) {
  const { freshness } = useFreshness(clock);
  if (line?.status !== 'open' || !board.site.open || freshness === 'expired') return null;
  return (
    <p className="muted">
      <WaitRange estimate={line.estimate} testId="join-estimate" />
    </p>
  );
}

/** Takes a place in a line: nothing has to be filled in. */
export function JoinDialog({ path, board, clock, queue: chosen, service, onClose }: Props) {
  const { t } = useTranslation(['public', 'common']);
  const dialog = useRef<HTMLDialogElement>(null);
  const summary = useRef<HTMLParagraphElement>(null);
  const faultText = useFaultText();
  const id = useId();
  const who = useWho();
  // One key for this dialog: pressing again after a lost answer gives the same ticket, not a second one.
  const [key, setKey] = useState(uuid);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [name, setName] = useState('');
  const [phone, setPhone] = useState('');
  const [party, setParty] = useState(1);
  const offered = wishesOf(board);
  const [needs, setNeeds] = useState<string[]>([]);
  const [more, setMore] = useState<string[]>([]);
  const line = board.queues.find((one) => one.id === chosen.id);
  const queue = line ?? chosen;
  const others = offered.several ? servicesOf(board).filter((one) => one.id !== service.id) : [];
  const assistance = asked(needs);
  const [code, setCode] = useState(() => scannedCode(window.location.search) ?? '');

  useEffect(() => {
    dialog.current?.showModal();
  }, []);

  const refuse = (fault: unknown) => {
    setBusy(false);
    setError(fault);
    // A refusal was an answer: what is sent next is another request.
    if (fault instanceof ApiFault) setKey(uuid());
  };
  const join = (position: object | null) => {
    const body = {
      service_id: service.id,
      queue_id: queue.id,
      locale: currentLanguage(),
      ...(name.trim() !== '' && { name: name.trim() }),
      ...(phone.trim() !== '' && { phone: phone.trim() }),
      ...(party > 1 && { party_size: party }),
      ...(assistance !== undefined && { assistance }),
      ...(more.length > 0 && { service_ids: more }),
      ...(position !== null && { position }),
      ...(queue.asks_code && code.trim() !== '' && { join_code: code.trim() }),
    };
    api.post<IssuedTicket>(`${path}/tickets`, body, { idempotencyKey: key, retries: 2 }).then((ticket) => {
      keepTicket(ticket.secret, ticket);
      go(`/t/${encodeURIComponent(ticket.secret)}`);
    }, refuse);
  };
  const submit = useOnceTap(() => {
    setBusy(true);
    setError(null);
    // Asked only where the line wants it, and only now that the person has said that they want to join.
    (queue.asks_position ? here() : Promise.resolve(null)).then(join, refuse);
  });
  const fields = useFieldTexts(error);
  const said = useGuardWords(error, faultText);
  useEffect(() => {
    // A reader of the screen is led to what went wrong; it names the fields.
    if (error !== null) summary.current?.focus();
  }, [error]);
  const atFields = FIELDS.some((field) => field in fields);
  const invalid = (field: Field, hint?: string) => ({
    'aria-invalid': field in fields,
    'aria-describedby': field in fields ? `${id}-${field}-fault` : hint,
  });
  const fault = (field: Field) =>
    field in fields && (
      <span id={`${id}-${field}-fault`} className="field-fault">
        {fields[field]}
      </span>
    );
  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby={`${id}-title`} onClose={onClose}>
      <form
        className="stack"
        method="dialog"
        noValidate
        onSubmit={(e: SyntheticEvent) => {
          e.preventDefault();
          if (!busy) submit();
        }}
      >
        <div className={styles.head}>
          <div className="grow">
            <h2 id={`${id}-title`}>{inLanguage(service.names, currentLanguage(), service.name)}</h2>
            <Wait line={line} board={board} clock={clock} />
          </div>
          <button type="button" className={`button button-quiet ${styles.close}`} aria-label={t('common:action.close')} onClick={() => dialog.current?.close()}>
            <IconX size={24} aria-hidden />
          </button>
        </div>
        <div className="field">
          <label htmlFor={`${id}-name`}>
            {t('public:join.name')} <span className="field-hint">{t('public:join.optional')}</span>
          </label>
          <input id={`${id}-name`} className="input" autoComplete="given-name" value={name} onChange={(e) => setName(e.target.value)} {...invalid('name')} />
          {fault('name')}
        </div>
        <div className="field">
          <label htmlFor={`${id}-phone`}>
            {t('public:join.phone')} <span className="field-hint">{t('public:join.optional')}</span>
          </label>
          <input id={`${id}-phone`} className="input" type="tel" dir="ltr" autoComplete="tel" value={phone} onChange={(e) => setPhone(e.target.value)} {...invalid('phone', `${id}-phone-why`)} />
          {fault('phone') || (
            <span id={`${id}-phone-why`} className="field-hint">
              {t('public:join.phoneWhy')}
            </span>
          )}
        </div>
        <Party value={party} most={MOST_TOGETHER} onChange={setParty} fault={fault('party_size')} />
        <NeedsField offered={offered.needs} value={needs} onChange={setNeeds} fault={fault('assistance')} />
        <MoreServices offered={others} value={more} onChange={setMore} fault={fault('service_ids')} />
        {queue.asks_code && (
          <div className="field">
            <label htmlFor={`${id}-code`}>{t('public:join.code')}</label>
            <input id={`${id}-code`} className="input" dir="ltr" autoComplete="off" autoCapitalize="characters" data-testid="join-code" value={code} onChange={(e) => setCode(e.target.value)} {...invalid('join_code', `${id}-code-why`)} />
            {fault('join_code') || (
              <span id={`${id}-code-why`} className="field-hint">
                {t('public:join.codeWhy')}
              </span>
            )}
          </div>
        )}
        {who !== null && (
          <p className="field-hint" data-testid="join-as">
            {t('public:join.as', { name: who.name || who.email })}
          </p>
        )}
        {queue.asks_position && (
          <p className="field-hint" data-testid="join-position-why">
            {t('public:join.positionWhy')}
          </p>
        )}
        {said !== null && (
          <p ref={summary} className="field-fault" tabIndex={-1} data-testid="join-fault">
            {said.title}. {atFields ? t('common:problem.fields') : said.text}
          </p>
        )}
        <button type="submit" className="button button-primary button-wide" aria-disabled={busy} data-testid="join-submit">
          {busy ? t('public:join.busy') : t('public:join.submit')}
        </button>
      </form>
    </dialog>
  );
}
