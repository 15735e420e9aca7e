import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '~/api/client';
import { dateOf, momentOf } from '../manage/week';
import { useTenantPath } from '../session';
import type { Common } from './fields';

/** `2026-11-26T09:30` of a moment in a time zone, as browsers ask for it. */
export function localOf(moment: string, timeZone: string): string {
  const at = Date.parse(moment);
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone }).format(at);
  return `${dateOf(at, timeZone)}T${time}`;
}

/** Day and time on the organisation's clock; may stay empty. */
export function MomentField({ common, value, onChange }: { common: Common; value: unknown; onChange: (value: unknown) => void }) {
  const base = useTenantPath();
  const tenant = useQuery({ queryKey: ['tenant', base], queryFn: () => api.get<{ timezone: string }>(base) });
  const zone = tenant.data?.timezone;
  const text = typeof value === 'string' && value !== '' && zone !== undefined ? localOf(value, zone) : '';
  return (
    <TextInput
      {...common}
      type="datetime-local"
      disabled={zone === undefined}
      value={text}
      onChange={(e) => {
        const [date = '', time = ''] = e.currentTarget.value.split('T');
        const at = zone === undefined ? null : momentOf(date, time.slice(0, 5), zone);
        onChange(at === null ? '' : new Date(at).toISOString());
      }}
    />
  );
}
