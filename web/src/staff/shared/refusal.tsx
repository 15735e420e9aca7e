import { Alert } from '@mantine/core';
import { IconCloudOff } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiFault, NetworkFault, type FieldFault } from '~/api/fault';
import { currentLanguage } from '~/i18n';
import { DEFAULT_LANGUAGE } from '~/i18n/languages';
import { useFaultText } from '~/shared/states';

/** An error in the reader's words. */
export interface Refused {
  readonly title: string;
  readonly text: string;
  readonly fields: readonly FieldFault[];
  /** The server was not reached: nothing is wrong with what was entered. */
  readonly offline: boolean;
}

/**
 * What an error means. The server says it in English and knows most about it; in other languages the text is
 * the one that the catalogue has for its stable code.
 */
export function useRefused(): (error: unknown) => Refused {
  const words = useFaultText();
  const { t } = useTranslation('fault');
  const own = (key: string, said: string) => (currentLanguage() === DEFAULT_LANGUAGE ? said : t(key, { defaultValue: said }));
  return (error) => {
    const { title, text } = words(error);
    if (error instanceof ApiFault && error.status === 503 && t(error.code, { defaultValue: '' }) !== '') {
      // Known by its name: another moment, or another way, and nothing is broken.
      return { title: t('common:problem.busyTitle'), text: own(error.code, error.message), fields: [], offline: false };
    }
    if (!(error instanceof ApiFault) || error.status >= 500) return { title, text, fields: [], offline: error instanceof NetworkFault };
    const fields = error.fields.map((f) => ({ ...f, message: own(`field.${f.code}`, own(f.code, f.message)) }));
    return { title: error.status === 404 ? t('common:problem.refusedTitle') : title, text: own(error.code, error.message), fields, offline: false };
  };
}

/** The wrong fields of an error by name, for the form that shows them. */
export function useFieldFaults(error: unknown): Record<string, string> {
  const refused = useRefused();
  return Object.fromEntries(refused(error).fields.map((f) => [f.field, f.message]));
}

interface Props {
  readonly error: unknown;
  /** Instead of the general heading. */
  readonly heading?: string | undefined;
  /** What a form calls a field; without it the server's own name stands. */
  readonly label?: (field: string) => string;
  readonly onClose?: () => void;
  /** Forms move the focus here; a console leaves it where the agent works. */
  readonly quiet?: boolean;
}

/** The summary of a refusal above its form: takes the focus, and leads to each field that it names. */
export function Refusal({ error, heading, label, onClose, quiet = false }: Props) {
  const { t } = useTranslation(['common', 'staff']);
  const refused = useRefused();
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (error !== null && !quiet) ref.current?.focus();
  }, [error, quiet]);
  if (error === null) return null;
  const { title, text, fields, offline } = refused(error);
  return (
    <Alert
      ref={ref}
      tabIndex={-1}
      role={quiet ? 'status' : 'alert'}
      {...(offline ? { variant: 'default' } : { color: quiet ? 'warn' : 'bad' })}
      icon={offline ? <IconCloudOff size={20} /> : undefined}
      title={fields.length > 0 ? t('staff:refused.fields', { count: fields.length }) : (heading ?? title)}
      {...(onClose === undefined ? {} : { withCloseButton: true, closeButtonLabel: t('action.close'), onClose })}
      data-testid="refusal"
    >
      {fields.length === 0 ? (
        text
      ) : (
        <ul className="staff-faults">
          {fields.map((f) => (
            <li key={f.field + f.code}>
              <button type="button" className="staff-link" onClick={() => focusField(ref.current, f.field)}>
                <bdi>{label?.(f.field) ?? f.field}</bdi>
              </button>
              {`: ${f.message}`}
            </li>
          ))}
        </ul>
      )}
    </Alert>
  );
}

/** Brings the reader to a field of the form around the summary. Inputs carry their name in `data-field`. */
function focusField(from: HTMLElement | null, field: string): void {
  const around = from?.closest('form, [role="dialog"], main') ?? document;
  around.querySelector<HTMLElement>(`[data-field="${CSS.escape(field)}"]`)?.focus();
}
