import { ActionIcon, Button, Checkbox, Group, Input, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { longDate } from '~/i18n/format';
import styles from './admin.module.css';
import { SpanInputs, USUAL, type Span } from './hours';

/** A date that differs from its weekday; without a span it is closed all day. */
export interface Holiday {
  readonly date: string;
  readonly name: string;
  readonly spans: readonly Span[];
  readonly yearly: boolean;
}

const NEW: Holiday = { date: '', name: '', spans: [], yearly: false };

/** The value of a form as holidays; whatever else is none. */
export function holidaysOf(value: unknown): Holiday[] {
  return Array.isArray(value) ? value.map((one) => ({ ...NEW, ...(one as Partial<Holiday>) })) : [];
}

/** "25 December 2026 Christmas Day", with what is known of it. */
export function holidayText({ date, name }: Holiday): string {
  return [date === '' ? '' : longDate(date, 'UTC'), name].filter((part) => part !== '').join(' ');
}

/** The holidays and special days of a site: closed all day, or with hours of their own. A second stretch of a day stays as it is. */
export function HolidaysField({ name = 'holidays', label, value, fault, onChange }: { name?: string; label: string; value: unknown; fault: string | undefined; onChange: (value: Holiday[]) => void }) {
  const { t } = useTranslation('admin');
  const days = holidaysOf(value);
  const add = useRef<HTMLButtonElement>(null);
  // The day that was just added takes the focus; those that were there leave it where it is.
  const [added, setAdded] = useState<number | null>(null);
  return (
    <Input.Wrapper label={label} error={fault} labelElement="div">
      <Stack gap="xs" mt="xs" data-field={name} tabIndex={-1}>
        {days.length === 0 && <span className="muted">{t('holidays.none')}</span>}
        {days.map((day, n) => {
          const set = (change: Partial<Holiday>) => onChange(days.map((one, at) => (at === n ? { ...one, ...change } : one)));
          const [first, ...rest] = day.spans;
          const called = holidayText(day) || t('holidays.nth', { n: n + 1 });
          return (
            <div key={n} role="group" aria-label={called} className={styles.holiday} data-testid="admin-holiday">
              <Group gap="sm">
                <TextInput type="date" aria-label={t('holidays.date')} data-field={`${name}[${n}].date`} autoFocus={n === added} value={day.date} onChange={(e) => set({ date: e.currentTarget.value })} />
                <TextInput className="grow" aria-label={t('holidays.name')} placeholder={t('holidays.name')} maxLength={120} autoComplete="off" value={day.name} onChange={(e) => set({ name: e.currentTarget.value })} />
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={44}
                  aria-label={t('holidays.remove', { day: called })}
                  onClick={() => {
                    onChange(days.filter((_, at) => at !== n));
                    setAdded(null);
                    add.current?.focus();
                  }}
                >
                  <IconTrash size={20} />
                </ActionIcon>
              </Group>
              <Group gap="sm">
                <Checkbox label={t('holidays.closed')} checked={first === undefined} onChange={(e) => set({ spans: e.currentTarget.checked ? [] : [USUAL] })} />
                {first !== undefined && (
                  <>
                    <SpanInputs span={first} from={t('hours.from', { day: called })} to={t('hours.to', { day: called })} onChange={(span) => set({ spans: [span, ...rest] })} />
                    {rest.length > 0 && <span className="muted num">{rest.map((span) => `${span.opens}–${span.closes}`).join(', ')}</span>}
                  </>
                )}
                <Checkbox label={t('holidays.yearly')} checked={day.yearly} onChange={(e) => set({ yearly: e.currentTarget.checked })} />
              </Group>
            </div>
          );
        })}
        <Button
          ref={add}
          variant="default"
          style={{ alignSelf: 'flex-start' }}
          leftSection={<IconPlus size={20} />}
          data-testid="admin-holiday-add"
          onClick={() => {
            setAdded(days.length);
            onChange([...days, NEW]);
          }}
        >
          {t('holidays.add')}
        </Button>
      </Stack>
    </Input.Wrapper>
  );
}
