import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CustomerDrawer } from '../customer/drawer';
import { PickCustomer } from '../customer/pick';
import styles from './reception.module.css';

/** Finds a customer, with or without a ticket: points, rewards, purchases, appointments and tickets. */
export function CustomerDesk({ cut }: { readonly cut: boolean }) {
  const { t } = useTranslation('customer');
  const [open, setOpen] = useState<string | null>(null);
  return (
    <section className={styles.card} aria-label={t('desk.title')} data-testid="reception-customers">
      <h2>{t('desk.title')}</h2>
      <PickCustomer label={t('desk.label')} onPick={(person) => setOpen(person.id)} testId="customers-search" />
      <CustomerDrawer id={open} cut={cut} onClose={() => setOpen(null)} />
    </section>
  );
}
