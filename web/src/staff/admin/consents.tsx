import { Button, Group, Radio, Stack, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Customer } from '~/api/shapes';
import { fullDayAndClock } from '~/i18n/format';
import { consentsOf } from '../shared/said';

/** What every organisation asks sooner or later. */
const USUAL = ['marketing'];
const PURPOSE = /^[a-z0-9_]{1,40}$/;

type Said = Customer['consents'];

interface Props {
  readonly known: Said;
  readonly chosen: Readonly<Record<string, boolean>>;
  readonly source: string;
  readonly writes: boolean;
  readonly onChoose: (chosen: Record<string, boolean>) => void;
  readonly onSource: (source: string) => void;
}

/** What a person said to each purpose, when and how; somebody who was never asked is neither for nor against. */
export function Consents({ known, chosen, source, writes, onChoose, onSource }: Props) {
  const { t } = useTranslation('admin');
  const [added, setAdded] = useState<readonly string[]>([]);
  const [fresh, setFresh] = useState('');
  const purposes = [...new Set([...USUAL, ...Object.keys(known), ...added])];
  const changes = Object.keys(consentsOf(known, chosen, '')).length;
  const wanted = fresh.trim();
  const add = () => {
    if (!PURPOSE.test(wanted)) return;
    setAdded([...added, wanted]);
    setFresh('');
  };
  return (
    <section aria-label={t('people.consents.title')} data-testid="person-consents">
      <Stack gap="sm">
        <h3>{t('people.consents.title')}</h3>
        {purposes.map((purpose) => {
          const said = known[purpose];
          const now = chosen[purpose] ?? said?.granted;
          return (
            <Radio.Group
              key={purpose}
              label={t(`people.consents.of.${purpose}`, { defaultValue: purpose })}
              description={said === undefined ? undefined : t('people.consents.said', { time: fullDayAndClock(said.at), source: said.source })}
              value={now === undefined ? 'unasked' : now ? 'agreed' : 'refused'}
              readOnly={!writes}
              onChange={(word) => {
                const rest = Object.entries(chosen).filter(([other]) => other !== purpose);
                onChoose(Object.fromEntries(word === 'unasked' ? rest : [...rest, [purpose, word === 'agreed']]));
              }}
            >
              <Group gap="md" mt={4}>
                {/* What was said once can be changed, and not be unsaid. */}
                {[...(said === undefined ? ['unasked' as const] : []), 'agreed' as const, 'refused' as const].map((word) => (
                  <Radio key={word} value={word} label={t(`people.consents.${word}`)} disabled={!writes && word !== (now === undefined ? 'unasked' : now ? 'agreed' : 'refused')} data-testid={`consent-${purpose}-${word}`} />
                ))}
              </Group>
            </Radio.Group>
          );
        })}
        {changes > 0 && <TextInput label={t('people.consents.source')} description={t('people.consents.sourceHint')} maxLength={80} dir="auto" autoComplete="off" value={source} onChange={(e) => onSource(e.currentTarget.value)} data-testid="consent-source" />}
        {writes && (
          <Group gap="sm" align="flex-end">
            <TextInput
              className="grow"
              label={t('people.consents.purpose')}
              description={t('people.consents.purposeHint')}
              maxLength={40}
              dir="ltr"
              autoComplete="off"
              value={fresh}
              error={wanted !== '' && !PURPOSE.test(wanted) ? t('fault:field.not_a_purpose') : undefined}
              data-testid="consent-purpose"
              onChange={(e) => setFresh(e.currentTarget.value)}
              onKeyDown={(e) => {
                if (e.key !== 'Enter') return;
                // The form is not sent by it.
                e.preventDefault();
                add();
              }}
            />
            <Button variant="default" leftSection={<IconPlus size={20} />} disabled={!PURPOSE.test(wanted)} onClick={add} data-testid="consent-add">
              {t('people.consents.add')}
            </Button>
          </Group>
        )}
      </Stack>
    </section>
  );
}
