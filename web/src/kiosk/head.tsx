import { useTranslation } from 'react-i18next';
import type { SiteBoard } from '~/api/shapes';
import { currentLanguage, setLanguage } from '~/i18n';
import { clock } from '~/i18n/format';
import { LANGUAGES, type Language } from '~/i18n/languages';
import { useNow } from '~/live/use-live';
import { Logo } from '~/shared/logo';
import styles from './kiosk.module.css';

/** Whose kiosk this is, the time, and the languages by their own names. */
export function Head({ board, languages, compact }: { board: SiteBoard; languages: Language[]; compact: boolean }) {
  const { t } = useTranslation(['kiosk', 'common']);
  const now = useNow(1000);
  const logo = board.tenant.branding?.logo;
  return (
    <header className={styles.head} data-compact={compact}>
      <div className={styles.brand}>
        {typeof logo === 'string' && logo !== '' ? <img src={logo} alt="" className={styles.logo} /> : <Logo size={72} />}
        <div className="grow">
          <p className={styles.tenant}>{board.tenant.name}</p>
          <p className={styles.site}>{board.site.name}</p>
        </div>
        <time className={styles.clock} dateTime={new Date(now).toISOString().slice(11, 16)}>
          {clock(now, board.site.timezone)}
        </time>
      </div>
      <nav className={styles.languages} aria-label={t('common:menu.language')}>
        {languages.map((code) => (
          <button
            key={code}
            type="button"
            lang={code}
            className={styles.language}
            aria-pressed={code === currentLanguage()}
            onClick={() => void setLanguage(code, false)}
          >
            {LANGUAGES[code].name}
          </button>
        ))}
      </nav>
    </header>
  );
}
