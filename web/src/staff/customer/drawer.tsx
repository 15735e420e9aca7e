import { Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Customer } from '~/api/shapes';
import { Fault, Loading } from '~/shared/states';
import { useTenantPath } from '../session';
import { AboutCustomer } from './about';
import { calledBy } from './called-by';
import styles from './customer.module.css';

interface Props {
  /** Whom it is about; closed while null. */
  readonly id: string | null;
  readonly cut: boolean;
  readonly onClose: () => void;
}

/** One customer at the desk: how to reach them, what staff should know, points, appointments and tickets. */
export function CustomerDrawer({ id, cut, onClose }: Props) {
  const { t } = useTranslation('customer');
  const base = useTenantPath();
  const read = useQuery({ queryKey: ['person', base, id], queryFn: () => api.get<Customer>(`${base}/customers/${id ?? ''}`), enabled: id !== null, staleTime: 0 });
  const person = read.data;
  return (
    <Drawer opened={id !== null} onClose={onClose} position="right" size="lg" title={person === undefined ? t('title') : calledBy(person)} closeButtonProps={{ 'aria-label': t('common:action.close') }} data-testid="customer-drawer">
      {id !== null &&
        (person === undefined ? (
          read.isError ? (
            <Fault error={read.error} onRetry={() => void read.refetch()} />
          ) : (
            <Loading rows={6} />
          )
        ) : (
          <>
            <p className={styles.reach}>
              {[person.phone, person.email].flatMap((way) =>
                way === null
                  ? []
                  : [
                      <bdi key={way} dir="ltr">
                        {way}
                      </bdi>,
                    ],
              )}
            </p>
            {person.notes !== null && (
              <p className={styles.notes}>
                <bdi>{person.notes}</bdi>
              </p>
            )}
            <AboutCustomer key={id} id={id} cut={cut} />
          </>
        ))}
    </Drawer>
  );
}
