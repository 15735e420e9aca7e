import { may, useUser } from '../session';
import { useOnline } from '../shared/use-online';
import styles from './customer.module.css';
import { CustomerPoints } from './points';
import { CustomerBookings, CustomerTickets } from './visits';

/** What staff see of a customer beside who they are: points, tickets and appointments, each as far as they may. */
export function AboutCustomer({ id, cut = false }: { readonly id: string; readonly cut?: boolean }) {
  const user = useUser();
  const online = useOnline();
  return (
    <div className={styles.about}>
      {may(user, 'rewards:read') && <CustomerPoints id={id} off={cut || !online} />}
      {may(user, 'appointments:read') && <CustomerBookings id={id} />}
      {may(user, 'tickets:read') && <CustomerTickets id={id} />}
    </div>
  );
}
