import { useCallback, useEffect, useReducer, useRef, useState, type CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import { ApiFault } from '~/api/fault';
import type { DeviceConfig, IssuedTicket, ServiceCard, SiteBoard } from '~/api/shapes';
import { DEFAULT_DIAGONAL, pixelsPerMm } from '~/device/size';
import type { Device } from '~/device/use-device';
import { setModes, useBrand } from '~/design/mode';
import { currentLanguage, setLanguage } from '~/i18n';
import { isLanguage, offered } from '~/i18n/languages';
import { announcements } from '~/live/announce';
import { uuid } from '~/shared/random';
import { useIdle } from './idle';
import { useKeypad } from './keypad';
import { HOME, next, refusalOf } from './machine';
import { Done } from './done';
import { Foot, type Modes } from './foot';
import { Head, Languages } from './head';
import { Home } from './home';
import { Phone } from './phone';
import { Closed, IdleWarning, Notice, Refused } from './panels';
import { useSpoken } from './spoken';
import styles from './kiosk.module.css';

const NO_MODES: Modes = { large: false, contrast: false, low: false, sound: false };
/** A ticket takes a second; after this long the person is told that the network is gone. */
const ISSUE_TIMEOUT = 5000;

interface Props {
  board: SiteBoard;
  config: DeviceConfig;
  device: Device;
  offline: boolean;
  /** Somebody has left and everything of them is wiped. */
  onRest: () => void;
}

function useMillimetre(diagonal: number): number {
  const measure = useCallback(() => pixelsPerMm(window.innerWidth, window.innerHeight, diagonal), [diagonal]);
  const [mm, setMm] = useState(measure);
  useEffect(() => {
    const resized = () => setMm(measure());
    resized();
    window.addEventListener('resize', resized);
    return () => window.removeEventListener('resize', resized);
  }, [measure]);
  return mm;
}

/** The kiosk of an open or closed site: one person after the other, nothing kept of any. */
export function Kiosk({ board, config, device, offline, onRest }: Props) {
  const { t, i18n } = useTranslation(['kiosk', 'common']);
  const [step, move] = useReducer(next, HOME);
  const [modes, setModesState] = useState(NO_MODES);
  const root = useRef<HTMLDivElement>(null);
  const mm = useMillimetre(config.diagonal_inches ?? DEFAULT_DIAGONAL);
  const languages = offered(board.tenant.locales);
  const first = languages[0] ?? 'en';
  const home = isLanguage(board.tenant.locale) ? board.tenant.locale : first;
  const say = useSpoken(modes.sound);
  useBrand(board.tenant.branding?.primary_color);

  const changeModes = useCallback((changed: Modes) => {
    setModesState(changed);
    setModes({ contrast: changed.contrast });
  }, []);

  const wipe = useCallback(() => {
    move({ do: 'wipe' });
    changeModes(NO_MODES);
    announcements.clear();
    void setLanguage(home, false);
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    onRest();
  }, [changeModes, home, onRest]);

  useEffect(() => {
    // A kiosk begins in its site's language, whatever its browser prefers.
    void setLanguage(home, false);
    return () => setModes({ contrast: false });
  }, [home]);

  const touched = step !== HOME || modes !== NO_MODES || i18n.language !== home;
  const left = useIdle(touched && step.at !== 'issuing', wipe);

  const issue = useCallback(
    async (service: ServiceCard, phone?: string) => {
      move({ do: 'issue', service });
      const body = { service_id: service.id, locale: currentLanguage(), ...(phone !== undefined && phone !== '' && { phone }) };
      try {
        const ticket = await api.post<IssuedTicket>('/api/v1/device/tickets', body, {
          token: device.token ?? undefined,
          idempotencyKey: uuid(),
          retries: 2,
          timeout: ISSUE_TIMEOUT,
        });
        move({ do: 'issued', ticket });
      } catch (error) {
        if (device.refused(error)) return;
        if (error instanceof ApiFault && error.status < 500) {
          move({ do: 'refused', why: refusalOf(error.status, error.code), detail: error.message });
        } else {
          move({ do: 'refused', why: 'offline', detail: '' });
        }
      }
    },
    [device],
  );
  const pick = useCallback(
    (service: ServiceCard) => {
      if (config.ask_phone === true) move({ do: 'ask_phone', service });
      else void issue(service);
    },
    [config.ask_phone, issue],
  );

  const back = useCallback(() => move({ do: 'wipe' }), []);
  useKeypad(
    root,
    useCallback(() => setModesState((m) => (m.sound ? m : { ...m, sound: true })), []),
    back,
  );

  useEffect(() => {
    if (step.at === 'home') say(step.group === null ? t('question') : t('which'));
    if (step.at === 'phone') say(t('phone.title'));
    // The title of a refusal and the number are said by their own screens' live regions and by speech here.
    if (step.at === 'refused') say(t(`refused.${step.why}`));
  }, [step, say, t]);

  const style = { '--mm': `${mm}px` } as CSSProperties;
  const closed = !board.site.open && step.at === 'home';
  return (
    <div ref={root} className={styles.kiosk} style={style} data-large={modes.large} data-low={modes.low} data-step={step.at}>
      <Head board={board} compact={step.at !== 'home'} />
      {step.at !== 'done' && step.at !== 'issuing' && <Languages languages={languages} />}
      <main className={styles.main}>
        {config.maintenance === true && step.at === 'home' ? (
          <Notice title={t('maintenance.title')} text={t('maintenance.text')} />
        ) : offline && step.at === 'home' ? (
          <Notice title={t('offline.title')} text={t('offline.text')} offline />
        ) : closed ? (
          <Closed board={board} />
        ) : (
          <>
            {step.at === 'home' && (
              <Home board={board} group={step.group} onGroup={(id) => move({ do: 'group', id })} onPick={pick} onBack={back} />
            )}
            {step.at === 'phone' && (
              <Phone
                digits={step.digits}
                onDigits={(digits) => move({ do: 'digits', digits })}
                onDone={() => void issue(step.service, step.digits)}
                onSkip={() => void issue(step.service)}
                onBack={back}
              />
            )}
            {step.at === 'issuing' && (
              <p className={styles.issuing} role="status">
                {t('issuing')}
              </p>
            )}
            {step.at === 'done' && <Done ticket={step.ticket} config={config} say={say} onDone={wipe} />}
            {step.at === 'refused' && <Refused why={step.why} detail={step.detail} onDone={back} />}
          </>
        )}
      </main>
      <Foot modes={modes} onChange={changeModes} />
      {left !== null && <IdleWarning seconds={left} onWipe={wipe} />}
    </div>
  );
}
