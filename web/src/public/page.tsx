import { IconChevronDown } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { currentLanguage, setLanguage } from '~/i18n';
import { isLanguage, LANGUAGES, type Language } from '~/i18n/languages';
import { Logo } from '~/shared/logo';
import styles from './page.module.css';

interface Props {
  /** What stands in the head bar instead of the product's name. */
  title?: ReactNode;
  /** At the end of the head bar, before the languages. */
  aside?: ReactNode;
  footer?: ReactNode | undefined;
  languages?: readonly Language[];
  children: ReactNode;
}

/** The frame of a public page: one column, head bar with languages, content, a quiet foot. */
export function PublicPage({ title, aside, footer, languages, children }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <a className={styles.skip} href="#content">
        {t('menu.skip')}
      </a>
      <header className={styles.bar}>
        <div className={styles.title}>
          {title ?? (
            <a href="/" className={styles.brand}>
              <Logo size={28} />
              {t('app')}
            </a>
          )}
        </div>
        {aside}
        <LanguageSelect languages={languages} />
      </header>
      <main id="content" className={styles.main} tabIndex={-1}>
        {children}
      </main>
      {footer !== undefined && <footer className={styles.foot}>{footer}</footer>}
    </>
  );
}

/** The language of the page, as the plain control of the browser: small, known, accessible. */
function LanguageSelect({ languages }: { languages?: readonly Language[] | undefined }) {
  const { t } = useTranslation();
  const offered = languages ?? (Object.keys(LANGUAGES) as Language[]);
  return (
    <span className={styles.language}>
      <select
        aria-label={t('menu.language')}
        value={currentLanguage()}
        onChange={(e) => {
          if (isLanguage(e.target.value)) void setLanguage(e.target.value);
        }}
      >
        {offered.map((code) => (
          <option key={code} value={code} lang={code}>
            {LANGUAGES[code].name}
          </option>
        ))}
      </select>
      <IconChevronDown size={16} aria-hidden />
    </span>
  );
}
