import { Button, Checkbox, Group, Modal, NumberInput, Select, Stack } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { ApiFault } from '~/api/fault';
import type { Availability, Service, Slot, Waiting } from '~/api/shapes';
import { fullDayAndClock } from '~/i18n/format';
import { SlotPicker, type SlotWish } from '~/public/book/slots';
import { Fault, Loading, Message } from '~/shared/states';
import { useTenantPath } from '../session';
import { Refusal, useFieldFaults } from '../shared/refusal';
import { useEntries } from '../shared/use-entries';
import styles from './appointments.module.css';
import type { AtSite } from './use-day';
import { useStaffSlots } from './use-source';
import { useDeed } from '../shared/use-deed';
import { useNamed } from '../shared/use-named';
import { OnWaitlist, WaitForm, type Dates } from './wait-form';
import { NOBODY, saidOf, WhoFields, type Who } from './who';

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

const ONCE: Repeat = { every: null, count: 4, skip_taken: true };

interface Repeat {
  readonly every: string | null;
  readonly count: number;
  readonly skip_taken: boolean;
}

/** Somebody who was put on the waitlist instead, and for which days. */
interface Waits {
  readonly entry: Waiting;
  readonly dates: Dates;
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
  const [waits, setWaits] = useState<Waits | null>(null);
  const failed = [rules, services].find((query) => query.isError);
  if (rules.data === undefined || services.data === undefined) {
    return failed === undefined ? <Loading rows={4} /> : <Fault error={failed.error} onRetry={() => void failed.refetch()} />;
  }
  const here = new Set(rules.data.filter((one) => one.active && one.site_id === site.id).map((one) => one.service_id));
  const offered = services.data.filter((service) => here.has(service.id) && service.active);
  if (offered.length === 0) return <Message title={t('book.noneTitle')} text={t('book.none')} />;
  if (done !== null) return <Done booked={done} zone={site.timezone} onAgain={() => setDone(null)} onClose={onClose} />;
  if (waits !== null) {
    return (
      <OnWaitlist {...waits}>
        <Button variant="default" onClick={() => setWaits(null)} data-testid="appointment-again">
          {t('book.again')}
        </Button>
        <Button onClick={onClose}>{t('common:action.done')}</Button>
      </OnWaitlist>
    );
  }
  return (
    <Form
      site={site}
      services={offered}
      onDone={(booked) => {
        setDone(booked);
        onBooked();
      }}
      onWaits={(entry) => {
        setWaits(entry);
        onBooked();
      }}
    />
  );
}

interface FormProps {
  readonly site: AtSite['site'];
  readonly services: readonly Service[];
  readonly onDone: (booked: Booked) => void;
  readonly onWaits: (waits: Waits) => void;
}

/** What for and when; who, once a time is chosen or nothing is free. */
function Form({ site, services, onDone, onWaits }: FormProps) {
  const { t } = useTranslation('appointments');
  const named = useNamed();
  const source = useStaffSlots(site);
  const [service, setService] = useState(services.length === 1 ? (services[0]?.id ?? null) : null);
  const [slot, setSlot] = useState<Slot | null>(null);
  const [dates, setDates] = useState<Dates | null>(null);
  const [who, setWho] = useState(NOBODY);
  const [staff, setStaff] = useState<string | null>(null);
  const [repeat, setRepeat] = useState(ONCE);
  const [lost, setLost] = useState<unknown>(null);
  const wished = (wish: SlotWish) => {
    setStaff(wish.staff);
    setWho((now) => ({ ...now, party_size: wish.people }));
  };
  return (
    <Stack>
      <Refusal error={lost} />
      <Select
        label={t('book.service_id')}
        data={services.map((one) => ({ value: one.id, label: named(one.name) }))}
        value={service}
        allowDeselect={false}
        data-field="service_id"
        data-testid="appointment-service"
        onChange={(id) => {
          setService(id);
          setStaff(null);
          setSlot(null);
          setDates(null);
          setLost(null);
        }}
      />
      {service !== null && slot === null && dates === null && <SlotPicker key={service} source={source} service={service} wish={{ staff, people: who.party_size }} onWish={wished} party onPick={setSlot} onNone={(from, to) => setDates({ from, to })} waitLabel={t('waitlist.open')} noneText={t('waitlist.none')} />}
      {service !== null && dates !== null && <WaitForm siteId={site.id} service={service} dates={dates} who={who} onWho={setWho} onBack={() => setDates(null)} onDone={(entry) => onWaits({ entry, dates })} />}
      {service !== null && slot !== null && (
        <Details
          site={site}
          service={service}
          slot={slot}
          staff={staff}
          who={who}
          onWho={setWho}
          repeat={repeat}
          onRepeat={setRepeat}
          onOther={() => {
            setLost(null);
            setSlot(null);
          }}
          onLost={(refused) => {
            // A slot that somebody else took is no longer one; what was typed stays.
            setLost(refused);
            setSlot(null);
          }}
          onDone={onDone}
        />
      )}
    </Stack>
  );
}

interface DetailsProps extends Pick<FormProps, 'site' | 'onDone'> {
  readonly service: string;
  readonly slot: Slot;
  /** With whom; whoever is free where it is null. */
  readonly staff: string | null;
  readonly who: Who;
  readonly onWho: (who: Who) => void;
  readonly repeat: Repeat;
  readonly onRepeat: (repeat: Repeat) => void;
  /** Another time is wanted. */
  readonly onOther: () => void;
  /** The chosen time can no longer be had. */
  readonly onLost: (refused: unknown) => void;
}

/** Who comes at the chosen time, and whether it comes back. */
function Details({ site, service, slot, staff, who, onWho, repeat, onRepeat, onOther, onLost, onDone }: DetailsProps) {
  const { t } = useTranslation('appointments');
  const base = useTenantPath();
  const deed = useDeed();
  const faults = useFieldFaults(deed.error);
  const submit = (e: FormEvent) => {
    e.preventDefault();
    const body = { site_id: site.id, service_id: service, starts_at: slot.starts_at, staff_id: staff, ...saidOf(who), ...(who.customer !== null && { customer_id: who.customer.id }), ...(repeat.every !== null && { repeat }) };
    const sent = () =>
      api.post<Booked>(`${base}/tickets/appointments`, body, { retries: 2 }).catch((refused: unknown) => {
        if (!(refused instanceof ApiFault && LOST.has(refused.code))) throw refused;
        onLost(refused);
        return null;
      });
    deed.run(sent, (booked) => booked !== null && onDone(booked));
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Refusal error={deed.error} label={(name) => t(`book.${name}`, { defaultValue: name })} />
        <div className={styles.chosen}>
          <time dateTime={slot.starts_at} data-testid="appointment-chosen">
            {fullDayAndClock(slot.starts_at, site.timezone)}
          </time>
          <Button variant="default" onClick={onOther} data-testid="appointment-other-time">
            {t('book.otherTime')}
          </Button>
        </div>
        <WhoFields who={who} faults={faults} onChange={onWho} />
        <div className={styles.details}>
          <Select
            label={t('book.repeat')}
            data={[{ value: '', label: t('book.once') }, ...EVERY.map((every) => ({ value: every, label: t(`book.every.${every}`) }))]}
            value={repeat.every ?? ''}
            allowDeselect={false}
            data-testid="appointment-repeat"
            onChange={(every) => onRepeat({ ...repeat, every: every === '' ? null : every })}
          />
          {repeat.every !== null && (
            <>
              <NumberInput label={t('book.count')} min={2} max={52} value={repeat.count} error={faults['repeat.count']} data-field="repeat.count" onChange={(v) => onRepeat({ ...repeat, count: Number(v) || 2 })} />
              <Checkbox label={t('book.skip')} checked={repeat.skip_taken} onChange={(e) => onRepeat({ ...repeat, skip_taken: e.currentTarget.checked })} />
            </>
          )}
        </div>
        <Group justify="flex-end">
          <Button type="submit" size="lg" loading={deed.busy} data-testid="appointment-book">
            {t('book.submit', { time: fullDayAndClock(slot.starts_at, site.timezone) })}
          </Button>
        </Group>
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
