import { IconPlayerPlayFilled } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { unlockSound } from '~/sound/chime';
import styles from './display.module.css';

const STORE = 'usher.display.started';
/** An unattended restart must not hide the calls: the panel leaves by itself, and a bar keeps saying it. */
const LEAVES_MS = 20_000;

function startedBefore(): boolean {
  try {
    return localStorage.getItem(STORE) === '1';
  } catch {
    return false;
  }
}

/**
 * The tap that a browser wants before it gives sound; also full screen. Shown when a screen was just paired, and
 * later only where sound is locked.
 */
export function StartScreen({ unlocked, onStart }: { unlocked: boolean; onStart: () => void }) {
  const { t } = useTranslation('display');
  const dialog = useRef<HTMLDialogElement>(null);
  const [first] = useState(() => !startedBefore());
  const [left, setLeft] = useState(false);
  const open = !left && (first || !unlocked);
  useEffect(() => {
    if (!open) return undefined;
    dialog.current?.show();
    if (first) return undefined;
    const timer = setTimeout(() => setLeft(true), LEAVES_MS);
    return () => clearTimeout(timer);
  }, [open, first]);
  if (!open) return null;
  const start = async () => {
    try {
      localStorage.setItem(STORE, '1');
    } catch {
      // asked again after the next start
    }
    void document.documentElement.requestFullscreen?.().catch(() => undefined);
    setLeft(true);
    await unlockSound();
    onStart();
  };
  return (
    <dialog ref={dialog} className={styles.start} aria-labelledby="start-title">
      <h2 id="start-title">{t('start.title')}</h2>
      <p>{t('start.text')}</p>
      <button type="button" className="button button-primary" data-testid="display-start" onClick={() => void start()}>
        <IconPlayerPlayFilled aria-hidden />
        {t('start.button')}
      </button>
    </dialog>
  );
}
