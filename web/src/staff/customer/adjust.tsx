import { NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { PointsLine } from '~/api/shapes';
import { useTenantPath } from '../session';
import { useFieldFaults } from '../shared/refusal';
import { useDeed } from '../shared/use-deed';
import type { PartProps } from './points';
import { Folded } from './purchase';

/** Points given or taken by hand; the customer reads why. */
export function Adjust({ id, off, onDone }: PartProps) {
  const { t } = useTranslation('customer');
  const base = useTenantPath();
  const deed = useDeed();
  const faults = useFieldFaults(deed.error);
  const [points, setPoints] = useState<number | string>('');
  const [reason, setReason] = useState('');
  const wanted = Number(points);
  const ready = points !== '' && Number.isInteger(wanted) && wanted !== 0 && reason.trim() !== '';
  const send = () =>
    deed.run(
      () => api.post<PointsLine>(`${base}/customers/${id}/points`, { points: wanted, reason: reason.trim() }, { retries: 2 }),
      ({ points_change: change }) => {
        setPoints('');
        setReason('');
        onDone(change < 0 ? t('adjust.taken', { count: -change }) : t('adjust.given', { count: change }));
      },
    );
  return (
    <Folded name="adjust" deed={deed} off={off} ready={ready} onSend={send}>
      <NumberInput label={t('adjust.points')} allowDecimal={false} value={points} error={faults['points']} data-field="points" onChange={setPoints} data-testid="customer-adjust-points" />
      <TextInput label={t('adjust.reason')} autoComplete="off" dir="auto" maxLength={200} value={reason} error={faults['reason']} data-field="reason" onChange={(e) => setReason(e.currentTarget.value)} data-testid="customer-adjust-reason" />
    </Folded>
  );
}
