import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { DeviceBoard } from '~/api/shapes';
import type { Device } from '~/device/use-device';
import { Qr } from '~/shared/qr';
import styles from './display.module.css';

/** A code that is shown for a while. */
export type Code = NonNullable<DeviceBoard['join_code']>;

/** So long before its end the next code is asked for, so that none is shown that has run out. */
const AHEAD_MS = 1000;
const RETRY_MS = 5000;

/** The code that one scans here to join: the next one is there when it ends. Null while no line asks for one. */
export function useJoinCode(device: Device, wanted: boolean): Code | null {
  const [code, setCode] = useState<Code | null>(null);
  useEffect(() => {
    if (!wanted) return undefined;
    let over = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = (ms: number) => {
      if (!over) timer = setTimeout(read, ms);
    };
    const read = () => {
      api.get<DeviceBoard>('/api/v1/device/board', { token: device.token ?? undefined }).then(
        ({ join_code, at }) => {
          if (over) return;
          setCode(join_code);
          // By the server's clock: a screen's own may be wrong.
          if (join_code !== null) again(Math.max(AHEAD_MS, Date.parse(join_code.until) - Date.parse(at) + AHEAD_MS));
        },
        (error: unknown) => {
          if (!device.refused(error)) again(RETRY_MS);
        },
      );
    };
    read();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [device, wanted]);
  return wanted ? code : null;
}

/** The code with a word on what it is for. */
export function JoinCode({ code, base }: { code: Code; base: string }) {
  const { t } = useTranslation('display');
  return (
    <div className={styles.join} data-testid="display-join">
      <Qr text={new URL(code.url, base).href} label={t('join.scan')} className={styles.joinQr ?? ''} />
      <p>
        {t('join.scan')}
        <bdi dir="ltr" className={styles.joinCode} data-testid="display-join-code">
          {`${code.code.slice(0, 4)} ${code.code.slice(4)}`}
        </bdi>
      </p>
    </div>
  );
}
