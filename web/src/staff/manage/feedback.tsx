import { IconMoodSad, IconMoodSmile, IconStarFilled } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, withQuery } from '~/api/client';
import type { Feedback, FeedbackSummary, Page } from '~/api/shapes';
import { clock, number } from '~/i18n/format';
import { Fault, Loading } from '~/shared/states';
import type { AtSite } from '../appointments/use-day';
import { useTenantPath } from '../session';
import { useEntries } from '../shared/use-entries';
import styles from './manage.module.css';
import { dayStart } from './week';

/** So many of the latest remarks are read. */
const REMARKS = 5;
/** Of the latest answers, so many are looked through for remarks: most people leave only a number. */
const LOOKED_AT = 50;
/** From this mark on somebody was content. */
const CONTENT = 4;

/** The key of what was read of a day. */
export const FEEDBACK_DAY = 'feedback-day';

/** What people said today: the mean mark, how many, how likely they recommend it, and the latest in their own words. */
export function FeedbackCard({ site, at }: AtSite) {
  const { t } = useTranslation('manage');
  const base = useTenantPath();
  const from = new Date(dayStart(Date.parse(at), site.timezone, 0)).toISOString();
  // Not with each thing that happens in the line: remarks can wait for the next minute.
  const minute = at.slice(0, 16);
  const keep = <T,>(before: T | undefined, query: { queryKey: readonly unknown[] } | undefined) => (query?.queryKey[2] === site.id ? before : undefined);
  const read = useQuery({
    queryKey: [FEEDBACK_DAY, base, site.id, from, minute],
    queryFn: async () => {
      const [summary, latest] = await Promise.all([
        api.get<FeedbackSummary>(withQuery(`${base}/feedback/summary`, { site_id: site.id, from })),
        api.get<Page<Feedback>>(withQuery(`${base}/feedback`, { site_id: site.id, from, limit: LOOKED_AT })),
      ]);
      return { total: summary.total, remarks: latest.items.filter((one) => one.comment !== null || one.tags.length > 0).slice(0, REMARKS) };
    },
    placeholderData: keep,
  });
  const services = useEntries<{ id: string; name: string }>('/services');
  let body;
  if (read.data === undefined) body = read.isError ? <Fault error={read.error} onRetry={() => void read.refetch()} /> : <Loading rows={2} />;
  else if (read.data.total.responses === 0) body = <p className={styles.state}>{t('feedback.none')}</p>;
  else {
    const { total, remarks } = read.data;
    const digit = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
    body = (
      <>
        <dl className={styles.marks}>
          <div>
            <dt>{t('feedback.csat')}</dt>
            <dd className="num" data-testid="floor-csat">
              {total.csat_average === null ? (
                '–'
              ) : (
                <>
                  <IconStarFilled size={20} aria-hidden /> <bdi dir="ltr">{t('feedback.of5', { mark: number(total.csat_average, digit) })}</bdi>
                </>
              )}
            </dd>
          </div>
          <div>
            <dt>{t('feedback.answers')}</dt>
            <dd className="num">{number(total.responses)}</dd>
          </div>
          {total.nps !== null && (
            <div>
              <dt>{t('feedback.nps')}</dt>
              <dd className="num">
                <bdi dir="ltr">{number(total.nps, { signDisplay: 'exceptZero', maximumFractionDigits: 0 })}</bdi>
              </dd>
            </div>
          )}
        </dl>
        {remarks.length === 0 ? (
          <p className={styles.state}>{t('feedback.wordless')}</p>
        ) : (
          <ul>
            {remarks.map((one) => (
              <Remark key={one.id} said={one} zone={site.timezone} service={services.data?.find((s) => s.id === one.service_id)?.name} />
            ))}
          </ul>
        )}
      </>
    );
  }
  return (
    <section className={styles.card} aria-label={t('feedback.title')} data-testid="floor-feedback">
      <h2>{t('feedback.title')}</h2>
      {body}
    </section>
  );
}

function Remark({ said, zone, service }: { said: Feedback; zone: string; service: string | undefined }) {
  const { t } = useTranslation('manage');
  const content = said.csat === null ? (said.nps ?? 0) >= 9 : said.csat >= CONTENT;
  const Icon = content ? IconMoodSmile : IconMoodSad;
  return (
    <li className={styles.remark}>
      <Icon size={24} className={content ? styles.good : styles.warn} role="img" aria-label={t(content ? 'feedback.content' : 'feedback.notContent')} />
      <div>
        {said.comment !== null && (
          <q>
            <bdi>{said.comment}</bdi>
          </q>
        )}
        {said.tags.length > 0 && <span> {said.tags.map((tag) => t(`feedback.tag.${tag}`, { defaultValue: tag })).join(', ')}</span>}
        <span className={`num ${styles.state}`}>
          {said.csat !== null && (
            <>
              <bdi dir="ltr">{t('feedback.of5', { mark: number(said.csat) })}</bdi>
              {' · '}
            </>
          )}
          {service !== undefined && (
            <>
              <bdi>{service}</bdi>
              {' · '}
            </>
          )}
          {clock(said.created_at, zone)}
        </span>
      </div>
    </li>
  );
}
