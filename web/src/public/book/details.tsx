import { useEffect, useId, useRef, useState, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useFaultText, useFieldTexts } from '~/shared/states';

/** What somebody says of themselves. */
export interface Details {
  name: string;
  phone: string;
  email: string;
  notes: string;
}

export const NO_DETAILS: Details = { name: '', phone: '', email: '', notes: '' };

/** The same as the API takes it: what is empty is left out. */
export function said(details: Details): Partial<Details> {
  return Object.fromEntries(Object.entries(details).filter(([, text]) => text.trim() !== ''));
}

interface Props {
  value: Details;
  onChange: (value: Details) => void;
  /** Which fields, the name always among them. */
  fields: readonly (keyof Details)[];
  error: unknown;
  busy: boolean;
  submit: string;
  onSubmit: () => void;
  /** What is said is said of somebody else: their name is asked for, and the browser offers nothing of one's own. */
  other?: boolean;
}

const KINDS = {
  name: { autoComplete: 'name', type: 'text' },
  phone: { autoComplete: 'tel', type: 'tel', dir: 'ltr' },
  email: { autoComplete: 'email', type: 'email', dir: 'ltr' },
  notes: { autoComplete: 'off', type: 'text' },
} as const;

/** A form with the server's faults at their fields. What was typed stays, whatever happens. */
export function DetailsForm({ value, onChange, fields, error, busy, submit, onSubmit, other = false }: Props) {
  const { t } = useTranslation(['book', 'common']);
  const id = useId();
  const summary = useRef<HTMLParagraphElement>(null);
  const faultText = useFaultText();
  const [missing, setMissing] = useState(false);
  const told = useFieldTexts(error);
  const faults = missing && value.name.trim() === '' ? { ...told, name: other ? t('book:as.nameMissing') : t('book:details.nameMissing') } : told;
  const atFields = fields.some((field) => field in faults);
  const text = error === null ? null : faultText(error);
  useEffect(() => {
    if (error !== null) summary.current?.focus();
  }, [error]);
  return (
    <form
      className="stack"
      noValidate
      onSubmit={(event: SyntheticEvent) => {
        event.preventDefault();
        if (busy) return;
        setMissing(value.name.trim() === '');
        if (value.name.trim() === '') document.getElementById(`${id}-name`)?.focus();
        else onSubmit();
      }}
    >
      {fields.map((field) => (
        <div key={field} className="field">
          <label htmlFor={`${id}-${field}`}>
            {other && field === 'name' ? t('book:as.name') : t(`book:details.${field}`)} {field !== 'name' && <span className="field-hint">{t('book:details.optional')}</span>}
          </label>
          <input
            id={`${id}-${field}`}
            className="input"
            {...KINDS[field]}
            {...(other && { autoComplete: 'off' })}
            value={value[field]}
            onChange={(event) => onChange({ ...value, [field]: event.target.value })}
            required={field === 'name'}
            aria-invalid={field in faults}
            aria-describedby={field in faults ? `${id}-${field}-fault` : undefined}
            data-testid={`book-${field}`}
          />
          {field in faults && (
            <span id={`${id}-${field}-fault`} className="field-fault">
              {faults[field]}
            </span>
          )}
        </div>
      ))}
      {text !== null && (
        <p ref={summary} className="field-fault" tabIndex={-1} data-testid="book-fault">
          {text.title}. {atFields ? t('common:problem.fields') : text.text}
        </p>
      )}
      <button type="submit" className="button button-primary button-wide" aria-disabled={busy} data-testid="book-submit">
        {busy ? t('book:details.busy') : submit}
      </button>
    </form>
  );
}
