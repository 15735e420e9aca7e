import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, withQuery } from '~/api/client';
import type { Customer, Page } from '~/api/shapes';
import { Fault, Loading, Message } from '~/shared/states';
import { useTenantPath } from '../session';
import styles from './customer.module.css';

/** So many are shown; whoever is not among them is found by a longer text. */
const SHOWN = 8;
/** A single letter finds nearly everybody. */
const LEAST = 2;

interface Props {
  readonly label: string;
  readonly onPick: (person: Customer) => void;
  readonly testId: string;
}

/** Finds a known customer by a piece of the name, the number or the address, and picks them. */
export function PickCustomer({ label, onPick, testId }: Props) {
  const { t } = useTranslation('customer');
  const base = useTenantPath();
  const [text, setText] = useState('');
  const wanted = useDeferredValue(text.trim());
  const found = useQuery({
    queryKey: ['people', base, 'pick', wanted],
    queryFn: () => api.get<Page<Customer>>(withQuery(`${base}/customers`, { q: wanted, limit: SHOWN })),
    enabled: wanted.length >= LEAST,
    staleTime: 0,
  });
  let body = null;
  if (wanted.length >= LEAST) {
    if (found.data === undefined) body = found.isError ? <Fault error={found.error} onRetry={() => void found.refetch()} /> : <Loading rows={1} />;
    else if (found.data.items.length === 0) body = <Message title={t('desk.noMatch', { text: wanted })} text={t('desk.noMatchHint')} />;
    else {
      body = (
        <>
          <ul className={styles.found} data-testid={`${testId}-found`}>
            {found.data.items.map((one) => (
              <li key={one.id}>
                <button type="button" className={styles.pick} onClick={() => onPick(one)}>
                  <strong>
                    <bdi>{one.name === '' ? t('desk.nameless') : one.name}</bdi>
                  </strong>
                  <small>
                    <bdi dir="ltr">{[one.phone, one.email].filter((way) => way !== null).join(' · ')}</bdi>
                  </small>
                </button>
              </li>
            ))}
          </ul>
          {found.data.next_cursor !== null && <p className={styles.hint}>{t('desk.more', { count: SHOWN })}</p>}
        </>
      );
    }
  }
  return (
    <div className={styles.picker}>
      <TextInput
        aria-label={label}
        placeholder={label}
        leftSection={<IconSearch size={20} />}
        autoComplete="off"
        dir="auto"
        value={text}
        onChange={(e) => setText(e.currentTarget.value)}
        onKeyDown={(e) => {
          if (e.key !== 'Enter') return;
          // The form around it is not sent by it.
          e.preventDefault();
          const [only, ...others] = found.data?.items ?? [];
          if (only !== undefined && others.length === 0) onPick(only);
        }}
        data-testid={testId}
      />
      {body}
    </div>
  );
}
