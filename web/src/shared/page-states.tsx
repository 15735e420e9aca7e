import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Fault, Message } from './states';

/** No screen lives at this address. */
export function NotFound() {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = t('problem.pageGone');
  }, [t]);
  return (
    <Message title={t('problem.pageGone')} text={t('problem.goneText')}>
      <a className="button" href="/">
        {t('problem.home')}
      </a>
    </Message>
  );
}

/** A screen failed, or its code could not be fetched. */
export function PageFault({ error }: { error: unknown }) {
  return (
    <main className="page-wait">
      <Fault error={error} onRetry={() => location.reload()} />
    </main>
  );
}
