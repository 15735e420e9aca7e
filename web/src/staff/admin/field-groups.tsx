import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './admin.module.css';
import type { FieldSpec } from './nouns';

/** The fields of a form, those of a group below its heading. */
export function FieldGroups({ fields, children }: { fields: readonly FieldSpec[]; children: (field: FieldSpec) => ReactNode }) {
  const { t } = useTranslation('admin');
  const groups: { name: string | undefined; fields: FieldSpec[] }[] = [];
  for (const field of fields) {
    const last = groups.at(-1);
    if (last !== undefined && last.name === field.group) last.fields.push(field);
    else groups.push({ name: field.group, fields: [field] });
  }
  return groups.map(({ name, fields: own }) =>
    name === undefined ? (
      own.map(children)
    ) : (
      <fieldset key={name} className={styles.group}>
        <legend>{t(`group.${name}`)}</legend>
        <div className={styles.groupFields}>
          {own.map((field) => (
            <div key={field.name} data-kind={field.kind}>
              {children(field)}
            </div>
          ))}
        </div>
      </fieldset>
    ),
  );
}
