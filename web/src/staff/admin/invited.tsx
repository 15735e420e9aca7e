import { Table } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Invitation } from '~/api/shapes';
import { useTenantPath } from '../session';
import { AskButton } from '../shared/ask-button';
import { Refusal } from '../shared/refusal';
import { useEntries } from '../shared/use-entries';
import { ListPart, ListTable, MORE } from './list-parts';
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
    <ListPart name={t('invited.title')} testId="admin-invited">
      <Refusal error={error} />
      <ListTable columns={[{ name: t('field.email') }, { name: t('field.roles') }, { name: t('field.status'), className: MORE }]}>
        {invited.data.map((one) => (
          <Table.Tr key={one.id}>
            <Table.Td>
              <bdi>{one.email}</bdi>
            </Table.Td>
            <Table.Td>{wordOf('roles', one.roles)}</Table.Td>
            <Table.Td className={MORE}>{wordOf('status', one.status)}</Table.Td>
            <Table.Td ta="end">
              <AskButton label={t('invited.withdrawOf', { name: one.email })} yes={t('invited.withdrawOf', { name: one.email })} busy={busy === one.id} onYes={() => withdraw(one)} testId="invited-withdraw">
                {t('invited.withdraw')}
              </AskButton>
            </Table.Td>
          </Table.Tr>
        ))}
      </ListTable>
    </ListPart>
  );
}
