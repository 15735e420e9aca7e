import { useTranslation } from 'react-i18next';
import type { User } from '~/api/shapes';
import { NO_DETAILS, type Details } from './details';

/** What somebody is called who is signed in. */
export const calledBy = (who: User): string => who.name || who.email;

/** What an account says of its owner, to begin with. */
export function detailsOf(who: User | null): Details {
  return who === null ? NO_DETAILS : { ...NO_DETAILS, name: who.name, phone: who.phone ?? '', email: who.email };
}

interface Props {
  who: User;
  /** Whether it is for somebody else. */
  other: boolean;
  onOther: (other: boolean) => void;
}

/** As whom one books who is signed in, and the way to book for somebody else. */
export function BookingAs({ who, other, onOther }: Props) {
  const { t } = useTranslation('book');
  const name = calledBy(who);
  return (
    <section className="card stack" aria-label={t('as.label')}>
      <p role="status" data-testid="book-as">
        {other ? t('as.forOther', { name }) : t('as.forOneself', { name })}
      </p>
      <button type="button" className="button" onClick={() => onOther(!other)} data-testid="book-for-other">
        {other ? t('as.toOneself') : t('as.toOther')}
      </button>
    </section>
  );
}
