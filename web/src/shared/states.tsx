import { IconRefresh } from '@tabler/icons-react';
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiFault, NetworkFault } from '~/api/fault';
import { currentLanguage } from '~/i18n';
import { DEFAULT_LANGUAGE } from '~/i18n/languages';

/** Grey bars where content will be; nothing for the first 100 ms, a way out after ten seconds. */
export function Loading({ rows = 3 }: { rows?: number }) {
  const { t } = useTranslation();
  const [phase, setPhase] = useState<'none' | 'skeleton' | 'slow'>('none');
  useEffect(() => {
    const soon = setTimeout(() => setPhase('skeleton'), 100);
    const late = setTimeout(() => setPhase('slow'), 10_000);
    return () => {
      clearTimeout(soon);
      clearTimeout(late);
    };
  }, []);
  if (phase === 'none') return null;
  if (phase === 'slow') {
    return (
      <Message title={t('problem.slow')}>
        <Retry onClick={() => location.reload()} />
      </Message>
    );
  }
  return (
    <div className="stack" aria-busy="true" aria-label={t('problem.loading')} role="group">
      {Array.from({ length: rows }, (_, i) => (
        <div key={i} className="skeleton" />
      ))}
    </div>
  );
}

/** A heading, an explanation and a way out: for errors and for empty lists alike. */
export function Message({ title, text, icon, children }: { title: string; text?: string | undefined; icon?: ReactNode; children?: ReactNode }) {
  return (
    <div className="message">
      {icon}
      <h2 className="message-title">{title}</h2>
      {text !== undefined && <p className="message-text">{text}</p>}
      {children}
    </div>
  );
}

export function Retry({ onClick }: { onClick: () => void }) {
  const { t } = useTranslation();
  return (
    <button type="button" className="button" onClick={onClick}>
      <IconRefresh size={20} aria-hidden />
      {t('problem.retry')}
    </button>
  );
}

/**
 * A refusal in the reader's language, by its stable code: as it is said to the person it happened to, else as it is
 * said of anybody. The server says it in English and knows most about it, so there its own words stand; in other
 * languages they are the last resort, and the tenant's own rules speak the tenant's words everywhere.
 *
 * The texts come after the page: nobody waits for them who is not refused.
 */
function useWords(): (code: string, said: string, field?: boolean) => string {
  const { t } = useTranslation('fault', { useSuspense: false });
  return useCallback(
    (code, said, field = false) =>
      currentLanguage() === DEFAULT_LANGUAGE ? said : t([`you.${code}`, ...(field ? [`field.${code}`] : []), code], { defaultValue: said }),
    [t],
  );
}

/**
 * A refusal that a thing tells of itself, such as a visit that stopped, said by its code: to the person it happened to,
 * or `ofOthers` to staff who look at it.
 */
export function useRefusalText(ofOthers = false): (code: string | null, said: string | null) => string {
  const { t } = useTranslation('fault', { useSuspense: false });
  return useCallback(
    (code, said) => {
      if (code === null || currentLanguage() === DEFAULT_LANGUAGE) return said ?? '';
      return t([...(ofOthers ? [] : [`you.${code}`]), code], { defaultValue: said ?? '' });
    },
    [t, ofOthers],
  );
}

/** What an error means to the person in front of the screen: cause and way out. */
export function useFaultText(): (error: unknown) => { title: string; text: string } {
  const { t } = useTranslation();
  const words = useWords();
  return useCallback(
    (error) => {
      if (error instanceof NetworkFault) return { title: t('problem.offlineTitle'), text: t('problem.offlineText') };
      if (error instanceof ApiFault) {
        if (error.status === 404) return { title: t('problem.goneTitle'), text: t('problem.goneText') };
        if (error.status === 429) return { title: t('problem.busyTitle'), text: t('problem.busyText') };
        if (error.status < 500) return { title: t('problem.refusedTitle'), text: words(error.code, error.message) };
      }
      return { title: t('problem.brokenTitle'), text: t('problem.brokenText') };
    },
    [t, words],
  );
}

/** The wrong fields of a form by name, in the reader's words. */
export function useFieldTexts(error: unknown): Record<string, string> {
  const words = useWords();
  if (!(error instanceof ApiFault)) return {};
  return Object.fromEntries(error.fields.map((f) => [f.field, words(f.code, f.message, true)]));
}

/** An error with its way out. */
export function Fault({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const { title, text } = useFaultText()(error);
  return (
    <Message title={title} text={text}>
      {onRetry !== undefined && <Retry onClick={onRetry} />}
    </Message>
  );
}
