import { Button, Modal } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { clock } from '~/i18n/format';
import { Fault, Loading } from '~/shared/states';
import { AppointmentDay } from '../appointments/day';
import { useSiteDay, type AtSite } from '../appointments/use-day';
import { isLate } from '../appointments/window';
import { useServerNow } from '../shared/server-clock';
import { useNamed } from '../shared/use-named';
import styles from './manage.module.css';

/** So many of the next ones are named. */
const NEXT = 4;
const LOOK_MS = 30_000;

interface Props extends AtSite {
  readonly cut: boolean;
  readonly onDone: () => void;
}

/** Who is expected next today, who is late, and the whole day behind a button. */
export function AppointmentsCard({ site, at, cut, onDone }: Props) {
  const { t } = useTranslation(['manage', 'appointments']);
  const named = useNamed();
  const [open, setOpen] = useState(false);
  const now = useServerNow(LOOK_MS);
  const { appointments } = useSiteDay({ site, at }, now, false);
  const expected = (appointments.data ?? []).filter((one) => one.status === 'booked');
  const late = expected.filter((one) => isLate(one, now)).length;
  let body;
  if (appointments.data === undefined) body = appointments.isError ? <Fault error={appointments.error} onRetry={() => void appointments.refetch()} /> : <Loading rows={2} />;
  else if (expected.length === 0) body = <p className={styles.state}>{t('expected.none')}</p>;
  else {
    body = (
      <>
        <ul>
          {expected.slice(0, NEXT).map((one) => (
            <li key={one.id} className={styles.expected}>
              <bdi dir="ltr" className={`num ${styles.label}`}>
                {clock(one.starts_at, site.timezone)}
              </bdi>
              <span>
                <bdi>{one.name ?? one.reference}</bdi> · <bdi className={styles.state}>{named(one.service_name)}</bdi>
              </span>
              {isLate(one, now) && <IconAlertTriangle size={20} role="img" aria-label={t('expected.late')} className={styles.warn} />}
            </li>
          ))}
        </ul>
        <p className={`num ${styles.state}`}>
          {t('expected.count', { count: expected.length })}
          {late > 0 && <strong className={styles.warn}> · {t('expected.lateCount', { count: late })}</strong>}
        </p>
      </>
    );
  }
  return (
    <section className={styles.card} aria-label={t('expected.title')} data-testid="floor-appointments">
      <h2>{t('expected.title')}</h2>
      {body}
      <Button variant="default" fullWidth mt="sm" onClick={() => setOpen(true)} data-testid="floor-appointments-open">
        {t('expected.open')}
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} size="xl" title={t('appointments:title', { site: site.name })} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
        {open && <AppointmentDay site={site} at={at} cut={cut} onChanged={onDone} />}
      </Modal>
    </section>
  );
}
