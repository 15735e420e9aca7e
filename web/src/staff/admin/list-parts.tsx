import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './admin.module.css';

interface PartProps {
  /** What the part is called. */
  readonly name: string;
  /** What can be done beside the name: a button that makes a new one. */
  readonly action?: ReactNode;
  readonly testId?: string;
  readonly children: ReactNode;
}

/** A part of the administration: its name, what can be made there, and what there is. */
export function ListPart({ name, action, testId, children }: PartProps) {
  return (
    <section aria-label={name} className={styles.list} data-testid={testId}>
      <div className={styles.listHead}>
        <h2>{name}</h2>
        {action}
      </div>
      {children}
    </section>
  );
}

/** A cell or the head of a column that a phone leaves out. */
export const MORE = styles.more ?? '';

interface TableProps {
  /** The columns in order, each with its name and a class: {@link MORE}, or none. A last one for actions follows them. */
  readonly columns: readonly { readonly name: string; readonly className?: string }[];
  readonly testId?: string;
  /** Whether a row shows that it is under the pointer. */
  readonly highlight?: boolean;
  /** The rows. */
  readonly children: ReactNode;
}

/** The table of a part. */
export function ListTable({ columns, testId, highlight = false, children }: TableProps) {
  const { t } = useTranslation('admin');
  return (
    <Table.ScrollContainer minWidth={0}>
      <Table verticalSpacing="xs" highlightOnHover={highlight} data-testid={testId}>
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ name, className }) => (
              <Table.Th key={name} scope="col" className={className ?? ''}>
                {name}
              </Table.Th>
            ))}
            <Table.Th scope="col">
              <span className="visually-hidden">{t('list.actions')}</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody className="num">{children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
