import { useTranslation } from 'react-i18next';
import type { SiteBoard } from '~/api/shapes';
import { currentLanguage, setLanguage } from '~/i18n';
import { clock } from '~/i18n/format';
import { LANGUAGES, type Language } from '~/i18n/languages';
import { useNow } from '~/live/use-live';
import { Logo } from '~/shared/logo';
import styles from './kiosk.module.css';

/** Whose kiosk this is, and the time; on the first screen a welcome that fills what the tiles leave. */
export function Head({ board, compact }: { board: SiteBoard; compact: boolean }) {
  const { t } = useTranslation(['kiosk', 'common']);
  const now = useNow(1000);
  const logo = board.tenant.branding?.logo_url;
  const tagline = board.tenant.branding?.tagline;
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
      {!compact && <p className={styles.welcome}>{tagline ?? t('kiosk:welcome')}</p>}
    </header>
  );
}

/** Every language by its own name; flags stand for countries. */
export function Languages({ languages }: { languages: Language[] }) {
  const { t } = useTranslation('common');
  if (languages.length < 2) return null;
  return (
    <nav className={styles.languages} aria-label={t('menu.language')}>
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
  );
}
