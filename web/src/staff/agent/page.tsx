import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Counter } from '~/api/shapes';
import { Fault, Loading } from '~/shared/states';
import { ServerClock } from '../shared/server-clock';
import { AtCounter } from './at-counter';
import { SignIn } from './sign-in';
import { useConsole } from './use-console';

/** The agent's console: one place and one key for whoever comes next. */
export default function AgentPage() {
  const { t } = useTranslation('agent');
  const console = useConsole();
  const { data } = console;
  const seat = data === undefined ? undefined : data.counter;
  const [lost, left] = useSeatLost(seat);
  useEffect(() => {
    if (seat == null) document.title = t('title');
  }, [t, seat]);
  if (data === undefined) {
    return console.error === null ? <Loading rows={4} /> : <Fault error={console.error} onRetry={console.reload} />;
  }
  return (
    <ServerClock value={console.clock}>
      {data.counter === null ? <SignIn console={console} data={data} lost={lost} /> : <AtCounter console={console} data={data} counter={data.counter} onLeave={left} />}
    </ServerClock>
  );
}

/** The counter that the agent had and has no more without having left it: somebody closed it or took it over. */
function useSeatLost(seat: Counter | null | undefined): [Counter | null, () => void] {
  const [last, setLast] = useState<Counter | null>(null);
  const own = useRef(false);
  if (seat != null && seat !== last) setLast(seat);
  useEffect(() => {
    if (seat != null) own.current = false;
  }, [seat]);
  const [lost, setLost] = useState<Counter | null>(null);
  useEffect(() => {
    if (seat === null && last !== null) setLost(own.current ? null : last);
  }, [seat, last]);
  return [
    lost,
    () => {
      own.current = true;
    },
  ];
}
