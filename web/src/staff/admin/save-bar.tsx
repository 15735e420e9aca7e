import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import styles from './admin.module.css';

interface Props {
  /** How many changes there are; null for something new. */
  readonly count: number | null;
  readonly busy: boolean;
  /** Where the changes are seen. */
  readonly effect?: React.ReactNode;
  readonly onDiscard: () => void;
}

/** "3 changes · Discard · Save", always in sight at the end of a form. */
export function SaveBar({ count, busy, effect, onDiscard }: Props) {
  const { t } = useTranslation('admin');
  const none = count === 0;
  return (
    <div className={styles.saveBar} data-testid="admin-save-bar">
      <span className={styles.saveText} role="status">
        {count !== null && (none ? t('form.noChange') : t('form.changes', { count }))} {!none && <span className="muted">{effect}</span>}
      </span>
      {count !== null && (
        <Button variant="default" disabled={none || busy} onClick={onDiscard} data-testid="admin-undo-changes">
          {t('form.discard')}
        </Button>
      )}
      <Button type="submit" loading={busy} disabled={none} data-testid="admin-save">
        {count === null ? t('form.create') : t('form.save')}
      </Button>
    </div>
  );
}
