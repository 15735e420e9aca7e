import { ActionIcon } from '@mantine/core';
import { IconMinus, IconPlus } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { FloorLine } from '~/api/shapes';
import { announcements } from '~/live/announce';
import { may, useTenantPath, useUser } from '../session';
import { Refusal } from '../shared/refusal';
import { useNamed } from '../shared/use-named';
import styles from './manage.module.css';

/** Presses come in a row while somebody counts; they are told together. */
const SETTLE_MS = 400;

interface Props {
  readonly line: Pick<FloorLine, 'queue_id' | 'name' | 'outside_count'>;
  readonly off: boolean;
  readonly onDone: () => void;
}

/** People who stand in line without a ticket: they make every estimate longer. Counted by who may give tickets. */
export function Outside({ line, off, onDone }: Props) {
  const { t } = useTranslation('manage');
  const user = useUser();
  if (!may(user, 'tickets:issue')) return line.outside_count === 0 ? null : <span className={`num ${styles.lineFacts}`}>{t('outside.count', { count: line.outside_count })}</span>;
  return <Counted line={line} off={off} onDone={onDone} />;
}

function Counted({ line, off, onDone }: Props) {
  const { t } = useTranslation('manage');
  const base = useTenantPath();
  const name = useNamed()(line.name);
  const [change, setChange] = useState(0);
  const [read, setRead] = useState(line.outside_count);
  const [told, setTold] = useState(line.outside_count);
  // What a new reading says counts. A change during rendering is the documented way to take it over.
  if (read !== line.outside_count) {
    setRead(line.outside_count);
    setTold(line.outside_count);
  }
  const [error, setError] = useState<unknown>(null);
  const pending = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const count = Math.max(0, told + change);
  const send = () => {
    const wanted = pending.current;
    pending.current = 0;
    if (wanted === 0) return;
    api.post<{ outside_count: number }>(`${base}/queues/${line.queue_id}/outside`, { change: wanted }, { retries: 2 }).then(
      ({ outside_count }) => {
        setTold(outside_count);
        announcements.say(`${name}: ${t('outside.count', { count: outside_count })}`);
        setChange((now) => now - wanted);
        onDone();
      },
      (refused: unknown) => {
        setError(refused);
        setChange((now) => now - wanted);
      },
    );
  };
  const latest = useRef(send);
  useEffect(() => {
    latest.current = send;
  });
  // What was counted is told, also when the list goes away before its time.
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      latest.current();
    },
    [],
  );
  const step = (by: number) => {
    if (off || count + by < 0) return;
    setError(null);
    setChange((now) => now + by);
    pending.current += by;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => latest.current(), SETTLE_MS);
  };
  return (
    <span role="group" aria-label={t('outside.of', { name })} className={styles.outside} data-testid="floor-outside">
      <ActionIcon variant="subtle" color="gray" size={44} aria-label={t('outside.less', { name })} aria-disabled={off || count === 0} data-disabled={off || count === 0 || undefined} onClick={() => step(-1)} data-testid="floor-outside-less">
        <IconMinus size={20} />
      </ActionIcon>
      <span className={`num ${styles.lineFacts}`} data-testid="floor-outside-count">
        {t('outside.count', { count })}
      </span>
      <ActionIcon variant="subtle" color="gray" size={44} aria-label={t('outside.more', { name })} aria-disabled={off} data-disabled={off || undefined} onClick={() => step(1)} data-testid="floor-outside-more">
        <IconPlus size={20} />
      </ActionIcon>
      <Refusal error={error} quiet onClose={() => setError(null)} />
    </span>
  );
}
