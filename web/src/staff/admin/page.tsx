import { TextInput } from '@mantine/core';
import { IconCircleCheck, IconSearch } from '@tabler/icons-react';
import { useDeferredValue, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Message } from '~/shared/states';
import { atEverySite, may, useUser } from '../session';
import type { Entry } from '../shared/use-entries';
import styles from './admin.module.css';
import { BrandingSection } from './branding';
import { DeviceList } from './devices';
import { EntryForm } from './entry-form';
import { EntryList } from './entry-list';
import { EverythingSection } from './everything';
import { InvitedList } from './invited';
import { KeyList } from './keys';
import { NOUNS, type Noun } from './nouns';
import { People } from './people';
import { RoleList } from './roles';
import { ProfileSection, ProgrammeSection, SettingsSection } from './single-form';
import { Trail } from './trail';

/** How long a page says what was saved. */
const SAID_MS = 8000;

/** Sections without a list that is there as a whole: they are one form, or have a search of their own. */
const ALONE: ReadonlySet<string> = new Set(['profile', 'programme', 'branding', 'settings', 'people', 'trail']);

/** What the tenant is made of: nouns on one side, a list and a form on the other, one search over all. */
export default function AdminPage() {
  const { t } = useTranslation('admin');
  const user = useUser();
  useEffect(() => {
    document.title = t('title');
  }, [t]);
  const nouns = NOUNS.filter((n) => may(user, n.scope));
  const sections = [
    ...nouns.map((n) => n.name as string),
    ...(may(user, 'rewards:write') && atEverySite(user) ? ['programme'] : []),
    ...(may(user, 'roles:write') ? ['roles'] : []),
    ...(may(user, 'devices:write') ? ['devices'] : []),
    ...(may(user, 'customers:read') ? ['people'] : []),
    ...(may(user, 'api_keys:write') ? ['keys'] : []),
    ...(may(user, 'audit:read') ? ['trail'] : []),
    // One form each, of what holds at every site: nothing to see there for who may not change it.
    ...(may(user, 'tenants:write') && atEverySite(user) ? ['profile', 'branding', 'settings'] : []),
  ];
  const [at, go] = useSection(sections);
  const [search, setSearch] = useState('');
  const wanted = useDeferredValue(search.trim());
  const [open, setOpen] = useState<{ noun: Noun; entry: Entry | null } | null>(null);
  const [said, say] = useSaid();
  const openForm = (noun: Noun, entry: Entry | null) => setOpen({ noun, entry });
  const shown = wanted === '' ? sections.filter((s) => s === at) : sections.filter((s) => !ALONE.has(s));
  return (
    <div>
      <header className={styles.head}>
        <h1>{t('title')}</h1>
        <TextInput
          className={styles.search ?? ''}
          aria-label={t('list.searchAll')}
          placeholder={t('list.searchAll')}
          leftSection={<IconSearch size={20} />}
          value={search}
          onChange={(e) => setSearch(e.currentTarget.value)}
          data-testid="admin-search"
        />
      </header>
      <div className={styles.body}>
        <nav className={styles.nouns} aria-label={t('title')}>
          {sections.map((section) => (
            <a
              key={section}
              href={`#${section}`}
              aria-current={wanted === '' && section === at ? 'page' : undefined}
              data-testid={`admin-section-${section}`}
              onClick={(e) => {
                e.preventDefault();
                setSearch('');
                go(section);
              }}
            >
              {t(`noun.${section}`)}
            </a>
          ))}
        </nav>
        <div className={styles.panel}>
          <p role="status" className={styles.said} data-testid="admin-said">
            {said !== '' && (
              <>
                <IconCircleCheck size={20} aria-hidden /> {said}
              </>
            )}
          </p>
          {wanted !== '' && <p className={styles.noMatch}>{t('list.noMatch', { text: wanted })}</p>}
          {nouns.map((noun) => shown.includes(noun.name) && <EntryList key={noun.name} noun={noun} search={wanted} onOpen={openForm} />)}
          {shown.includes('members') && wanted === '' && <InvitedList onDone={say} />}
          {shown.includes('roles') && <RoleList search={wanted} onDone={say} />}
          {shown.includes('devices') && <DeviceList search={wanted} onDone={say} />}
          {shown.includes('people') && <People onDone={say} />}
          {shown.includes('keys') && <KeyList search={wanted} onDone={say} />}
          {shown.includes('trail') && <Trail />}
          {shown.includes('programme') && <ProgrammeSection onDone={say} />}
          {shown.includes('profile') && <ProfileSection onDone={say} />}
          {shown.includes('profile') && <EverythingSection />}
          {shown.includes('settings') && <SettingsSection onDone={say} />}
          {shown.includes('branding') && <BrandingSection onDone={say} />}
          {sections.length === 0 && <Message title={t('staff:denied.title')} text={t('staff:denied.text')} />}
        </div>
      </div>
      {open !== null && <EntryForm key={open.noun.name + (open.entry?.id ?? '')} noun={open.noun} entry={open.entry} onClose={() => setOpen(null)} onDone={say} />}
    </div>
  );
}

/** The section that is shown stands in the address, so that a reload and a link lead there. */
function useSection(sections: readonly string[]): [string | undefined, (section: string) => void] {
  const [at, setAt] = useState(() => window.location.hash.slice(1));
  useEffect(() => {
    // A link to another section of this very page loads nothing anew.
    const follow = () => setAt(window.location.hash.slice(1));
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);
  return [
    sections.includes(at) ? at : sections[0],
    (section) => {
      window.history.replaceState(window.history.state, '', `#${section}`);
      setAt(section);
    },
  ];
}

/** A sentence that goes by itself. */
function useSaid(): [string, (text: string) => void] {
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (said === '') return undefined;
    const timer = setTimeout(() => setSaid(''), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  return [said, setSaid];
}
