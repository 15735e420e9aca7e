import { Button, Table, TextInput } from '@mantine/core';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, withQuery } from '~/api/client';
import type { Customer, Page } from '~/api/shapes';
import { Fault, Loading, Message } from '~/shared/states';
import { calledBy } from '../customer/called-by';
import { may, useTenantPath, useUser } from '../session';
import { ListPart, ListTable, MORE } from './list-parts';
import { PersonForm } from './person-form';

/** So many people are read at once. */
const PAGE = 50;

/** The people who are served: found by name, number or address, changed, merged, handed out and erased. */
export function People({ onDone }: { readonly onDone: (said: string) => void }) {
  const { t } = useTranslation('admin');
  const base = useTenantPath();
  const user = useUser();
  const [text, setText] = useState('');
  const [open, setOpen] = useState<{ id: string | null } | null>(null);
  const wanted = useDeferredValue(text.trim());
  const found = useInfiniteQuery({
    queryKey: ['people', base, wanted],
    queryFn: ({ pageParam }) => api.get<Page<Customer>>(withQuery(`${base}/customers`, { limit: PAGE, cursor: pageParam, q: wanted === '' ? null : wanted })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  const people = found.data?.pages.flatMap((page) => page.items) ?? [];
  let body;
  if (found.data === undefined) body = found.isError ? <Fault error={found.error} onRetry={() => void found.refetch()} /> : <Loading rows={6} />;
  else if (people.length === 0) body = wanted === '' ? <Message title={t('people.never')} text={t('people.neverText')} /> : <Message title={t('people.noMatch', { text: wanted })} />;
  else {
    body = (
      <>
        <ListTable columns={[{ name: t('field.name') }, { name: t('people.phone') }, { name: t('field.email'), className: MORE }]} highlight testId="people">
          {people.map((one) => (
            <Table.Tr key={one.id}>
              <Table.Td>
                <bdi>{one.name === '' ? t('people.nameless') : one.name}</bdi>
              </Table.Td>
              <Table.Td>
                <bdi dir="ltr">{one.phone ?? '–'}</bdi>
              </Table.Td>
              <Table.Td className={MORE}>
                <bdi dir="ltr">{one.email ?? '–'}</bdi>
              </Table.Td>
              <Table.Td ta="end">
                <Button variant="default" aria-label={t('people.openOf', { name: calledBy(one) })} onClick={() => setOpen({ id: one.id })}>
                  {t('people.open')}
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </ListTable>
        {found.hasNextPage && (
          <Button variant="default" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t('trail.more')}
          </Button>
        )}
      </>
    );
  }
  return (
    <ListPart
      name={t('noun.people')}
      action={
        may(user, 'customers:write') && (
          <Button leftSection={<IconPlus size={20} />} onClick={() => setOpen({ id: null })} data-testid="people-new">
            {t('people.new')}
          </Button>
        )
      }
    >
      <TextInput aria-label={t('people.search')} placeholder={t('people.search')} leftSection={<IconSearch size={20} />} autoComplete="off" my="sm" value={text} onChange={(e) => setText(e.currentTarget.value)} data-testid="people-search" />
      {body}
      {open !== null && <PersonForm key={open.id ?? 'new'} id={open.id} onClose={() => setOpen(null)} onDone={onDone} />}
    </ListPart>
  );
}
