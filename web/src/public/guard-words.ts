import { useTranslation } from 'react-i18next';
import { ApiFault } from '~/api/fault';
import { NoPosition } from './guards';

/** What went wrong, in words; a phone without a position, or too far away, has words of its own. */
export function useGuardWords(error: unknown, faultText: (error: unknown) => { title: string; text: string }) {
  const { t } = useTranslation('public');
  if (error === null) return null;
  if (error instanceof NoPosition) return { title: t('join.noPosition'), text: t(error.why === 'denied' ? 'join.positionDenied' : 'join.positionUnknown') };
  // Of a time that lies too far ahead the same code is said, as a wrong value.
  if (error instanceof ApiFault && error.code === 'too_far' && error.status === 403) return { title: t('join.tooFar'), text: t('join.tooFarText') };
  if (error instanceof ApiFault && error.code === 'join_code_old') return { title: t('join.codeOld'), text: t('join.codeOldText') };
  return faultText(error);
}

/** Whether a refusal asks for this: `position_required`, `join_code_required`. */
export function asksFor(error: unknown, code: string): boolean {
  return error instanceof ApiFault && error.fields.some((fault) => fault.code === code);
}
