import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { IconArrowMerge, IconDownload, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Customer } from '~/api/shapes';
import { saveFile } from '~/shared/save-file';
import { calledBy } from '../customer/called-by';
import { may, useTenantPath, useUser } from '../session';
import { Refusal } from '../shared/refusal';
import styles from './admin.module.css';

interface Props {
  readonly person: Customer;
  readonly onChanged: (said: string) => void;
  readonly onClose: () => void;
}

/** What concerns the person as a whole: records that may be theirs, too, a copy of everything, and erasure. */
export function PersonParts({ person, onChanged, onClose }: Props) {
  const { t } = useTranslation('admin');
  const base = useTenantPath();
  const user = useUser();
  const path = `${base}/customers/${person.id}`;
  const alike = useQuery({ queryKey: ['person', base, person.id, 'duplicates'], queryFn: () => api.get<{ items: Customer[] }>(`${path}/duplicates`) });
  const [merging, setMerging] = useState<Customer | null>(null);
  const [erasing, setErasing] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = (work: () => Promise<unknown>, then: () => void) => {
    if (busy) return;
    setBusy(true);
    setError(null);
    work()
      .then(then, setError)
      .finally(() => setBusy(false));
  };
  const whole = may(user, 'customers:manage');
  const close = () => {
    setError(null);
    setMerging(null);
    setErasing(false);
  };
  const modal = { onClose: close, closeButtonProps: { 'aria-label': t('common:action.close') } };
  return (
    <Stack mt="lg">
      {(alike.data?.items.length ?? 0) > 0 && (
        <section aria-label={t('people.alike')} data-testid="person-alike">
          <h3>{t('people.alike')}</h3>
          <ul className={styles.alike}>
            {alike.data?.items.map((one) => (
              <li key={one.id}>
                <span>
                  <bdi>{calledBy(one)}</bdi>
                  <small>
                    <bdi dir="ltr">{[one.phone, one.email].filter((text) => text !== null).join(' · ')}</bdi>
                  </small>
                </span>
                {whole && (
                  <Button variant="default" leftSection={<IconArrowMerge size={20} />} aria-label={t('people.mergeOf', { name: calledBy(one) })} onClick={() => setMerging(one)} data-testid="person-merge">
                    {t('people.merge')}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
      {whole && (
        <Group>
          <Button variant="default" leftSection={<IconDownload size={20} />} loading={busy && merging === null && !erasing} onClick={() => run(() => api.get(`${path}/export`, { timeout: 60_000 }).then((all) => saveFile(all, `${person.id}.json`)), () => undefined)} data-testid="person-export">
            {t('people.export')}
          </Button>
          <Button variant="subtle" color="bad" leftSection={<IconTrash size={20} />} onClick={() => setErasing(true)} data-testid="person-erase">
            {t('people.erase')}
          </Button>
        </Group>
      )}
      {merging === null && !erasing && <Refusal error={error} />}
      <Modal opened={merging !== null} title={t('people.mergeTitle', { name: merging === null ? '' : calledBy(merging) })} {...modal}>
        <Stack>
          <Refusal error={error} />
          <p>{t('people.mergeCost', { name: calledBy(person) })}</p>
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus>
              {t('form.keep')}
            </Button>
            <Button
              loading={busy}
              onClick={() =>
                run(
                  () => api.post(`${path}/merge`, { duplicate_id: merging?.id }, { headers: { 'if-match': `"${person.version}"` } }),
                  () => {
                    close();
                    onChanged(t('people.merged', { name: calledBy(person) }));
                  },
                )
              }
              data-testid="person-merge-yes"
            >
              {t('people.mergeYes')}
            </Button>
          </Group>
        </Stack>
      </Modal>
      <Modal opened={erasing} title={t('people.eraseTitle', { name: calledBy(person) })} {...modal}>
        <Erase
          name={calledBy(person)}
          busy={busy}
          error={error}
          onKeep={close}
          onErase={() =>
            run(
              () => api.delete(path),
              () => {
                onChanged(t('people.erased'));
                onClose();
              },
            )
          }
        />
      </Modal>
    </Stack>
  );
}

interface EraseProps {
  readonly name: string;
  readonly busy: boolean;
  readonly error: unknown;
  readonly onKeep: () => void;
  readonly onErase: () => void;
}

/** It cannot be taken back: the name is typed first. */
function Erase({ name, busy, error, onKeep, onErase }: EraseProps) {
  const { t } = useTranslation('admin');
  const [typed, setTyped] = useState('');
  return (
    <Stack>
      <Refusal error={error} />
      <p>{t('people.eraseCost')}</p>
      <TextInput label={t('people.eraseConfirm', { name })} autoComplete="off" value={typed} onChange={(e) => setTyped(e.currentTarget.value)} data-autofocus data-testid="person-erase-name" />
      <Group justify="flex-end">
        <Button variant="default" onClick={onKeep}>
          {t('form.keep')}
        </Button>
        <Button color="bad" loading={busy} disabled={typed.trim() !== name} onClick={onErase} data-testid="person-erase-yes">
          {t('people.erase')}
        </Button>
      </Group>
    </Stack>
  );
}
