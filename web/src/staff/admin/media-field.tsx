import { ActionIcon, Button, Group, Input, NumberInput, Select, Stack, TextInput } from '@mantine/core';
import { IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeviceConfig } from '~/api/shapes';
import { IMAGE_SECONDS } from '~/display/layout';
import styles from './admin.module.css';

export type MediaItem = NonNullable<DeviceConfig['media']>[number];

/** What an address shows: films are known by how it ends. */
export function kindOf({ url, kind }: MediaItem): 'image' | 'video' {
  return kind ?? (/\.(mp4|webm)(?:[?#]|$)/i.test(url) ? 'video' : 'image');
}

/** A member of an item changed; one that says nothing is left out. */
export function withMember<K extends keyof MediaItem>(item: MediaItem, name: K, value: MediaItem[K] | null): MediaItem {
  const rest = Object.fromEntries(Object.entries(item).filter(([key]) => key !== name)) as MediaItem;
  return value === null || value === '' ? { ...rest, url: name === 'url' ? '' : item.url } : { ...rest, [name]: value };
}

/** An item at another address: what it shows follows the address, unless somebody said otherwise. */
export function moved(item: MediaItem, url: string): MediaItem {
  const next = withMember(item, 'url', url);
  if (item.kind !== undefined && item.kind !== kindOf({ url: item.url })) return next;
  return withMember(next, 'kind', kindOf({ url }) === 'video' ? 'video' : null);
}

interface Props {
  readonly value: readonly MediaItem[];
  readonly fault: string | undefined;
  readonly onChange: (value: MediaItem[]) => void;
}

/** The pictures and films of a board, in their order: where each is, what it is, how long it stands, and what it shows in words. */
export function MediaField({ value, fault, onChange }: Props) {
  const { t } = useTranslation('admin');
  const add = useRef<HTMLButtonElement>(null);
  // What was just added takes the focus; what was there leaves it where it is.
  const [added, setAdded] = useState<number | null>(null);
  const put = (n: number, item: MediaItem) => onChange(value.map((one, at) => (at === n ? item : one)));
  return (
    <Input.Wrapper label={t('field.media')} description={t('hint.media')} error={fault} labelElement="div">
      <Stack gap="xs" mt="xs" data-field="config.media" tabIndex={-1} data-testid="device-media">
        {value.length === 0 && <span className="muted">{t('media.none')}</span>}
        {value.map((item, n) => {
          const kind = kindOf(item);
          const called = t('media.nth', { n: n + 1 });
          return (
            <div key={n} role="group" aria-label={called} className={styles.holiday} data-testid="media-item">
              <Group gap="sm" align="flex-end" wrap="nowrap">
                <TextInput className="grow" label={t('media.url')} dir="ltr" autoComplete="off" maxLength={500} autoFocus={n === added} value={item.url} onChange={(e) => put(n, moved(item, e.currentTarget.value.trim()))} data-testid="media-url" />
                <ActionIcon variant="subtle" color="gray" size={44} disabled={n === 0} aria-label={t('media.earlier', { what: called })} onClick={() => onChange(value.map((one, at) => (at === n - 1 ? item : at === n ? (value[n - 1] ?? one) : one)))} data-testid="media-earlier">
                  <IconArrowUp size={20} />
                </ActionIcon>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={44}
                  aria-label={t('media.remove', { what: called })}
                  onClick={() => {
                    onChange(value.filter((_, at) => at !== n));
                    setAdded(null);
                    add.current?.focus();
                  }}
                  data-testid="media-remove"
                >
                  <IconTrash size={20} />
                </ActionIcon>
              </Group>
              <Group gap="sm" align="flex-end">
                <Select w={140} label={t('media.kind')} allowDeselect={false} data={(['image', 'video'] as const).map((word) => ({ value: word, label: t(`media.${word}`) }))} value={kind} onChange={(word) => put(n, withMember(item, 'kind', word === 'video' ? 'video' : 'image'))} data-testid="media-kind" />
                {kind === 'image' && <NumberInput w={140} label={t('media.seconds')} min={2} max={600} placeholder={String(IMAGE_SECONDS)} value={item.seconds ?? ''} onChange={(v) => put(n, withMember(item, 'seconds', typeof v === 'number' ? v : null))} data-testid="media-seconds" />}
                <TextInput className="grow" label={t('media.alt')} dir="auto" autoComplete="off" maxLength={200} value={item.alt ?? ''} onChange={(e) => put(n, withMember(item, 'alt', e.currentTarget.value))} data-testid="media-alt" />
              </Group>
            </div>
          );
        })}
        <Button
          ref={add}
          variant="default"
          style={{ alignSelf: 'flex-start' }}
          leftSection={<IconPlus size={20} />}
          onClick={() => {
            setAdded(value.length);
            onChange([...value, { url: '' }]);
          }}
          data-testid="media-add"
        >
          {t('media.add')}
        </Button>
      </Stack>
    </Input.Wrapper>
  );
}
