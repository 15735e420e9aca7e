import { ActionIcon, Button, Menu, useMantineColorScheme } from '@mantine/core';
import { IconBuilding, IconDeviceDesktop, IconLanguage, IconLogout, IconMoon, IconShieldLock, IconSun, IconUser } from '@tabler/icons-react';
import { Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { currentLanguage, setLanguage } from '~/i18n';
import { LANGUAGES, type Language } from '~/i18n/languages';
import { Fault, Loading, Message } from '~/shared/states';
import { Logo } from '~/shared/logo';
import { AREAS, areasOf, CHOICE, hasChoice, isOperator, loginFor, may, OWN_APPOINTMENTS, PLATFORM, signOut, useSession } from './session';

/** Screens that need no organisation. */
const NO_TENANT = ['/account', PLATFORM.path, CHOICE];

/** The head bar around every screen of somebody who is signed in; others are sent to the log-in and back. */
export default function Shell() {
  const session = useSession();
  const { pathname, href } = useLocation();
  const navigate = useNavigate();
  const nobody = session.data === null;
  useEffect(() => {
    const way = loginFor(href);
    if (nobody && way !== null) void navigate({ href: way, replace: true });
  }, [nobody, navigate, href]);
  const { t } = useTranslation(['common', 'staff']);

  const user = session.data;
  // A session that cannot be asked after again is still one: a cut line must not take the screen away.
  if (user === undefined && session.isError) return <Fault error={session.error} onRetry={() => void session.refetch()} />;
  if (user == null) return <Loading />;
  const areas = areasOf(user);
  // Whoever may not see those of a site sees their own there.
  const here = [...AREAS, PLATFORM].find((a) => pathname.startsWith(a.path) && a.path !== OWN_APPOINTMENTS.path);
  const current = areas.find((a) => pathname.startsWith(a.path));
  return (
    <div className="staff">
      <a className="staff-skip" href="#work">
        {t('menu.skip')}
      </a>
      <header className="staff-bar">
        <div className="staff-brand">
          <Logo size={28} />
          <span>{user.tenant?.name ?? t('app')}</span>
        </div>
        <nav className="staff-nav" aria-label={t('staff:nav.label')}>
          {areas.map((a) => (
            <a
              key={a.path}
              href={a.path}
              aria-current={current === a ? 'page' : undefined}
              onClick={(e) => {
                if (e.metaKey || e.ctrlKey) return;
                e.preventDefault();
                void navigate({ href: a.path });
              }}
            >
              {t(`staff:nav.${a.name}`)}
            </a>
          ))}
        </nav>
        <div className="grow" />
        <LanguageMenu />
        <AppearanceMenu />
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" size={44} aria-label={t('staff:account.menu')} data-testid="account-menu">
              <IconUser size={22} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Label>{user.name}</Menu.Label>
            <Menu.Item leftSection={<IconShieldLock size={18} />} onClick={() => void navigate({ href: '/account' })} data-testid="open-account">
              {t('staff:account.open')}
            </Menu.Item>
            {hasChoice(user) && (
              <Menu.Item leftSection={<IconBuilding size={18} />} onClick={() => void navigate({ href: CHOICE })} data-testid="open-organisations">
                {t('staff:account.organisations')}
              </Menu.Item>
            )}
            <Menu.Item leftSection={<IconLogout size={18} />} onClick={() => void signOut()}>
              {t('staff:account.signOut')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </header>
      <main className="staff-main" id="work" tabIndex={-1}>
        {user.tenant == null && !NO_TENANT.some((path) => pathname.startsWith(path)) ? (
          isOperator(user) ? (
            <Message title={t('staff:outside.title')} text={t('staff:outside.text')}>
              <Button onClick={() => void navigate({ href: PLATFORM.path })} data-testid="open-platform">
                {t('staff:outside.choose')}
              </Button>
            </Message>
          ) : (
            <Message title={t('staff:nowhere.title')} text={t('staff:nowhere.text')} />
          )
        ) : here !== undefined && !may(user, here.scope) ? (
          <Message title={t('staff:denied.title')} text={t('staff:denied.text')} />
        ) : (
          <Outlet />
        )}
      </main>
    </div>
  );
}

/** Picks the language of the screens; also used before anybody is signed in. */
export function LanguageMenu() {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={44} aria-label={t('menu.language')}>
          <IconLanguage size={22} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {(Object.keys(LANGUAGES) as Language[]).map((code) => (
          <Menu.Item key={code} lang={code} aria-current={code === currentLanguage()} onClick={() => void setLanguage(code)}>
            {LANGUAGES[code].name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Light, dark or as the system says. */
export function AppearanceMenu() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const choices = [
    ['light', 'menu.light', IconSun],
    ['dark', 'menu.dark', IconMoon],
    ['auto', 'menu.system', IconDeviceDesktop],
  ] as const;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={44} aria-label={t('menu.theme')}>
          {colorScheme === 'dark' ? <IconMoon size={22} /> : <IconSun size={22} />}
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {choices.map(([scheme, key, Icon]) => (
          <Menu.Item
            key={scheme}
            leftSection={<Icon size={18} />}
            aria-current={scheme === colorScheme}
            onClick={() => setColorScheme(scheme)}
          >
            {t(key)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
