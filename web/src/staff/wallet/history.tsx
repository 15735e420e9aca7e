import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, withQuery } from '~/api/client';
import type { Page, PointsLine } from '~/api/shapes';
import { longDate, number } from '~/i18n/format';
import { Fault, Loading } from '~/shared/states';
import { useTenantPath } from '../session';
import styles from './wallet.module.css';

const SHOWN = 20;

/** What became of one's points, the newest first. */
export function History() {
  const { t } = useTranslation('wallet');
  const base = useTenantPath();
  const lines = useInfiniteQuery({
    queryKey: ['wallet', base, 'history'],
    queryFn: ({ pageParam }) => api.get<Page<PointsLine>>(withQuery(`${base}/points/transactions`, { limit: SHOWN, cursor: pageParam })),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    staleTime: 0,
  });
  const all = lines.data?.pages.flatMap((page) => page.items) ?? [];
  let body;
  if (lines.data === undefined) body = lines.isError ? <Fault error={lines.error} onRetry={() => void lines.refetch()} /> : <Loading rows={3} />;
  else if (all.length === 0) body = <p className={styles.fact}>{t('history.none')}</p>;
  else {
    body = (
      <>
        <ul className={styles.lines} data-testid="wallet-history">
          {all.map((line) => (
            <li key={line.id}>
              <span>
                {line.type === 'earned' && line.trigger !== null ? t(`earned.${line.trigger}`) : t(`history.${line.type}`)}
                {line.note !== null && (
                  <>
                    {' · '}
                    <bdi>{line.note}</bdi>
                  </>
                )}
                <small>{longDate(line.created_at)}</small>
              </span>
              <strong className="num" data-sign={Math.sign(line.points_change)}>
                <bdi dir="ltr">{number(line.points_change, { signDisplay: 'exceptZero' })}</bdi>
                <small>{t('history.balance', { points: number(line.balance) })}</small>
              </strong>
            </li>
          ))}
        </ul>
        {lines.hasNextPage && (
          <Button variant="default" loading={lines.isFetchingNextPage} onClick={() => void lines.fetchNextPage()} data-testid="wallet-more">
            {t('history.more')}
          </Button>
        )}
      </>
    );
  }
  return (
    <section className={styles.card} aria-label={t('history.title')}>
      <h2>{t('history.title')}</h2>
      {body}
    </section>
  );
}
