import { Alert, Button, Group, Modal, MultiSelect, NumberInput, Radio, Stack, Textarea } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { ApiFault } from '~/api/fault';
import type { Feedback, Ticket } from '~/api/shapes';
import { announcements } from '~/live/announce';
import { useTenantPath } from '../session';
import { Refusal, useFieldFaults } from '../shared/refusal';
import { useDeed } from '../shared/use-deed';

/** The words that most people mean; who says something else says it in a sentence. */
export const WORDS = ['friendly', 'quick', 'helpful', 'tidy', 'slow', 'unfriendly', 'unhelpful', 'crowded'] as const;
const MARKS = ['1', '2', '3', '4', '5'] as const;

interface Props {
  readonly ticket: Pick<Ticket, 'id' | 'number'>;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Writes down what somebody said of their service: at the desk, or on the telephone. */
export function OpinionDialog({ ticket, opened, onClose }: Props) {
  const { t } = useTranslation('story');
  return (
    <Modal opened={opened} onClose={onClose} title={t('opinion.of', { number: ticket.number })} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      {opened && <OpinionForm ticket={ticket} onClose={onClose} />}
    </Modal>
  );
}

function OpinionForm({ ticket, onClose }: Omit<Props, 'opened'>) {
  const { t } = useTranslation('story');
  const base = useTenantPath();
  const [mark, setMark] = useState('');
  const [nps, setNps] = useState<number | string>('');
  const [comment, setComment] = useState('');
  const [words, setWords] = useState<string[]>([]);
  const deed = useDeed();
  const faults = useFieldFaults(deed.error);
  const already = deed.error instanceof ApiFault && deed.error.code === 'said_already';
  const submit = (e: FormEvent) => {
    e.preventDefault();
    const said = { ...(mark !== '' && { csat: Number(mark) }), ...(nps !== '' && { nps: Number(nps) }), ...(comment.trim() !== '' && { comment: comment.trim() }), tags: words };
    deed.run(
      () => api.post<Feedback>(`${base}/tickets/${ticket.id}/feedback`, said, { retries: 2 }),
      () => {
        announcements.say(t('opinion.done', { number: ticket.number }));
        onClose();
      },
    );
  };
  return (
    <form onSubmit={submit} noValidate data-testid="opinion-form">
      <Stack>
        {already ? <Alert color="warn" role="alert" title={t('opinion.already')} data-testid="opinion-already" /> : <Refusal error={deed.error} label={(field) => t(`opinion.${field}`, { defaultValue: field })} />}
        <Radio.Group label={t('opinion.csat')} description={t('opinion.csatHow')} value={mark} onChange={setMark} error={faults['csat']} data-field="csat">
          <Group gap="md" mt={4}>
            {MARKS.map((value) => (
              <Radio key={value} value={value} label={value} data-testid={`opinion-${value}`} />
            ))}
          </Group>
        </Radio.Group>
        <NumberInput label={t('opinion.nps')} description={t('opinion.npsHow')} min={0} max={10} allowDecimal={false} value={nps} error={faults['nps']} onChange={setNps} data-field="nps" data-testid="opinion-nps" />
        <Textarea label={t('opinion.comment')} autosize minRows={2} maxRows={8} maxLength={2000} dir="auto" value={comment} error={faults['comment']} onChange={(e) => setComment(e.currentTarget.value)} data-field="comment" data-testid="opinion-comment" />
        <MultiSelect label={t('opinion.tags')} data={WORDS.map((value) => ({ value, label: t(`word.${value}`) }))} value={words} error={faults['tags']} onChange={setWords} data-field="tags" data-testid="opinion-words" />
        <Group justify="flex-end">
          <Button type="submit" loading={deed.busy} data-testid="opinion-save">
            {t('opinion.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
