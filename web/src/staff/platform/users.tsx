import { Button, Select, Table, TextInput } from '@mantine/core';
import { IconCircleCheck, IconPlayerPause, IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, withQuery } from '~/api/client';
import type { InstallationUser, Page } from '~/api/shapes';
import { dayAndClock } from '~/i18n/format';
import { Fault, Loading, Message } from '~/shared/states';
import { useUser } from '../session';
import { AskButton } from '../shared/ask-button';
import { Refusal } from '../shared/refusal';
import styles from './platform.module.css';

/** So many people are read at once. */
const PAGE = 50;
const PATH = '/api/v1/platform/users';

/** Where somebody belongs, in one line: "Demo Bank (agent), Corner (admin)". */
export function belongings(person: Pick<InstallationUser, 'tenants'>, roleOf: (role: string) => string): string {
  return person.tenants.map(({ name, roles }) => `${name} (${roles.map(roleOf).join(', ')})`).join(', ');
}

/** Everybody who has an account, of all organisations and of none: found by name or address, kept out, let in again. */
export function People() {
  const { t } = useTranslation(['platform', 'admin']);
  const me = useUser();
  const [text, setText] = useState('');
  const [status, setStatus] = useState('');
  const wanted = useDeferredValue(text.trim());
  const [busy, setBusy] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [said, setSaid] = useState('');
  const found = useInfiniteQuery({
    queryKey: ['platform', 'users', wanted, status],
    queryFn: ({ pageParam }) => api.get<Page<InstallationUser>>(withQuery(PATH, { limit: PAGE, cursor: pageParam, q: wanted, status })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    staleTime: 0,
  });
  const people = found.data?.pages.flatMap((page) => page.items) ?? [];
  const roleOf = (role: string) => t(`admin:role.${role}`, { defaultValue: role });
  const called = (person: InstallationUser) => (person.name === '' ? person.email : person.name);
  const put = (person: InstallationUser, next: 'active' | 'inactive') => {
    if (busy !== null) return;
    setBusy(person.id);
    setError(null);
    setSaid('');
    api
      .put(`${PATH}/${person.id}/status`, { status: next })
      .then(() => {
        setSaid(t(next === 'active' ? 'users.isIn' : 'users.isOut', { name: called(person) }));
        return found.refetch();
      }, setError)
      .finally(() => setBusy(null));
  };
  let body;
  if (found.data === undefined) body = found.isError ? <Fault error={found.error} onRetry={() => void found.refetch()} /> : <Loading rows={4} />;
  else if (people.length === 0) body = <Message title={t('users.noMatch')} />;
  else {
    body = (
      <>
        <Table verticalSpacing="xs" highlightOnHover data-testid="platform-users">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t('users.who')}</Table.Th>
              <Table.Th scope="col" className={styles.more}>
                {t('users.where')}
              </Table.Th>
              <Table.Th scope="col" className={styles.more}>
                {t('users.seen')}
              </Table.Th>
              <Table.Th scope="col">{t('users.status')}</Table.Th>
              <Table.Th scope="col">
                <span className="visually-hidden">{t('users.actions')}</span>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody className="num">
            {people.map((one) => (
              <Table.Tr key={one.id} data-testid={`platform-user-${one.email}`}>
                <Table.Td>
                  <bdi>{called(one)}</bdi>
                  <small className={styles.under}>
                    <bdi dir="ltr">{one.email}</bdi>
                  </small>
                </Table.Td>
                <Table.Td className={styles.more}>
                  <bdi>{one.platform_admin ? t('users.operator') : belongings(one, roleOf) || '–'}</bdi>
                </Table.Td>
                <Table.Td className={styles.more}>{one.last_sign_in_at === null ? '–' : dayAndClock(one.last_sign_in_at)}</Table.Td>
                <Table.Td>
                  <span className={styles.state} data-status={one.status === 'active' ? 'active' : 'suspended'}>
                    {one.status === 'active' ? <IconCircleCheck size={20} aria-hidden /> : <IconPlayerPause size={20} aria-hidden />}
                    {t(one.status === 'active' ? 'users.in' : 'users.out')}
                  </span>
                </Table.Td>
                <Table.Td ta="end">
                  {one.id !== me.id &&
                    (one.status === 'active' ? (
                      <AskButton yes={t('users.keepOutYes', { name: called(one) })} label={t('users.keepOutOf', { name: called(one) })} onYes={() => put(one, 'inactive')} busy={busy === one.id} testId="platform-user-out">
                        {t('users.keepOut')}
                      </AskButton>
                    ) : (
                      <Button variant="default" loading={busy === one.id} aria-label={t('users.letInOf', { name: called(one) })} onClick={() => put(one, 'active')} data-testid="platform-user-in">
                        {t('users.letIn')}
                      </Button>
                    ))}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        {found.hasNextPage && (
          <Button variant="default" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t('users.more')}
          </Button>
        )}
      </>
    );
  }
  return (
    <section className={styles.card} aria-label={t('users.title')}>
      <header className={styles.head}>
        <h2>{t('users.title')}</h2>
        <TextInput className={styles.search ?? ''} aria-label={t('users.search')} placeholder={t('users.search')} leftSection={<IconSearch size={20} />} autoComplete="off" value={text} onChange={(e) => setText(e.currentTarget.value)} data-testid="platform-user-search" />
        <Select
          w={180}
          allowDeselect={false}
          aria-label={t('users.status')}
          data={[
            { value: '', label: t('users.all') },
            { value: 'active', label: t('users.in') },
            { value: 'inactive', label: t('users.out') },
          ]}
          value={status}
          onChange={(value) => setStatus(value ?? '')}
        />
      </header>
      <p role="status" className={styles.said}>
        {said !== '' && (
          <>
            <IconCircleCheck size={20} aria-hidden /> {said}
          </>
        )}
      </p>
      <Refusal error={error} onClose={() => setError(null)} />
      {body}
    </section>
  );
}
