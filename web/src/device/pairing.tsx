import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { Pairing, PairingState } from '~/api/shapes';
import { Logo } from '~/shared/logo';
import type { DeviceKind } from './token';
import styles from './pairing.module.css';

/** How often the screen asks whether somebody has entered its code. */
const ASK_MS = 2500;
const RETRY_MS = 5000;

/** Shows a code until somebody enters it in the administration; a new one when it has run out. */
export default function PairingScreen({ kind, onPaired }: { kind: DeviceKind; onPaired: (token: string) => void }) {
  const { t } = useTranslation('device');
  const [code, setCode] = useState<string | null>(null);
  const [offline, setOffline] = useState(false);

  useEffect(() => {
    let over = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const later = (f: () => Promise<void>, ms: number) => {
      if (!over) timer = setTimeout(() => void f(), ms);
    };
    const begin = async (): Promise<void> => {
      try {
        const pairing = await api.post<Pairing>('/api/v1/devices/pairing', { type: kind });
        if (over) return;
        setCode(pairing.code);
        setOffline(false);
        later(() => ask(pairing), ASK_MS);
      } catch {
        setOffline(true);
        later(begin, RETRY_MS);
      }
    };
    const ask = async (pairing: Pairing): Promise<void> => {
      if (Date.now() > Date.parse(pairing.expires_at)) return begin();
      try {
        const state = await api.get<PairingState>(`/api/v1/devices/pairing/${encodeURIComponent(pairing.device_code)}`);
        if (over) return;
        setOffline(false);
        if (state.paired && state.token != null) {
          onPaired(state.token);
          return;
        }
      } catch {
        setOffline(true);
      }
      later(() => ask(pairing), ASK_MS);
    };
    void begin();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [kind, onPaired]);

  useEffect(() => {
    document.title = t('pairing.title');
  }, [t]);

  return (
    <main className={styles.page}>
      <Logo size={72} />
      <h1>{t('pairing.title')}</h1>
      <p className={styles.text}>{kind === 'kiosk' ? t('pairing.kiosk') : t('pairing.display')}</p>
      <p className={styles.code} dir="ltr" aria-label={code === null ? t('pairing.wait') : code.split('').join(' ')} data-testid="pairing-code">
        {code === null ? '· · · ·' : `${code.slice(0, 4)} ${code.slice(4)}`}
      </p>
      <p className={styles.text} role="status">
        {offline ? t('pairing.offline') : t('pairing.hint')}
      </p>
    </main>
  );
}
