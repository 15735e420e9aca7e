import { Alert, Radio, Stack } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useEntries, type Entry } from '../shared/use-entries';
import { useWord } from './entry-list';
import { holidaysOf, holidayText } from './holidays';
import { useRulesText } from './programme-fields';
import { useStructText } from './service-fields';
import { idOf, labelKey, nameOf, nounOf, same, type Clash, type FieldSpec, type Values } from './nouns';

/** What two editors did to one entry. */
export interface Conflict {
  readonly clashes: readonly Clash[];
  /** What only the other one changed; it stands in the form already. */
  readonly taken: readonly FieldSpec[];
  readonly theirs: Values;
}

/** Both versions of what two people changed, to choose from; nothing of either is lost before that. */
export function ConflictPanel({ conflict, now, onPick }: { conflict: Conflict; now: Values; onPick: (field: string, value: unknown) => void }) {
  const { t } = useTranslation('admin');
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    ref.current?.focus();
  }, [conflict]);
  return (
    <Alert ref={ref} tabIndex={-1} role="alert" color="warn" title={t('conflict.title')} data-testid="admin-conflict">
      <Stack>
        <p>{conflict.clashes.length > 0 ? t('conflict.choose') : t('conflict.apart')}</p>
        {conflict.clashes.map(({ field, mine, theirs }) => (
          <Radio.Group
            key={field.name}
            label={t(`field.${labelKey(field)}`)}
            value={same(now[field.name], theirs) ? 'theirs' : 'mine'}
            onChange={(choice) => onPick(field.name, choice === 'theirs' ? theirs : mine)}
          >
            <Stack gap={4} mt={4}>
              <Radio value="mine" label={<Version field={field} value={mine} whose={t('conflict.mine')} />} />
              <Radio value="theirs" label={<Version field={field} value={theirs} whose={t('conflict.theirs')} />} />
            </Stack>
          </Radio.Group>
        ))}
        {conflict.taken.length > 0 && (
          <ul className="staff-faults">
            {conflict.taken.map((field) => (
              <li key={field.name}>
                <Version field={field} value={conflict.theirs[field.name]} whose={t('conflict.took', { field: t(`field.${labelKey(field)}`) })} />
              </li>
            ))}
          </ul>
        )}
      </Stack>
    </Alert>
  );
}

function Version({ field, value, whose }: { field: FieldSpec; value: unknown; whose: string }) {
  return (
    <>
      {whose} <ValueText field={field} value={value} />
    </>
  );
}

/** A value as a person reads it: entries by their names, words in the reader's language. */
function ValueText({ field, value }: { field: FieldSpec; value: unknown }) {
  const { t } = useTranslation('admin');
  const wordOf = useWord();
  const rulesIn = useRulesText();
  const struct = useStructText()(field.kind, value);
  const noun = field.from === undefined || field.from === 'roles' ? null : nounOf(field.from);
  const entries = useEntries<Entry>(noun?.path ?? '/roles', noun !== null);
  const ids = Array.isArray(value) ? value : [value];
  const called = (id: unknown) => {
    const found = noun === null ? undefined : entries.data?.find((e) => idOf(noun.name, e) === id);
    return noun === null || found === undefined ? id : nameOf(noun, found);
  };
  const names = noun === null ? value : ids.map(called);
  if (field.kind === 'hours') return <>{value === null ? t(field.name === 'hours' ? 'hours.always' : 'hours.whenOpen') : t('conflict.hours')}</>;
  if (field.kind === 'holidays') return <bdi>{holidaysOf(value).map(holidayText).join(', ') || '–'}</bdi>;
  if (struct !== null) return <bdi>{struct}</bdi>;
  if (field.kind === 'rules' || field.kind === 'tiers') return <bdi>{rulesIn(field.kind, value)}</bdi>;
  return <bdi>{wordOf(field.from === 'roles' ? 'roles' : field.kind === 'choice' ? 'status' : field.name, names)}</bdi>;
}
