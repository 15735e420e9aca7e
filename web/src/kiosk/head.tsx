import { useTranslation } from 'react-i18next';
import type { SiteBoard } from '~/api/shapes';
import { currentLanguage, setLanguage } from '~/i18n';
import { clock } from '~/i18n/format';
import { LANGUAGES, type Language } from '~/i18n/languages';
import { Logo } from '~/shared/logo';
import styles from './kiosk.module.css';

/** Whose kiosk this is, and the time by the server's clock; on the first screen a welcome that fills what the tiles leave. */
export function Head({ board, now, welcome }: { board: SiteBoard; now: number; welcome: boolean }) {
  const { t } = useTranslation(['kiosk', 'common']);
  const logo = board.tenant.branding?.logo_url;
  const tagline = board.tenant.branding?.tagline;
  return (
    <header className={styles.head} data-welcome={welcome}>
      <div className={styles.brand}>
        {typeof logo === 'string' && logo !== '' ? <img src={logo} alt="" className={styles.logo} /> : <Logo size={72} />}
        <div className={styles.whose}>
          <p className={styles.tenant}>
            <bdi>{board.tenant.name}</bdi>
          </p>
          <p className={styles.site}>
            <bdi>{board.site.name}</bdi>
          </p>
        </div>
        <time className={styles.clock} dateTime={new Date(now).toISOString().slice(11, 16)}>
          {clock(now, board.site.timezone)}
        </time>
      </div>
      {welcome && (
        <p className={styles.welcome}>
          <bdi>{tagline ?? t('kiosk:welcome')}</bdi>
        </p>
      )}
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
