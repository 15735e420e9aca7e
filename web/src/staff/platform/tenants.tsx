import { Button, Table, TextInput } from '@mantine/core';
import { IconCircleCheck, IconPlus, IconPlayerPause, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Tenant } from '~/api/shapes';
import { longDate } from '~/i18n/format';
import { Fault, Loading, Message } from '~/shared/states';
import { readAll } from '../shared/use-entries';
import styles from './platform.module.css';
import { TenantDrawer } from './tenant-drawer';

/** Every organisation of the installation. */
export function Tenants() {
  const { t } = useTranslation('platform');
  const tenants = useQuery({ queryKey: ['platform', 'tenants'], queryFn: () => readAll<Tenant>('/api/v1/tenants'), staleTime: 0 });
  const [search, setSearch] = useState('');
  const wanted = useDeferredValue(search.trim().toLowerCase());
  const [open, setOpen] = useState<Tenant | 'new' | null>(null);
  const [said, setSaid] = useState('');
  const all = tenants.data ?? [];
  const found = all.filter((one) => [one.name, one.slug, one.contact_email ?? ''].some((text) => text.toLowerCase().includes(wanted)));
  let body;
  if (tenants.data === undefined) body = tenants.isError ? <Fault error={tenants.error} onRetry={() => void tenants.refetch()} /> : <Loading rows={4} />;
  else if (all.length === 0) body = <Message title={t('tenants.never')} text={t('tenants.neverText')} />;
  else if (found.length === 0) body = <Message title={t('tenants.noMatch', { text: search.trim() })} />;
  else {
    body = (
      <Table verticalSpacing="xs" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('tenants.name')}</Table.Th>
            <Table.Th scope="col" className={styles.more}>
              {t('tenants.slug')}
            </Table.Th>
            <Table.Th scope="col">{t('tenants.status')}</Table.Th>
            <Table.Th scope="col" className={styles.more}>
              {t('tenants.since')}
            </Table.Th>
            <Table.Th scope="col">
              <span className="visually-hidden">{t('tenants.actions')}</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody className="num">
          {found.map((one) => (
            <Table.Tr key={one.id} data-testid={`platform-tenant-${one.slug}`}>
              <Table.Td>
                <bdi>{one.name}</bdi>
              </Table.Td>
              <Table.Td className={styles.more}>
                <bdi dir="ltr">{one.slug}</bdi>
              </Table.Td>
              <Table.Td>
                <TenantState status={one.status} />
              </Table.Td>
              <Table.Td className={styles.more}>{longDate(one.created_at)}</Table.Td>
              <Table.Td ta="end">
                <Button variant="default" aria-label={t('tenants.openOf', { name: one.name })} onClick={() => setOpen(one)} data-testid="platform-open">
                  {t('tenants.open')}
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    );
  }
  return (
    <section className={styles.card} aria-label={t('tenants.title')}>
      <header className={styles.head}>
        <h2>{t('tenants.title')}</h2>
        <TextInput className={styles.search ?? ''} aria-label={t('tenants.search')} placeholder={t('tenants.search')} leftSection={<IconSearch size={20} />} value={search} onChange={(e) => setSearch(e.currentTarget.value)} />
        <Button leftSection={<IconPlus size={20} />} onClick={() => setOpen('new')} data-testid="platform-new">
          {t('tenants.new')}
        </Button>
      </header>
      <p role="status" className={styles.said}>
        {said !== '' && (
          <>
            <IconCircleCheck size={20} aria-hidden /> {said}
          </>
        )}
      </p>
      {body}
      {open !== null && (
        <TenantDrawer
          key={open === 'new' ? 'new' : open.id}
          tenant={open === 'new' ? null : open}
          onClose={() => setOpen(null)}
          onDone={(text) => {
            setSaid(text);
            void tenants.refetch();
          }}
        />
      )}
    </section>
  );
}

/** Whether an organisation works, as icon and word. */
export function TenantState({ status }: { status: Tenant['status'] }) {
  const { t } = useTranslation('platform');
  const Icon = status === 'active' ? IconCircleCheck : IconPlayerPause;
  return (
    <span className={styles.state} data-status={status}>
      <Icon size={20} aria-hidden />
      {t(`status.${status}`)}
    </span>
  );
}
