import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { currentLanguage } from '~/i18n';
import { LANGUAGES } from '~/i18n/languages';
import { longDate } from '~/i18n/format';
import { useEntries } from '../shared/use-entries';
import { rhythmOf, weekdayName } from './cron';
import type { ReportDefinition } from './shapes';

/** When an expression comes due, in words; one that means another time than most people do stands for itself. */
export function useCronWords(): (cron: string) => string {
  const { t } = useTranslation('reports');
  return useCallback(
    (cron) => {
      const rhythm = rhythmOf(cron);
      if (rhythm === null) return cron;
      const { often, time } = rhythm;
      const day = often === 'weekly' ? weekdayName(rhythm.day, LANGUAGES[currentLanguage()].locale) : rhythm.day;
      return t(`schedule.words.${often}`, { time, day });
    },
    [t],
  );
}

/** What a report tells, in words: its figures, by what, of which days, and of which line, service or site. */
export function useTells(): (report: Partial<ReportDefinition>) => string {
  const { t } = useTranslation('reports');
  const sites = useEntries<{ id: string; name: string }>('/sites');
  const queues = useEntries<{ id: string; name: string }>('/queues');
  const services = useEntries<{ id: string; name: string }>('/services');
  return (report) => {
    const { metrics = [], dimensions = [], period, from, to, site_id: site, queue_id: queue, service_id: service } = report;
    const list = new Intl.ListFormat(LANGUAGES[currentLanguage()].locale, { type: 'conjunction' });
    const name = (all: readonly { id: string; name: string }[] | undefined, id: string | null | undefined) => (id == null ? [] : [all?.find((one) => one.id === id)?.name ?? '…']);
    const date = (day: string) => longDate(`${day}T00:00:00Z`, 'UTC');
    const days = from == null ? t(`period.${period ?? 'week'}`) : `${date(from)} – ${to == null ? '…' : date(to)}`;
    return [
      metrics.length === 0 ? t('schedule.usual') : list.format(metrics.map((m) => t(`metric.${m}`))),
      dimensions.length === 0 ? t('custom.all') : t('schedule.by', { what: list.format(dimensions.map((d) => t(`dimension.${d}`))) }),
      days,
      ...name(sites.data, site),
      ...name(queues.data, queue),
      ...name(services.data, service),
    ].join(' · ');
  };
}
