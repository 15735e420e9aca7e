import { ActionIcon, Button, Group, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

/** What a tenant keeps beside a person, by name. */
export type Metadata = Readonly<Record<string, unknown>>;

/** The longest name of a value. */
const MOST_NAME = 60;

/** What a form shows of a value: texts as they are, anything else as JSON. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** What a text in a form means where `before` stood: a number stays a number, a yes a yes, while it can be read as one. */
export function valueOf(text: string, before: unknown): unknown {
  if (before === undefined || typeof before === 'string') return text;
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === typeof before ? read : text;
  } catch {
    return text;
  }
}

/** What changed, as the API takes it: by name, and null for what is taken away. */
export function metadataChanges(before: Metadata, now: Metadata): Record<string, unknown> {
  const set = Object.entries(now).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name]));
  const gone = Object.keys(before).filter((name) => !(name in now));
  return Object.fromEntries([...set, ...gone.map((name) => [name, null] as const)]);
}

interface Props {
  readonly before: Metadata;
  readonly now: Metadata;
  readonly fault: string | undefined;
  readonly writes: boolean;
  readonly onChange: (now: Metadata) => void;
}

/** Whatever else the organisation keeps of a person, each under a name of its own. */
export function MetadataField({ before, now, fault, writes, onChange }: Props) {
  const { t } = useTranslation('admin');
  const [fresh, setFresh] = useState('');
  const name = fresh.trim();
  const taken = name in now;
  const add = () => {
    if (name === '' || taken) return;
    onChange({ ...now, [name]: '' });
    setFresh('');
  };
  return (
    <section aria-label={t('people.metadata.title')} data-field="metadata" tabIndex={-1} data-testid="person-metadata">
      <Stack gap="sm">
        <h3>{t('people.metadata.title')}</h3>
        {fault !== undefined && <p role="alert" className="staff-doubt">{fault}</p>}
        {Object.entries(now).map(([key, value]) => (
          <Group key={key} gap="sm" align="flex-end" wrap="nowrap">
            <TextInput
              className="grow"
              label={<bdi>{key}</bdi>}
              dir="auto"
              autoComplete="off"
              readOnly={!writes}
              value={textOf(value)}
              data-testid={`metadata-${key}`}
              onChange={(e) => onChange({ ...now, [key]: valueOf(e.currentTarget.value, before[key]) })}
            />
            {writes && (
              <ActionIcon variant="subtle" color="gray" size={44} aria-label={t('people.metadata.remove', { name: key })} onClick={() => onChange(Object.fromEntries(Object.entries(now).filter(([other]) => other !== key)))} data-testid={`metadata-${key}-remove`}>
                <IconTrash size={20} />
              </ActionIcon>
            )}
          </Group>
        ))}
        {writes && (
          <Group gap="sm" align="flex-end">
            <TextInput
              className="grow"
              label={t('people.metadata.name')}
              description={t('people.metadata.nameHint')}
              maxLength={MOST_NAME}
              dir="auto"
              autoComplete="off"
              value={fresh}
              error={taken ? t('people.metadata.taken') : undefined}
              data-testid="metadata-name"
              onChange={(e) => setFresh(e.currentTarget.value)}
              onKeyDown={(e) => {
                if (e.key !== 'Enter') return;
                // The form is not sent by it.
                e.preventDefault();
                add();
              }}
            />
            <Button variant="default" leftSection={<IconPlus size={20} />} disabled={name === '' || taken} onClick={add} data-testid="metadata-add">
              {t('people.metadata.add')}
            </Button>
          </Group>
        )}
      </Stack>
    </section>
  );
}
