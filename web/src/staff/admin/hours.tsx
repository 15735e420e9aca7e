import { Checkbox, Group, Input, Switch, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { currentLanguage } from '~/i18n';
import { LANGUAGES } from '~/i18n/languages';
import styles from './admin.module.css';

/** A stretch of being open, `08:30` to `16:00`. */
export interface Span {
  readonly opens: string;
  readonly closes: string;
}

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
type Weekly = Record<(typeof DAYS)[number], Span[]>;

export const USUAL: Span = { opens: '09:00', closes: '17:00' };

/** What a site has as soon as it has hours at all: the working week. */
const WORKING_WEEK: Weekly = { mon: [USUAL], tue: [USUAL], wed: [USUAL], thu: [USUAL], fri: [USUAL], sat: [], sun: [] };

/** Monday's name and so on; 5 January 2026 was a Monday. */
function dayName(day: number): string {
  return new Intl.DateTimeFormat(LANGUAGES[currentLanguage()].locale, { weekday: 'long', timeZone: 'UTC' }).format(Date.UTC(2026, 0, 5 + day));
}

/** The two times of a span; midnight at the end of a day is shown as browsers know it. */
export function SpanInputs({ span, from, to, onChange }: { span: Span; from: string; to: string; onChange: (span: Span) => void }) {
  return (
    <>
      <TextInput type="time" aria-label={from} value={span.opens} onChange={(e) => onChange({ ...span, opens: e.currentTarget.value })} />
      <span aria-hidden>–</span>
      <TextInput type="time" aria-label={to} value={span.closes === '24:00' ? '00:00' : span.closes} onChange={(e) => onChange({ ...span, closes: e.currentTarget.value === '00:00' ? '24:00' : e.currentTarget.value })} />
    </>
  );
}

/** Weekly hours; none at all means around the clock for a site, and whenever the site is open for what is booked there. A second stretch of a day stays as it is. */
export function HoursField({ name: own = 'hours', label, value, fault, onChange }: { name?: string; label: string; value: unknown; fault: string | undefined; onChange: (value: unknown) => void }) {
  const { t } = useTranslation('admin');
  const hours = value === null || value === undefined ? null : ({ ...WORKING_WEEK, ...(value as Partial<Weekly>) } satisfies Weekly);
  const set = (day: (typeof DAYS)[number], spans: Span[]) => onChange({ ...hours, [day]: spans });
  return (
    <Input.Wrapper label={label} error={fault} labelElement="div">
      <Switch mt="xs" mb="xs" label={t(own === 'hours' ? 'hours.always' : 'hours.whenOpen')} checked={hours === null} data-field={own} onChange={(e) => onChange(e.currentTarget.checked ? null : WORKING_WEEK)} />
      {hours !== null &&
        DAYS.map((day, n) => {
          const [first, ...rest] = hours[day];
          const name = dayName(n);
          return (
            <Group key={day} gap="sm" className={styles.day ?? ''}>
              <Checkbox className={styles.dayName ?? ''} label={name} checked={first !== undefined} onChange={(e) => set(day, e.currentTarget.checked ? [USUAL] : [])} />
              {first === undefined ? (
                <span className="muted">{t('hours.closed')}</span>
              ) : (
                <>
                  <SpanInputs span={first} from={t('hours.from', { day: name })} to={t('hours.to', { day: name })} onChange={(span) => set(day, [span, ...rest])} />
                  {rest.length > 0 && <span className="muted num">{rest.map((span) => `${span.opens}–${span.closes}`).join(', ')}</span>}
                </>
              )}
            </Group>
          );
        })}
    </Input.Wrapper>
  );
}
