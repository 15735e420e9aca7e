import { Tabs } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { may, useUser } from '../session';
import styles from './admin.module.css';
import { DeviceList } from './devices';
import { EntryList } from './entry-list';
import { NOUNS } from './nouns';

/** What the tenant is made of: nouns on one side, a list and a form on the other. */
export default function AdminPage() {
  const { t } = useTranslation('admin');
  const user = useUser();
  useEffect(() => {
    document.title = t('title');
  }, [t]);
  const narrow = useMediaQuery('(max-width: 640px)') === true;
  const nouns = NOUNS.filter((n) => may(user, n.scope));
  const [tab, setTab] = useState<string | null>(nouns[0]?.name ?? 'devices');
  return (
    <div>
      <h1 className={styles.title}>{t('title')}</h1>
      <Tabs
        value={tab}
        onChange={setTab}
        orientation={narrow ? 'horizontal' : 'vertical'}
        keepMounted={false}
        classNames={{ root: styles.tabs ?? '', list: styles.tabList ?? '', tab: styles.tab ?? '', tabLabel: styles.tabText ?? '' }}
      >
        <Tabs.List aria-label={t('title')}>
          {nouns.map((noun) => (
            <Tabs.Tab key={noun.name} value={noun.name}>
              {t(`noun.${noun.name}`)}
            </Tabs.Tab>
          ))}
          {may(user, 'devices:write') && <Tabs.Tab value="devices">{t('noun.devices')}</Tabs.Tab>}
        </Tabs.List>
        {nouns.map((noun) => (
          <Tabs.Panel key={noun.name} value={noun.name} className={styles.panel ?? ''}>
            <EntryList noun={noun} />
          </Tabs.Panel>
        ))}
        <Tabs.Panel value="devices" className={styles.panel ?? ''}>
          <DeviceList />
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}
