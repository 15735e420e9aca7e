import { Button, Group, Stack } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Waiting } from '~/api/shapes';
import { currentLanguage } from '~/i18n';
import { fullDay } from '~/i18n/format';
import { useTenantPath } from '../session';
import { Refusal, useFieldFaults } from '../shared/refusal';
import { useDeed } from '../shared/use-deed';
import { saidOf, WhoFields, type Who } from './who';

/** The days on which nothing is free: the first and the last. */
export interface Dates {
  readonly from: string;
  readonly to: string;
}

interface Props {
  readonly siteId: string;
  readonly service: string;
  readonly dates: Dates;
  readonly who: Who;
  readonly onWho: (who: Who) => void;
  /** Back to the times. */
  readonly onBack: () => void;
  readonly onDone: (entry: Waiting) => void;
}

/** Puts somebody on the waitlist for days on which nothing is free. */
export function WaitForm({ siteId, service, dates, who, onWho, onBack, onDone }: Props) {
  const { t } = useTranslation('appointments');
  const base = useTenantPath();
  const deed = useDeed();
  const faults = useFieldFaults(deed.error);
  const [nameless, setNameless] = useState(false);
  const submit = (e: FormEvent) => {
    e.preventDefault();
    const { name, phone, email, party_size } = saidOf(who);
    setNameless(name === null);
    if (name === null) return;
    deed.run(() => api.post<Waiting>(`${base}/waitlist`, { site_id: siteId, service_id: service, ...dates, name, phone, email, party_size, locale: currentLanguage(), ...(who.customer !== null && { customer_id: who.customer.id }) }, { retries: 2 }), onDone);
  };
  return (
    <form onSubmit={submit} noValidate data-testid="waitlist-form">
      <Stack>
        <Refusal error={deed.error} label={(field) => t(`book.${field}`, { defaultValue: field })} />
        <p>{t('waitlist.how', { from: fullDay(dates.from), to: fullDay(dates.to) })}</p>
        <WhoFields who={who} faults={nameless ? { ...faults, name: t('waitlist.nameless') } : faults} onChange={onWho} notes={false} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onBack} data-testid="waitlist-back">
            {t('book.otherTime')}
          </Button>
          <Button type="submit" loading={deed.busy} data-testid="waitlist-add">
            {t('waitlist.add')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What to tell whoever waits now. */
export function OnWaitlist({ entry, dates, children }: { readonly entry: Waiting; readonly dates: Dates; readonly children: React.ReactNode }) {
  const { t } = useTranslation('appointments');
  return (
    <Stack role="status" data-testid="waitlist-added">
      <p>{t('waitlist.added', { name: entry.name ?? t('row.anonymous'), from: fullDay(dates.from), to: fullDay(dates.to) })}</p>
      {entry.url !== null && (
        <p>
          <a href={entry.url} target="_blank" rel="noreferrer">
            {t('waitlist.page')}
          </a>
        </p>
      )}
      <Group justify="flex-end">{children}</Group>
    </Stack>
  );
}
