import { Button } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Console } from '~/api/shapes';
import type { LiveClock } from '~/live/clock';
import { useFreshness } from '~/live/use-live';
import styles from './agent.module.css';

/** What was done last, and the way back for a minute. Keeps its place when there is nothing to undo. */
export function UndoBar({ data, clock, chord, off, onUndo }: { data: Console; clock: LiveClock; chord: string; off: boolean; onUndo: () => void }) {
  const { t } = useTranslation('agent');
  const { now } = useFreshness(clock);
  const left = data.undo === null ? 0 : Math.ceil((Date.parse(data.undo.until) - now) / 1000);
  const { operation = '', number = '' } = data.undo ?? {};
  return (
    <div className={styles.undo}>
      {left > 0 && (
        <>
          <span>{t(`done.${operation}`, { number, defaultValue: number })}</span>
          <Button
            variant="subtle"
            color="gray"
            leftSection={<IconArrowBackUp size={20} className="mirror" />}
            aria-disabled={off}
            data-disabled={off || undefined}
            data-testid="agent-undo"
            onClick={onUndo}
          >
            {t('undo')}
            <span className={`num ${styles.undoLeft}`}>
              ({Math.floor(left / 60)}:{String(left % 60).padStart(2, '0')})
            </span>
            <kbd className="staff-kbd">{chord}</kbd>
          </Button>
        </>
      )}
    </div>
  );
}
