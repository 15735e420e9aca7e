import { Button, Table, TextInput } from '@mantine/core';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Page } from '~/api/shapes';
import { Fault, Loading, Message } from '~/shared/states';
import { useTenantPath } from '../session';
import styles from './admin.module.css';
import { EntryForm } from './entry-form';
import { shown, valueAt, type Entry, type Noun } from './nouns';

/** Every entry of a noun. */
export function useEntries(path: string, enabled = true) {
  const base = useTenantPath();
  return useQuery({
    queryKey: ['entries', base, path],
    queryFn: () => api.get<Page<Entry>>(`${base}${path}?limit=200`),
    enabled,
  });
}

/** What the site of an entry is called. */
export function useSiteNames(enabled: boolean): (entry: Entry) => string {
  const sites = useEntries('/sites', enabled);
  return (entry) => shown(sites.data?.items.find((s) => s.id === entry['site_id'])?.['name']);
}

/** A list that can be searched, and the form of the entry that was picked. */
export function EntryList({ noun }: { noun: Noun }) {
  const { t } = useTranslation('admin');
  const entries = useEntries(noun.path);
  const siteOf = useSiteNames(noun.columns.includes('site_id'));
  const text = (entry: Entry, column: string) => (column === 'site_id' ? siteOf(entry) : shown(valueAt(entry, column)));
  const [search, setSearch] = useState('');
  const [open, setOpen] = useState<{ entry: Entry | null } | null>(null);
  const singular = t(`one.${noun.name}`);

  let body;
  if (entries.isError) body = <Fault error={entries.error} onRetry={() => void entries.refetch()} />;
  else if (entries.data === undefined) body = <Loading rows={4} />;
  else if (entries.data.items.length === 0) body = <Message title={t('list.never', { noun: t(`noun.${noun.name}`) })} text={t('list.begin', { noun: singular })} />;
  else {
    const wanted = search.trim().toLowerCase();
    const found = entries.data.items.filter((e) => noun.columns.some((c) => text(e, c).toLowerCase().includes(wanted)));
    body =
      found.length === 0 ? (
        <Message title={t('list.noMatch', { text: search })} />
      ) : (
        <Table.ScrollContainer minWidth={480}>
          <Table verticalSpacing="sm" highlightOnHover>
            <Table.Thead>
              <Table.Tr>
                {noun.columns.map((column) => (
                  <Table.Th key={column} scope="col">
                    {t(`field.${column.replace('.', '_')}`)}
                  </Table.Th>
                ))}
                <Table.Th scope="col">
                  <span className="visually-hidden">{t('list.actions')}</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {found.map((entry) => (
                <Table.Tr key={entry.id}>
                  {noun.columns.map((column) => (
                    <Table.Td key={column}>
                      <Cell column={column} value={column === 'site_id' ? siteOf(entry) : valueAt(entry, column)} />
                    </Table.Td>
                  ))}
                  <Table.Td>
                    <Button
                      variant="default"
                      size="sm"
                      aria-label={t('list.editOf', { name: shown(valueAt(entry, noun.columns[0] ?? 'id')) })}
                      onClick={() => setOpen({ entry })}
                    >
                      {t('list.edit')}
                    </Button>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      );
  }
  return (
    <section aria-label={t(`noun.${noun.name}`)}>
      <div className={styles.bar}>
        <TextInput
          className={styles.search ?? ''}
          aria-label={t('list.search')}
          placeholder={t('list.search')}
          leftSection={<IconSearch size={20} />}
          value={search}
          onChange={(e) => setSearch(e.currentTarget.value)}
        />
        <Button leftSection={<IconPlus size={20} />} data-testid={`admin-new-${noun.testId}`} onClick={() => setOpen({ entry: null })}>
          {t('list.new', { noun: singular })}
        </Button>
      </div>
      {body}
      {open !== null && <EntryForm key={open.entry?.id ?? 'new'} noun={noun} entry={open.entry} onClose={() => setOpen(null)} onDone={() => void entries.refetch()} />}
    </section>
  );
}

/** Words that the API uses are shown in the reader's language. */
function Cell({ column, value }: { column: string; value: unknown }) {
  const { t } = useTranslation('admin');
  const text = shown(value);
  if (typeof value === 'boolean') return <>{t(value ? 'word.true' : 'word.false')}</>;
  if (['kind', 'status', 'algorithm'].includes(column)) return <>{t(`word.${text}`, { defaultValue: text })}</>;
  if (column === 'roles' && Array.isArray(value)) return <>{value.map((role) => t(`role.${shown(role)}`, { defaultValue: shown(role) })).join(', ')}</>;
  return <bdi>{text}</bdi>;
}
