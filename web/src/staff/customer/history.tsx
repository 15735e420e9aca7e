import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, withQuery } from '~/api/client';
import type { Page, PointsLine } from '~/api/shapes';
import { longDate, number } from '~/i18n/format';
import { Fault, Loading } from '~/shared/states';
import { useTenantPath } from '../session';
import styles from './customer.module.css';
import { moneyText } from './money';
import { KEY, useCurrency } from './use-customer';

const SHOWN = 10;

/** What became of a customer's points, the newest first. */
export function PointsHistory({ id }: { readonly id: string }) {
  const { t } = useTranslation('customer');
  const base = useTenantPath();
  const currency = useCurrency();
  const lines = useInfiniteQuery({
    queryKey: [KEY, base, id, 'history'],
    queryFn: ({ pageParam }) => api.get<Page<PointsLine>>(withQuery(`${base}/customers/${id}/points/transactions`, { limit: SHOWN, cursor: pageParam })),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    staleTime: 0,
  });
  const all = lines.data?.pages.flatMap((page) => page.items) ?? [];
  if (lines.data === undefined) return lines.isError ? <Fault error={lines.error} onRetry={() => void lines.refetch()} /> : <Loading rows={3} />;
  return (
    <section aria-label={t('history.title')}>
      <h4>{t('history.title')}</h4>
      {all.length === 0 ? (
        <p className={styles.hint}>{t('history.none')}</p>
      ) : (
        <ul className={styles.lines} data-testid="customer-history">
          {all.map((line) => (
            <li key={line.id}>
              <span>
                {line.type === 'earned' && line.trigger !== null ? t(`earned.${line.trigger}`) : t(`history.${line.type}`)}
                {line.amount !== null && currency !== undefined && <span className="num"> · {moneyText(line.amount, currency)}</span>}
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
      )}
      {lines.hasNextPage && (
        <Button variant="default" loading={lines.isFetchingNextPage} onClick={() => void lines.fetchNextPage()} data-testid="customer-history-more">
          {t('history.more')}
        </Button>
      )}
    </section>
  );
}
