import { Button, Group, Modal, Stack, TagsInput } from '@mantine/core';
import { IconTag } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Ticket } from '~/api/shapes';
import { useTenantPath } from '../session';
import { Refusal, useFieldFaults } from '../shared/refusal';
import { useDeed } from '../shared/use-deed';
import styles from './ticket.module.css';

/** So many marks can a ticket have, each so long. */
const MOST = 20;
const LONGEST = 40;

/** The marks of a ticket; nothing where it has none. */
export function Tags({ tags }: { readonly tags: readonly string[] }) {
  const { t } = useTranslation('story');
  if (tags.length === 0) return null;
  return (
    <span className={styles.tags} role="group" aria-label={t('tags.title')} data-testid="ticket-tags">
      {tags.map((tag) => (
        <span key={tag} className={`badge badge-plain ${styles.tag}`}>
          <IconTag size={18} aria-hidden />
          <bdi>{tag}</bdi>
        </span>
      ))}
    </span>
  );
}

interface Props {
  readonly ticket: Pick<Ticket, 'id' | 'number' | 'tags'>;
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Gives a ticket marks, and takes them away. */
export function TagsDialog({ ticket, opened, onClose, onDone }: Props) {
  const { t } = useTranslation('story');
  return (
    <Modal opened={opened} onClose={onClose} title={t('tags.of', { number: ticket.number })} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      {opened && <TagsForm ticket={ticket} onClose={onClose} onDone={onDone} />}
    </Modal>
  );
}

function TagsForm({ ticket, onClose, onDone }: Omit<Props, 'opened'>) {
  const { t } = useTranslation('story');
  const base = useTenantPath();
  const [tags, setTags] = useState<string[]>([...ticket.tags]);
  const deed = useDeed();
  const faults = useFieldFaults(deed.error);
  const submit = (e: FormEvent) => {
    e.preventDefault();
    deed.run(
      () => api.put(`${base}/tickets/${ticket.id}`, { tags }),
      () => {
        onClose();
        onDone();
      },
    );
  };
  return (
    <form onSubmit={submit} noValidate data-testid="tags-form">
      <Stack>
        <Refusal error={deed.error} label={() => t('tags.title')} />
        <TagsInput label={t('tags.title')} description={t('tags.how')} inputWrapperOrder={['label', 'input', 'description', 'error']} maxTags={MOST} maxLength={LONGEST} dir="auto" value={tags} error={faults['tags']} onChange={setTags} data-field="tags" data-testid="tags-input" />
        <Group justify="flex-end">
          <Button type="submit" loading={deed.busy} data-testid="tags-save">
            {t('tags.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
