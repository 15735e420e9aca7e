import { Button, Table } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Fault, Loading, Message } from '~/shared/states';
import { atEverySite, useUser } from '../session';
import { useEntries, useSiteNames, type Entry } from '../shared/use-entries';
import styles from './admin.module.css';
import { ListPart, ListTable, MORE } from './list-parts';
import { nameOf, ofEverySite, shown, valueAt, type Noun } from './nouns';

interface Props {
  readonly noun: Noun;
  /** Only entries that have this text in one of their columns. */
  readonly search: string;
  /** Opens the form of an entry, or of a new one. */
  readonly onOpen: (noun: Noun, entry: Entry | null) => void;
}

/** A list of one noun. While somebody searches over all, it says nothing when it has no match. */
export function EntryList({ noun, search, onOpen }: Props) {
  const { t } = useTranslation('admin');
  const everywhere = atEverySite(useUser());
  const mayOpen = (entry: Entry | null) => everywhere || !ofEverySite(noun, entry);
  const entries = useEntries(noun.path);
  const siteOf = useSiteNames(noun.columns.includes('site_id'));
  const wordOf = useWord();
  const services = useEntries<{ id: string; name: string }>('/services', noun.columns.includes('service_id'));
  const text = (entry: Entry, column: string) => {
    if (column === 'site_id') return siteOf(entry);
    if (column === 'service_id') return services.data?.find((one) => one.id === entry['service_id'])?.name ?? '–';
    if (column === 'stock' && entry['stock'] === null) return t('word.unlimited');
    return wordOf(column, valueAt(entry, column));
  };
  const searching = search !== '';
  const found = (entries.data ?? []).filter((e) => noun.columns.some((c) => text(e, c).toLowerCase().includes(search.toLowerCase())));
  if (searching && entries.data !== undefined && found.length === 0) return null;
  let body;
  if (entries.data === undefined) body = entries.isError ? <Fault error={entries.error} onRetry={() => void entries.refetch()} /> : <Loading rows={4} />;
  else if (entries.data.length === 0) body = <Message title={t('list.never', { noun: t(`noun.${noun.name}`) })} text={t(`begin.${noun.name}`)} />;
  else {
    body = (
      <ListTable columns={noun.columns.map((column, n) => ({ name: t(`field.${column.replace('.', '_')}`), className: placeOf(n) }))} highlight>
        {found.map((entry) => (
          <Table.Tr key={entry.id}>
            {noun.columns.map((column, n) => (
              <Table.Td key={column} className={placeOf(n)}>
                <bdi>{text(entry, column)}</bdi>
              </Table.Td>
            ))}
            <Table.Td ta="end">
              {mayOpen(entry) && (
                <Button variant="default" aria-label={t('list.editOf', { name: nameOf(noun, entry) })} onClick={() => onOpen(noun, entry)}>
                  {t('list.edit')}
                </Button>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </ListTable>
    );
  }
  return (
    <ListPart
      name={t(`noun.${noun.name}`)}
      action={
        !searching && mayOpen(null) && (
          <Button leftSection={<IconPlus size={20} />} data-testid={`admin-new-${noun.testId}`} onClick={() => onOpen(noun, null)}>
            {t(`new.${noun.name}`)}
          </Button>
        )
      }
    >
      {!searching && !everywhere && noun.whole === 'all' && <p className={styles.about} data-testid={`admin-whole-${noun.testId}`}>{t('list.everySite')}</p>}
      {body}
    </ListPart>
  );
}

/** A phone shows the first two columns; the form behind has all. */
const placeOf = (column: number) => (column > 1 ? MORE : '');

/** Words that the API uses, in the reader's language. */
export function useWord(): (column: string, value: unknown) => string {
  const { t } = useTranslation('admin');
  return (column, value) => {
    if (typeof value === 'boolean') return t(value ? 'word.true' : 'word.false');
    if (['kind', 'status', 'algorithm', 'event'].includes(column)) return t(`word.${shown(value)}`, { defaultValue: shown(value) });
    if (column === 'roles' && Array.isArray(value)) return value.map((role) => t(`role.${shown(role)}`, { defaultValue: shown(role) })).join(', ');
    return shown(value);
  };
}
