import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { clock } from '~/i18n/format';
import { announcements } from '~/live/announce';
import { useNow } from '~/live/use-live';
import styles from './book.module.css';

/** From so many seconds before its end on a hold warns. */
const NEAR = 60;

interface Props {
  until: string;
  zone: string;
  onExtend: () => void;
  onEnd: () => void;
}

/** How long the chosen time is kept, with a way to keep it longer. */
export function Hold({ until, zone, onExtend, onEnd }: Props) {
  const { t } = useTranslation('book');
  const left = Math.ceil((Date.parse(until) - useNow()) / 1000);
  const near = left <= NEAR;
  const ended = useRef(onEnd);
  useEffect(() => {
    ended.current = onEnd;
  });
  useEffect(() => {
    if (near) announcements.say(t('hold.near'));
  }, [near, until, t]);
  const over = left <= 0;
  useEffect(() => {
    // Once, and again only for another end: whoever is told every second cannot do anything about it.
    if (over) ended.current();
  }, [over, until]);
  return (
    <div className={styles.hold} data-near={near} data-testid="book-hold">
      <span className="grow num">{near ? t('hold.left', { count: Math.max(left, 0) }) : t('hold.until', { time: clock(until, zone) })}</span>
      {near && (
        <button type="button" className="button" onClick={onExtend} data-testid="book-extend">
          {t('hold.extend')}
        </button>
      )}
    </div>
  );
}
