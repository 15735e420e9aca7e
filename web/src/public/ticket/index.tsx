import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { ApiFault } from '~/api/fault';
import type { Frame, PublicTicket } from '~/api/shapes';
import { useLive } from '~/live/use-live';
import { registerWorker, useManifest } from '~/shared/pwa';
import { Fault, Loading, Message } from '~/shared/states';
import { keepTicket, keptTicket } from '../kept-ticket';
import { PublicPage } from '../page';
import { TicketView } from './view';

function reduce(previous: PublicTicket | undefined, frame: Frame): PublicTicket | undefined {
  const data = frame.data as PublicTicket | null;
  return data !== null && typeof data === 'object' && typeof data.number === 'string' ? data : previous;
}

/** `/t/{secret}`: the page of one ticket, for the person who holds it; `/t/` is the one of this phone. */
export default function TicketPage({ secret }: { secret: string }) {
  if (secret === '') return <KeptTicket />;
  // Another ticket is another page: nothing of the previous one may linger.
  return <OneTicket key={secret} secret={secret} />;
}

/** What a phone opens that has this page on its home screen: its own ticket while there is one, else the front page. */
function KeptTicket() {
  useEffect(() => {
    const kept = keptTicket();
    location.replace(kept === null ? '/' : `/t/${encodeURIComponent(kept.secret)}`);
  }, []);
  return (
    <PublicPage>
      <Loading rows={3} />
    </PublicPage>
  );
}

function OneTicket({ secret }: { secret: string }) {
  const { t } = useTranslation(['ticket', 'common']);
  const path = `/api/v1/public/tickets/${encodeURIComponent(secret)}`;
  const [kept] = useState(() => keptTicket(secret)?.ticket);
  const [known, setKnown] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  const { data, clock, put } = useLive<PublicTicket>(known ? `${path}/events` : null, reduce, {
    initial: kept === undefined ? undefined : { data: kept, at: kept.at },
  });
  useManifest('/ticket.webmanifest');

  useEffect(() => {
    let current = true;
    api.get<PublicTicket>(path).then(
      (ticket) => {
        if (!current) return;
        put(ticket);
        setKnown(true);
      },
      (fault: unknown) => {
        if (!current) return;
        setError(fault);
        // Not reached, but the number is known from before: show it and let the feed keep trying.
        if (kept !== undefined && !(fault instanceof ApiFault)) setKnown(true);
      },
    );
    return () => {
      current = false;
    };
  }, [path, attempt, put, kept]);
  useEffect(() => {
    registerWorker();
  }, []);
  useEffect(() => {
    if (data !== undefined) keepTicket(secret, data);
  }, [secret, data]);

  const act = useCallback(
    async (verb: string, body: object = {}) => {
      const answer = await api.post<PublicTicket>(`${path}/${verb}`, body, { retries: 1 });
      put(answer);
      return answer;
    },
    [path, put],
  );

  const refused = error instanceof ApiFault;
  if (refused && (error.status === 404 || error.status === 410)) {
    return (
      <PublicPage>
        <Message title={t('bad.title')} text={t('bad.text')}>
          <a className="button" href="/">
            {t('common:problem.home')}
          </a>
        </Message>
      </PublicPage>
    );
  }
  if (data === undefined || refused) {
    return (
      <PublicPage>
        {error === null ? (
          <Loading rows={3} />
        ) : (
          <Fault
            error={error}
            onRetry={() => {
              setError(null);
              setAttempt(attempt + 1);
            }}
          />
        )}
      </PublicPage>
    );
  }
  return <TicketView ticket={data} secret={secret} clock={clock} act={act} />;
}
