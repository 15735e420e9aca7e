import { Button } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { FloorLine } from '~/api/shapes';
import { number as figure } from '~/i18n/format';
import { roundUp } from '~/shared/estimate';
import { may, useTenantPath, useUser } from '../session';
import { Refusal } from '../shared/refusal';
import styles from './manage.module.css';

/** For how long an opened counter can be closed again from here. */
const UNDO_MS = 10_000;

/** Opens the counter that helps this line most; can be taken back for ten seconds. */
export function Suggestion({ line, off, onDone }: { line: FloorLine; off: boolean; onDone: () => void }) {
  const { t } = useTranslation('manage');
  const base = useTenantPath();
  const user = useUser();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  // Once the counter is open the floor suggests it no more; the way back stays here for as long as it is offered.
  const [opened, setOpened] = useState<FloorLine['suggestion']>(null);
  const suggestion = opened ?? line.suggestion;
  if (suggestion === null || !may(user, 'counters:write')) return null;
  const set = async (status: 'open' | 'closed') => {
    if (busy || off) return;
    setBusy(true);
    setError(null);
    try {
      await api.put(`${base}/counters/${suggestion.counter_id}`, { status });
      clearTimeout(timer.current);
      setOpened(status === 'open' ? suggestion : null);
      if (status === 'open') timer.current = setTimeout(() => setOpened(null), UNDO_MS);
      onDone();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  const { counter_number: number, from_minutes: from, to_minutes: to } = suggestion;
  // In the steps in which waits are said; no wait becomes "about 0". Where nobody serves those whom it helps there is none
  // to compare with, and both are the same.
  const said = (minutes: number) => figure(Math.max(1, roundUp(minutes)));
  const text = line.state === 'unserved' || from === to ? t('suggest.openUnserved', { number, to: said(to) }) : t('suggest.open', { number, from: said(from), to: said(to) });
  return (
    <div className={styles.suggestion}>
      {opened !== null ? (
        <Button variant="default" leftSection={<IconArrowBackUp size={20} className="mirror" />} aria-busy={busy} onClick={() => void set('closed')} data-testid="floor-undo">
          {t('suggest.undo', { number })}
        </Button>
      ) : (
        <Button aria-busy={busy} aria-disabled={off} data-disabled={off || undefined} onClick={() => void set('open')} data-testid="floor-suggestion">
          {text}
        </Button>
      )}
      <Refusal error={error} quiet onClose={() => setError(null)} />
    </div>
  );
}
