import { Stack } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useUser } from '../session';
import { MyShifts } from '../shared/my-shifts';
import styles from './account.module.css';
import { ConnectedAccounts } from './connected';
import { OwnData } from './data';
import { PasswordForm } from './password-form';
import { ProfileForm } from './profile';
import { SecondStepSection } from './second-step';
import { SessionList } from './sessions';
import { Unproved } from './unproved';
import { OwnWishes } from './wishes';

/** One's own account: who one is, how one gets in, where one is signed in, and one's data. */
export default function AccountPage() {
  const { t } = useTranslation(['account', 'staff']);
  const user = useUser();
  useEffect(() => {
    document.title = t('account:title');
  }, [t]);
  return (
    <Stack className={styles.page ?? ''} gap="xl">
      <header>
        <h1>{t('account:title')}</h1>
        <p>
          <bdi>{user.name}</bdi> · <bdi dir="ltr">{user.email}</bdi>
        </p>
      </header>
      <Unproved />
      <MyShifts saysNone={false}>
        {(list) => (
          <section className={styles.section} aria-label={t('staff:shifts.title')} data-testid="account-shifts">
            <h2>{t('staff:shifts.title')}</h2>
            {list}
          </section>
        )}
      </MyShifts>
      <ProfileForm />
      <OwnWishes />
      <PasswordForm />
      <SecondStepSection />
      <ConnectedAccounts />
      <SessionList />
      <OwnData />
    </Stack>
  );
}
