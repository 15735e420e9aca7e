import { Badge, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Page, SessionEntry } from '~/api/shapes';
import { dayAndClock } from '~/i18n/format';
import { Fault, Loading } from '~/shared/states';
import { AskButton } from '../shared/ask-button';
import { Refusal } from '../shared/refusal';
import styles from './account.module.css';

/** Where one is signed in; each can be ended, after it was asked: whoever works there has to sign in anew. */
export function SessionList() {
  const { t } = useTranslation('account');
  const sessions = useQuery({ queryKey: ['sessions'], queryFn: () => api.get<Page<SessionEntry>>('/api/v1/auth/sessions') });
  const [error, setError] = useState<unknown>(null);
  const [ending, setEnding] = useState<string | null>(null);
  const end = (path: string) => {
    setError(null);
    setEnding(path);
    api
      .delete(`/api/v1/auth/sessions${path}`)
      .then(() => sessions.refetch(), setError)
      .finally(() => setEnding(null));
  };
  let body;
  if (sessions.data === undefined) body = sessions.isError ? <Fault error={sessions.error} onRetry={() => void sessions.refetch()} /> : <Loading rows={3} />;
  else {
    body = (
      <Stack>
        <Refusal error={error} />
        <ul className={styles.rows} data-testid="account-sessions">
          {sessions.data.items.map((one) => (
            <li key={one.id}>
              <span>
                <bdi>{one.user_agent ?? t('sessions.unknown')}</bdi>
                <small>
                  {one.ip !== null && <bdi dir="ltr">{one.ip} · </bdi>}
                  {t('sessions.used', { time: dayAndClock(one.last_used_at) })}
                </small>
              </span>
              {one.current ? (
                <Badge color="ok">{t('sessions.this')}</Badge>
              ) : (
                <AskButton label={t('sessions.endOf', { name: one.user_agent ?? t('sessions.unknown') })} yes={t('sessions.endYes')} busy={ending === `/${one.id}`} onYes={() => end(`/${one.id}`)} testId="account-end">
                  {t('sessions.end')}
                </AskButton>
              )}
            </li>
          ))}
        </ul>
        {sessions.data.items.length > 1 && (
          <AskButton style={{ alignSelf: 'flex-start' }} yes={t('sessions.endOthersYes')} busy={ending === ''} onYes={() => end('')} testId="account-end-others">
            {t('sessions.endOthers')}
          </AskButton>
        )}
      </Stack>
    );
  }
  return (
    <section className={styles.section} aria-label={t('sessions.title')}>
      <h2>{t('sessions.title')}</h2>
      {body}
    </section>
  );
}
