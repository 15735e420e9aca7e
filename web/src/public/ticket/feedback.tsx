import { IconCheck, IconCloudOff, IconHeartHandshake, IconSend, IconStar, IconStarFilled } from '@tabler/icons-react';
import { useEffect, useRef, type FormEvent, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { PublicTicket } from '~/api/shapes';
import { longDate } from '~/i18n/format';
import { useOnceTap } from '~/shared/once-tap';
import { useFaultText } from '~/shared/states';
import { marked, tagsFor, type Answer } from './answer';
import styles from './feedback.module.css';
import { useFeedback } from './use-feedback';

const STARS = [1, 2, 3, 4, 5] as const;
const LIKELY = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;
/** Letters of a comment, as the server counts them at most. */
const MOST = 2000;

/** "How was it?": asked by the page itself as soon as the service has ended, and once. */
export function Feedback({ ticket, secret }: { ticket: PublicTicket; secret: string }) {
  const { t } = useTranslation('ticket');
  const { asked, form, fault, tries, answer, change, send } = useFeedback(secret);
  const ending = useRef<HTMLParagraphElement>(null);
  const wasAsking = useRef(false);
  // The form goes away below the reader's finger: what took its place is read next.
  useEffect(() => {
    if (asked === 'sending') wasAsking.current = true;
    else if (wasAsking.current && asked !== 'asking') ending.current?.focus();
  }, [asked]);
  if (asked === 'loading' || asked === 'hidden') return null;
  const over = asked === 'thanked' || asked === 'said' || asked === 'late' || asked === 'waiting';
  const csat = (asked === 'waiting' ? answer.csat : form?.csat) ?? null;
  return (
    <section className={`card ${styles.card}`} aria-label={t('feedback.title')} data-testid="ticket-feedback" data-asked={asked}>
      {!over && <Form ticket={ticket} answer={answer} busy={asked === 'sending'} fault={fault} change={change} send={send} />}
      {over && (
        <>
          <p ref={ending} className={styles.ending} tabIndex={-1} role="status">
            {asked === 'thanked' && <IconHeartHandshake size={32} aria-hidden />}
            {asked === 'waiting' && tries > 0 && <IconCloudOff size={28} aria-hidden />}
            <span>
              {asked === 'thanked' && t('feedback.thanks')}
              {asked === 'said' && (form?.given_at == null ? t('feedback.said') : t('feedback.saidOn', { date: longDate(form.given_at) }))}
              {asked === 'late' && t('feedback.late')}
              {asked === 'waiting' && t(tries === 0 ? 'feedback.sending' : 'feedback.waiting')}
            </span>
          </p>
          {asked !== 'late' && csat !== null && <Given csat={csat} />}
        </>
      )}
    </section>
  );
}

/** The stars that somebody gave, to look at. */
function Given({ csat }: { csat: number }) {
  const { t } = useTranslation('ticket');
  return (
    <p className={styles.given} role="img" aria-label={t('feedback.star', { mark: csat, word: t(`feedback.mark.${csat}`) })} data-testid="feedback-given" data-stars={csat}>
      {STARS.map((n) => (n <= csat ? <IconStarFilled key={n} size={26} aria-hidden /> : <IconStar key={n} size={26} aria-hidden />))}
    </p>
  );
}

interface FormProps {
  readonly ticket: PublicTicket;
  readonly answer: Answer;
  readonly busy: boolean;
  readonly fault: unknown;
  readonly change: (answer: Answer) => void;
  readonly send: () => void;
}

function Form({ ticket, answer, busy, fault, change, send }: FormProps) {
  const { t } = useTranslation('ticket');
  const faultText = useFaultText();
  const refusal = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (fault !== null) refusal.current?.focus();
  }, [fault]);
  const once = useOnceTap(send);
  const submit = (e: FormEvent) => {
    e.preventDefault();
    once();
  };
  const problem = fault === null ? null : faultText(fault);
  const { csat } = answer;
  return (
    <form onSubmit={submit} noValidate className={styles.form}>
      <fieldset disabled={busy}>
        <legend>{t('feedback.title')}</legend>
        <div className={styles.stars}>
          {STARS.map((n) => (
            <label key={n} className={styles.star}>
              <input
                type="radio"
                name="csat"
                className="visually-hidden"
                checked={csat === n}
                aria-label={t('feedback.star', { mark: n, word: t(`feedback.mark.${n}`) })}
                onChange={() => change(marked(answer, n))}
                data-testid={`feedback-star-${n}`}
              />
              <span>{csat !== null && n <= csat ? <IconStarFilled size={38} aria-hidden /> : <IconStar size={38} aria-hidden />}</span>
            </label>
          ))}
        </div>
        <p className={styles.word} aria-hidden>
          {csat === null ? t('feedback.tap') : t(`feedback.mark.${csat}`)}
        </p>
      </fieldset>
      {csat !== null && (
        <>
          <Likely name={ticket.tenant.name} answer={answer} busy={busy} change={change} />
          <Words csat={csat} answer={answer} busy={busy} change={change} />
          <div className="field">
            <label htmlFor="feedback-comment">{t('feedback.comment')}</label>
            <textarea
              id="feedback-comment"
              className={`input ${styles.comment}`}
              rows={3}
              dir="auto"
              maxLength={MOST}
              disabled={busy}
              value={answer.comment}
              onChange={(e) => change({ ...answer, comment: e.target.value })}
              data-testid="feedback-comment"
            />
          </div>
          {problem !== null && (
            <p ref={refusal} className="field-fault" tabIndex={-1} data-testid="feedback-fault">
              {problem.title}. {problem.text}
            </p>
          )}
          <button type="submit" className={`button button-primary button-wide ${styles.send}`} aria-disabled={busy} data-testid="feedback-send">
            <IconSend className="mirror" size={22} aria-hidden />
            {busy ? t('feedback.sending') : t('feedback.send')}
          </button>
        </>
      )}
    </form>
  );
}

type PartProps = Pick<FormProps, 'answer' | 'busy' | 'change'>;

/** 0 to 10. A second press takes the number back: nobody has to recommend anything. */
function Likely({ name, answer, busy, change }: PartProps & { name: string }) {
  const { t } = useTranslation('ticket');
  const clear = (n: number) => answer.nps === n && change({ ...answer, nps: null });
  // The space bar does not click a number that is chosen already.
  const onSpace = (e: KeyboardEvent, n: number) => {
    if (e.key !== ' ' || answer.nps !== n) return;
    e.preventDefault();
    clear(n);
  };
  return (
    <fieldset disabled={busy}>
      <legend>
        {t('feedback.likely', { name })} <span className={styles.free}>{t('feedback.free')}</span>
      </legend>
      <div className={styles.likely} data-testid="feedback-nps">
        {LIKELY.map((n) => (
          <label key={n} className={styles.number}>
            <input
              type="radio"
              name="nps"
              className="visually-hidden"
              checked={answer.nps === n}
              onChange={() => change({ ...answer, nps: n })}
              onClick={() => clear(n)}
              onKeyUp={(e) => onSpace(e, n)}
              data-testid={`feedback-nps-${n}`}
            />
            <span className="num">{n}</span>
          </label>
        ))}
      </div>
      <p className={styles.ends}>
        <span>{t('feedback.never')}</span>
        <span>{t('feedback.certainly')}</span>
      </p>
    </fieldset>
  );
}

/** In a word. */
function Words({ csat, answer, busy, change }: PartProps & { csat: number }) {
  const { t } = useTranslation('ticket');
  const turn = (tag: string) => {
    const tags = answer.tags.includes(tag) ? answer.tags.filter((one) => one !== tag) : [...answer.tags, tag];
    change({ ...answer, tags });
  };
  return (
    <div role="group" aria-labelledby="feedback-words">
      <p id="feedback-words" className={styles.label}>
        {t(csat >= 4 ? 'feedback.good' : 'feedback.why')} <span className={styles.free}>{t('feedback.free')}</span>
      </p>
      <div className={styles.words}>
        {tagsFor(csat).map((tag) => {
          const chosen = answer.tags.includes(tag);
          return (
            <button key={tag} type="button" className="button" aria-pressed={chosen} disabled={busy} onClick={() => turn(tag)} data-testid={`feedback-tag-${tag}`}>
              {chosen && <IconCheck size={18} aria-hidden />}
              {t(`feedback.tag.${tag}`)}
            </button>
          );
        })}
      </div>
    </div>
  );
}
