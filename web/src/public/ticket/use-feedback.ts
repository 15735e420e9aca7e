import { useCallback, useEffect, useState } from 'react';
import { api } from '~/api/client';
import { ApiFault, isPassing } from '~/api/fault';
import type { FeedbackForm } from '~/api/shapes';
import { uuid } from '~/shared/random';
import { bodyOf, forgetAnswer, keepAnswer, keptAnswer, NOTHING, stateOf, type Answer } from './answer';

/** Where it stands with the question how it was. `hidden`: there is nothing to be asked. */
export type Asked = 'loading' | 'hidden' | 'asking' | 'sending' | 'waiting' | 'thanked' | 'said' | 'late';

/** First and longest pause before an answer that did not arrive is sent again. */
const FIRST_MS = 5_000;
const LONGEST_MS = 60_000;

interface State {
  readonly asked: Asked;
  readonly form: FeedbackForm | null;
  /** Why the answer was refused. */
  readonly fault: unknown;
  /** How often it was sent in vain. */
  readonly tries: number;
}

export interface Feedback extends State {
  readonly answer: Answer;
  readonly change: (answer: Answer) => void;
  readonly send: () => void;
}

const path = (secret: string) => `/api/v1/public/tickets/${encodeURIComponent(secret)}/feedback`;

/** What follows from a refusal. */
function refused(error: unknown): Partial<State> {
  if (!(error instanceof ApiFault)) return { asked: 'asking', fault: error };
  if (error.code === 'said_already') return { asked: 'said' };
  if (error.status === 410) return { asked: 'late' };
  // The service was taken back meanwhile, or the ticket is gone.
  if (error.status === 409 || error.status === 404) return { asked: 'hidden' };
  return { asked: 'asking', fault: error };
}

/** Asks how it was: knows whether that can be said, keeps what is chosen, and sends it until it has arrived. */
export function useFeedback(secret: string): Feedback {
  const [kept] = useState(() => keptAnswer(secret));
  const [answer, setAnswer] = useState<Answer>(kept?.answer ?? NOTHING);
  const [key, setKey] = useState(kept?.key ?? null);
  const [state, setState] = useState<State>({ asked: kept?.key == null ? 'loading' : 'waiting', form: null, fault: null, tries: 0 });

  const read = useCallback(() => api.get<FeedbackForm>(path(secret)), [secret]);

  useEffect(() => {
    if (kept?.key != null) return undefined; // its answer will say
    let current = true;
    read().then(
      (form) => {
        if (!current) return;
        const asked = stateOf(form);
        if (asked !== 'asking') forgetAnswer(secret);
        setState((s) => ({ ...s, asked, form }));
      },
      // Not reached: it is asked all the same, and what is chosen is kept.
      (error: unknown) => current && setState((s) => ({ ...s, asked: isPassing(error) ? 'asking' : 'hidden' })),
    );
    return () => {
      current = false;
    };
  }, [kept, read, secret]);

  const deliver = useCallback(
    async (body: Answer, under: string) => {
      try {
        const form = await api.post<FeedbackForm>(path(secret), bodyOf(body), { idempotencyKey: under });
        forgetAnswer(secret);
        setState((s) => ({ ...s, asked: 'thanked', form, fault: null }));
      } catch (error) {
        if (isPassing(error)) {
          setState((s) => ({ ...s, asked: 'waiting', tries: s.tries + 1 }));
          return;
        }
        const next = refused(error);
        if (next.asked === 'asking') keepAnswer(secret, body, null);
        else forgetAnswer(secret);
        setKey(null);
        setState((s) => ({ ...s, ...next }));
        // What was said is shown, where it can be read; that something was said is known without.
        if (next.asked === 'said') read().then((form) => setState((s) => ({ ...s, form })), () => undefined);
      }
    },
    [read, secret],
  );

  const waiting = state.asked === 'waiting';
  useEffect(() => {
    if (!waiting || key === null) return undefined;
    const again = () => void deliver(answer, key);
    const pause = state.tries === 0 ? 0 : Math.min(FIRST_MS * 2 ** (state.tries - 1), LONGEST_MS);
    const timer = setTimeout(again, pause);
    window.addEventListener('online', again);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('online', again);
    };
  }, [waiting, key, answer, state.tries, deliver]);

  const change = useCallback(
    (next: Answer) => {
      setAnswer(next);
      keepAnswer(secret, next, null);
      setState((s) => ({ ...s, fault: null }));
    },
    [secret],
  );

  const send = useCallback(() => {
    if (answer.csat === null || state.asked !== 'asking') return;
    const under = uuid();
    keepAnswer(secret, answer, under);
    setKey(under);
    setState((s) => ({ ...s, asked: 'sending', fault: null, tries: 0 }));
    void deliver(answer, under);
  }, [answer, state.asked, secret, deliver]);

  return { ...state, answer, change, send };
}
