import { Button, Table } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Invitation } from '~/api/shapes';
import { useTenantPath } from '../session';
import { Refusal } from '../shared/refusal';
import { useEntries } from '../shared/use-entries';
import styles from './admin.module.css';
import { useWord } from './entry-list';

/** Who was asked to belong to the tenant and has not accepted yet. Nothing where there is nobody. */
export function InvitedList({ onDone }: { readonly onDone: (said: string) => void }) {
  const { t } = useTranslation('admin');
  const base = useTenantPath();
  const client = useQueryClient();
  const invited = useEntries<Invitation>('/invitations');
  const wordOf = useWord();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState<string | null>(null);
  const withdraw = (one: Invitation) => {
    if (busy !== null) return;
    setBusy(one.id);
    setError(null);
    api
      .delete(`${base}/invitations/${one.id}`)
      .then(async () => {
        await client.invalidateQueries({ queryKey: ['entries'] });
        onDone(t('invited.withdrawn', { name: one.email }));
      }, setError)
      .finally(() => setBusy(null));
  };
  if (invited.data === undefined || invited.data.length === 0) return null;
  return (
    <section aria-label={t('invited.title')} className={styles.list} data-testid="admin-invited">
      <h2>{t('invited.title')}</h2>
      <Refusal error={error} />
      <Table.ScrollContainer minWidth={0}>
        <Table verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t('field.email')}</Table.Th>
              <Table.Th scope="col">{t('field.roles')}</Table.Th>
              <Table.Th scope="col" className={styles.more ?? ''}>
                {t('field.status')}
              </Table.Th>
              <Table.Th scope="col">
                <span className="visually-hidden">{t('list.actions')}</span>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {invited.data.map((one) => (
              <Table.Tr key={one.id}>
                <Table.Td>
                  <bdi>{one.email}</bdi>
                </Table.Td>
                <Table.Td>{wordOf('roles', one.roles)}</Table.Td>
                <Table.Td className={styles.more ?? ''}>{wordOf('status', one.status)}</Table.Td>
                <Table.Td ta="end">
                  <Button variant="default" loading={busy === one.id} aria-label={t('invited.withdrawOf', { name: one.email })} onClick={() => withdraw(one)}>
                    {t('invited.withdraw')}
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </section>
  );
}
