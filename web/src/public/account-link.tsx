import { useTranslation } from 'react-i18next';
import { usePath } from '~/shared/address';
import { wasSignedIn } from '~/shared/who';

/**
 * The way into one's account from a page that nobody has to sign in for: whoever is signed in goes to what they have here,
 * everybody else signs in or makes an account and comes back. `tenant` is the organisation whose customer they become.
 */
export function AccountLink({ tenant }: { tenant?: string | undefined }) {
  const { t } = useTranslation();
  const path = usePath();
  if (wasSignedIn()) {
    return (
      <a href="/login" data-testid="account-own">
        {t('account.own')}
      </a>
    );
  }
  const way = new URLSearchParams();
  // From the front page one goes to one's own things, and not back to the front.
  if (path !== '/') way.set('next', path);
  if (tenant !== undefined) way.set('tenant', tenant);
  const query = way.toString();
  return (
    <a href={query === '' ? '/login' : `/login?${query}`} data-testid="account-enter">
      {t('account.enter')}
    </a>
  );
}
