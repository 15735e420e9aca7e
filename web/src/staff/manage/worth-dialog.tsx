import { Modal, SegmentedControl, Select, Table } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconHourglass } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, withQuery } from '~/api/client';
import type { EstimateAccuracy, EstimateReasons, EstimateRecord, FloorLine } from '~/api/shapes';
import { number } from '~/i18n/format';
import { Fault, Loading, Message } from '~/shared/states';
import { useRangeText } from '~/shared/wait-estimate';
import { useTenantPath } from '../session';
import styles from './what-if.module.css';
import { leanOf, ofTen, verdictOf } from './worth';

/** How far back can be looked. */
const DAYS = [7, 30] as const;

/** What the estimates that people were given were worth, line by line. */
export function WorthDialog({ opened, onClose, lines }: { opened: boolean; onClose: () => void; lines: readonly FloorLine[] }) {
  const { t } = useTranslation('manage');
  return (
    <Modal opened={opened} onClose={onClose} size="xl" title={t('worth.title')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      {opened && (lines.length === 0 ? <Message title={t('lines.noneTitle')} /> : <Chosen lines={lines} />)}
    </Modal>
  );
}

function Chosen({ lines }: { lines: readonly FloorLine[] }) {
  const { t } = useTranslation('manage');
  const [picked, pick] = useState<string | null>(null);
  const [days, setDays] = useState<number>(DAYS[1]);
  const inOrder = [...lines].sort((a, b) => a.name.localeCompare(b.name));
  // A line may be taken away while its record is read.
  const line = inOrder.find((one) => one.queue_id === picked) ?? inOrder[0];
  return (
    <div className={styles.whole}>
      <div className={styles.pick}>
        <Select
          label={t('report.line')}
          data={inOrder.map((one) => ({ value: one.queue_id, label: one.name }))}
          value={line?.queue_id ?? null}
          allowDeselect={false}
          onChange={pick}
          data-testid="worth-line"
        />
        <SegmentedControl aria-label={t('worth.back')} value={String(days)} onChange={(value) => setDays(Number(value))} data={DAYS.map((value) => ({ value: String(value), label: t('worth.days', { count: value }) }))} />
      </div>
      {line !== undefined && (
        <>
          <Worth key={line.queue_id} queue={line.queue_id} days={days} />
          <Rests queue={line.queue_id} />
        </>
      )}
    </div>
  );
}

/** A figure in minutes, to a tenth. */
const tenth = (minutes: number) => number(minutes, { maximumFractionDigits: 1 });

function Worth({ queue, days }: { queue: string; days: number }) {
  const { t } = useTranslation('manage');
  const base = useTenantPath();
  const read = useQuery({
    queryKey: ['worth', base, queue, days],
    queryFn: () => api.get<EstimateRecord>(withQuery(`${base}/queues/${queue}/eta/accuracy`, { days })),
    placeholderData: (before) => before,
  });
  if (read.data === undefined) return read.isError ? <Fault error={read.error} onRetry={() => void read.refetch()} /> : <Loading rows={4} />;
  const { overall, by_hour: hours, by_service: services } = read.data;
  if (overall.estimates === 0) return <Message title={t('worth.noneTitle')} text={t('worth.none')} />;
  return (
    <div className={styles.whole} aria-busy={read.isPlaceholderData} data-testid="worth">
      <Sentence of={overall} />
      <Facts of={overall} />
      <Parts caption={t('worth.byHour')} first="hour" rows={hours.map((hour) => ({ ...hour, name: `${String(hour.hour).padStart(2, '0')}:00` }))} />
      {services.length > 1 && <Parts caption={t('worth.byService')} first="service" rows={services} />}
    </div>
  );
}

/** Whether what is promised is kept, in a sentence. */
function Sentence({ of }: { of: EstimateAccuracy }) {
  const { t } = useTranslation('manage');
  const verdict = verdictOf(of);
  const Icon = verdict === 'good' ? IconCircleCheck : verdict === 'few' ? IconHourglass : IconAlertTriangle;
  return (
    <div>
      <p className={styles.worth} data-verdict={verdict} data-testid="worth-verdict">
        <Icon size={24} aria-hidden />
        <span className="num">{of.p90_coverage === null ? t('worth.noneTitle') : t('worth.kept', { number: number(ofTen(of.p90_coverage)) })}</span>
      </p>
      <p>{t(`worth.verdict.${verdict}`)}</p>
    </div>
  );
}

function Facts({ of }: { of: EstimateAccuracy }) {
  const { t } = useTranslation('manage');
  const { bias_minutes: bias } = of;
  const minutes = (value: number | null) => (value === null ? '–' : t('worth.minutes', { minutes: tenth(value) }));
  const facts = [
    ['estimates', number(of.estimates)],
    ['mae', minutes(of.mae_minutes)],
    ['median', minutes(of.median_error_minutes)],
    ['lean', t(`worth.leans.${leanOf(bias)}`, { minutes: tenth(Math.abs(bias ?? 0)) })],
  ] as const;
  return (
    <dl className={styles.facts}>
      {facts.map(([key, value]) => (
        <div key={key}>
          <dt>{t(`worth.${key}`)}</dt>
          <dd className="num" data-testid={`worth-${key}`}>
            {value}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** By hour or by service: how far off, as a bar from zero, and how many were called within what was said. */
function Parts({ caption, first, rows }: { caption: string; first: 'hour' | 'service'; rows: readonly (EstimateAccuracy & { name: string })[] }) {
  const { t } = useTranslation('manage');
  const most = Math.max(1, ...rows.map((row) => row.mae_minutes ?? 0));
  return (
    <div className={styles.scroll} role="group" aria-label={caption} tabIndex={0}>
      <Table captionSide="top">
        <Table.Caption className={styles.caption ?? ''}>{caption}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            {([first, 'estimates', 'off', 'within'] as const).map((column) => (
              <Table.Th key={column} scope="col">
                {t(`worth.column.${column}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody className="num">
          {rows.map((row) => (
            <Table.Tr key={row.name}>
              <Table.Th scope="row">
                <bdi>{row.name}</bdi>
              </Table.Th>
              <Table.Td>{number(row.estimates)}</Table.Td>
              <Table.Td>
                <div className={styles.off}>
                  {row.mae_minutes === null ? '–' : tenth(row.mae_minutes)}
                  <span style={{ inlineSize: `${((row.mae_minutes ?? 0) / most) * 100}%` }} />
                </div>
              </Table.Td>
              <Table.Td>{row.p90_coverage === null ? '–' : `${number(Math.round(row.p90_coverage * 100))} %`}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

/** What the estimate for whoever joins now rests on. */
function Rests({ queue }: { queue: string }) {
  const { t } = useTranslation('manage');
  const say = useRangeText();
  const base = useTenantPath();
  const read = useQuery({
    queryKey: ['eta-explain', base, queue],
    queryFn: () => api.get<EstimateReasons>(`${base}/queues/${queue}/eta/explain`),
    staleTime: 0,
  });
  let body;
  if (read.data === undefined) body = read.isError ? <Fault error={read.error} onRetry={() => void read.refetch()} /> : <Loading rows={2} />;
  else {
    const { estimate, people_ahead, others_first, counters_open, at_once, pace_minutes, samples } = read.data;
    const others = Math.round(others_first);
    const { low, high } = estimate;
    const parts = !estimate.serving
      ? [t('lines.unserved')]
      : [
          ...(low === null || high === null ? [] : [t('worth.said', { range: say({ low, high }) })]),
          t('worth.ahead', { people: number(people_ahead), counters: number(counters_open) }),
          ...(others > 0 ? [t('worth.others', { people: number(others) })] : []),
          at_once ? t('worth.atOnce') : t('worth.pace', { minutes: tenth(pace_minutes) }),
          samples > 0 ? t('worth.samples', { number: number(samples) }) : t('worth.prior'),
        ];
    body = (
      <ul data-testid="worth-rests">
        {parts.map((part) => (
          <li key={part} className="num">
            {part}
          </li>
        ))}
      </ul>
    );
  }
  return (
    <section aria-label={t('worth.now')}>
      <h3>{t('worth.now')}</h3>
      {body}
    </section>
  );
}
