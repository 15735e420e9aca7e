import { Button, Checkbox, Group, Modal, NumberInput, Select, Stack, TextInput } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { ApiFault } from '~/api/fault';
import type { Availability, Service, Slot } from '~/api/shapes';
import { fullDayAndClock } from '~/i18n/format';
import { ANYBODY, SlotPicker } from '~/public/book/slots';
import { Fault, Loading, Message } from '~/shared/states';
import { useTenantPath } from '../session';
import { Refusal, useFieldFaults } from '../shared/refusal';
import { useEntries } from '../shared/use-entries';
import styles from './appointments.module.css';
import type { AtSite } from './use-day';
import { useStaffSlots } from './use-source';
import { useNamed } from '../shared/use-named';

interface Props {
  readonly opened: boolean;
  readonly site: AtSite['site'];
  readonly onClose: () => void;
  readonly onBooked: () => void;
}

interface Booked {
  readonly reference: string;
  readonly url: string | null;
  readonly starts_at: string;
  readonly name: string | null;
  readonly staff_name: string | null;
  /** The others of a series, and the times of it that were not free. */
  readonly series: readonly { readonly starts_at: string }[];
  readonly skipped: readonly string[];
}

/** How an appointment can come back. */
const EVERY = ['day', 'week', 'two_weeks', 'month'] as const;

/** Refusals that mean the chosen time can no longer be had. */
const LOST: ReadonlySet<string> = new Set(['slot_taken', 'not_a_slot', 'too_soon']);

const NOBODY = { name: '', phone: '', email: '', notes: '' };
const ONCE: Repeat = { every: null, count: 4, skip_taken: true };

interface Repeat {
  readonly every: string | null;
  readonly count: number;
  readonly skip_taken: boolean;
}

/** Books for somebody who called or stands at the desk: what for, when, who. What was typed survives a lost slot. */
export function BookDialog({ opened, site, onClose, onBooked }: Props) {
  const { t } = useTranslation('appointments');
  return (
    <Modal opened={opened} onClose={onClose} size="xl" title={t('book.title', { site: site.name })} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      {opened && <Book site={site} onBooked={onBooked} onClose={onClose} />}
    </Modal>
  );
}

function Book({ site, onBooked, onClose }: Omit<Props, 'opened'>) {
  const { t } = useTranslation('appointments');
  const rules = useEntries<Availability>('/availabilities');
  const services = useEntries<Service>('/services');
  const [done, setDone] = useState<Booked | null>(null);
  const failed = [rules, services].find((query) => query.isError);
  if (rules.data === undefined || services.data === undefined) {
    return failed === undefined ? <Loading rows={4} /> : <Fault error={failed.error} onRetry={() => void failed.refetch()} />;
  }
  const here = new Set(rules.data.filter((one) => one.active && one.site_id === site.id).map((one) => one.service_id));
  const offered = services.data.filter((service) => here.has(service.id) && service.active);
  if (offered.length === 0) return <Message title={t('book.noneTitle')} text={t('book.none')} />;
  if (done !== null) return <Done booked={done} zone={site.timezone} onAgain={() => setDone(null)} onClose={onClose} />;
  return (
    <Form
      site={site}
      services={offered}
      onDone={(booked) => {
        setDone(booked);
        onBooked();
      }}
    />
  );
}

function Form({ site, services, onDone }: { site: AtSite['site']; services: readonly Service[]; onDone: (booked: Booked) => void }) {
  const { t } = useTranslation('appointments');
  const named = useNamed();
  const base = useTenantPath();
  const source = useStaffSlots(site);
  const [service, setService] = useState(services.length === 1 ? (services[0]?.id ?? null) : null);
  const [slot, setSlot] = useState<Slot | null>(null);
  const [person, setPerson] = useState(NOBODY);
  const [wish, setWish] = useState(ANYBODY);
  const [repeat, setRepeat] = useState(ONCE);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const faults = useFieldFaults(error);
  const set = (part: Partial<typeof NOBODY>) => setPerson((all) => ({ ...all, ...part }));
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (busy || slot === null) return;
    setBusy(true);
    setError(null);
    const text = (value: string) => value.trim() || null;
    api
      .post<Booked>(
        `${base}/tickets/appointments`,
        { site_id: site.id, service_id: service, starts_at: slot.starts_at, staff_id: wish.staff, name: text(person.name), phone: text(person.phone), email: text(person.email), notes: text(person.notes), party_size: wish.people, ...(repeat.every !== null && { repeat }) },
        { retries: 2 },
      )
      .then(onDone, (refused: unknown) => {
        setError(refused);
        // A slot that somebody else took is no longer one; what was typed stays.
        if (refused instanceof ApiFault && LOST.has(refused.code)) setSlot(null);
      })
      .finally(() => setBusy(false));
  };
  const field = (name: 'name' | 'phone' | 'email' | 'notes') => ({
    label: t(`book.${name}`),
    value: person[name],
    error: faults[name],
    autoComplete: 'off',
    'data-field': name,
    'data-testid': `appointment-${name}`,
    onChange: (e: React.ChangeEvent<HTMLInputElement>) => set({ [name]: e.currentTarget.value }),
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Refusal error={error} label={(name) => t(`book.${name}`, { defaultValue: name })} />
        <Select
          label={t('book.service_id')}
          data={services.map((one) => ({ value: one.id, label: named(one.name) }))}
          value={service}
          allowDeselect={false}
          error={faults['service_id']}
          data-field="service_id"
          data-testid="appointment-service"
          onChange={(id) => {
            setService(id);
            setSlot(null);
            setWish((now) => ({ ...now, staff: null }));
          }}
        />
        {service !== null && (
          <NumberInput label={t('book.party_size')} min={1} max={100} value={wish.people} error={faults['party_size']} data-field="party_size" data-testid="appointment-party" onChange={(v) => setWish((now) => ({ ...now, people: Math.min(Math.max(Number(v) || 1, 1), 100) }))} />
        )}
        {service !== null && slot === null && <SlotPicker key={service} source={source} service={service} wish={wish} onWish={setWish} onPick={setSlot} />}
        {slot !== null && (
          <>
            <div className={styles.chosen}>
              <time dateTime={slot.starts_at} data-testid="appointment-chosen">
                {fullDayAndClock(slot.starts_at, site.timezone)}
              </time>
              <Button variant="default" onClick={() => setSlot(null)} data-testid="appointment-other-time">
                {t('book.otherTime')}
              </Button>
            </div>
            <div className={styles.details}>
              <TextInput {...field('name')} dir="auto" autoFocus />
              <TextInput {...field('phone')} type="tel" dir="ltr" />
              <TextInput {...field('email')} type="email" dir="ltr" />
            </div>
            <TextInput {...field('notes')} dir="auto" />
            <div className={styles.details}>
              <Select
                label={t('book.repeat')}
                data={[{ value: '', label: t('book.once') }, ...EVERY.map((every) => ({ value: every, label: t(`book.every.${every}`) }))]}
                value={repeat.every ?? ''}
                allowDeselect={false}
                data-testid="appointment-repeat"
                onChange={(every) => setRepeat((now) => ({ ...now, every: every === '' ? null : every }))}
              />
              {repeat.every !== null && (
                <>
                  <NumberInput label={t('book.count')} min={2} max={52} value={repeat.count} error={faults['repeat.count']} data-field="repeat.count" onChange={(v) => setRepeat((now) => ({ ...now, count: Number(v) || 2 }))} />
                  <Checkbox label={t('book.skip')} checked={repeat.skip_taken} onChange={(e) => setRepeat((now) => ({ ...now, skip_taken: e.currentTarget.checked }))} />
                </>
              )}
            </div>
            <Group justify="flex-end">
              <Button type="submit" size="lg" loading={busy} data-testid="appointment-book">
                {t('book.submit', { time: fullDayAndClock(slot.starts_at, site.timezone) })}
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </form>
  );
}

/** What to tell the caller. */
function Done({ booked, zone, onAgain, onClose }: { booked: Booked; zone: string; onAgain: () => void; onClose: () => void }) {
  const { t } = useTranslation('appointments');
  return (
    <Stack role="status" data-testid="appointment-booked">
      <p className={styles.done}>
        <IconCircleCheck size={24} aria-hidden />
        {t('book.done', { time: fullDayAndClock(booked.starts_at, zone) })}
        {booked.staff_name !== null && (
          <>
            {' · '}
            <bdi>{booked.staff_name}</bdi>
          </>
        )}
      </p>
      {booked.series.length > 0 && (
        <ul data-testid="appointment-series">
          {booked.series.map((one) => (
            <li key={one.starts_at}>{fullDayAndClock(one.starts_at, zone)}</li>
          ))}
        </ul>
      )}
      {booked.skipped.length > 0 && <p>{t('book.skipped', { times: booked.skipped.map((time) => fullDayAndClock(time, zone)).join(' · ') })}</p>}
      <p>
        {t('book.reference')}{' '}
        <bdi dir="ltr" className={styles.bigReference}>
          {booked.reference}
        </bdi>
      </p>
      {booked.url !== null && (
        <p>
          <a href={booked.url} target="_blank" rel="noreferrer">
            {t('book.page')}
          </a>
        </p>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onAgain} data-testid="appointment-again">
          {t('book.again')}
        </Button>
        <Button onClick={onClose}>{t('common:action.done')}</Button>
      </Group>
    </Stack>
  );
}
