import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '~/api/client';
import type { DeviceConfig, SiteBoard } from '~/api/shapes';
import { previewOf, PREVIEWS, READY, type Previewed, type Shown } from '~/device/preview-parts';
import { useUser } from '../session';
import { useEntries } from '../shared/use-entries';
import styles from './admin.module.css';

interface SiteEntry {
  readonly id: string;
  readonly slug: string;
  readonly is_default: boolean;
}

/** What a site shows now, to draw a preview with; the default site's where none is named. */
export function useBoardOf(site: string | undefined): SiteBoard | undefined {
  const tenant = useUser().tenant?.slug ?? '';
  const sites = useEntries<SiteEntry>('/sites');
  const found = sites.data?.find((one) => one.id === site) ?? sites.data?.find((one) => one.is_default) ?? sites.data?.[0];
  const path = `/api/v1/public/sites/${encodeURIComponent(tenant)}/${encodeURIComponent(found?.slug ?? '')}`;
  return useQuery({ queryKey: ['preview', path], queryFn: () => api.get<SiteBoard>(path), enabled: found !== undefined, staleTime: 0 }).data;
}

/** How much smaller than itself a screen is drawn so that it fits the width it has here. */
function useScale(width: number) {
  const [scale, setScale] = useState(0);
  const watch = useCallback(
    (box: HTMLDivElement | null) => {
      if (box === null) return;
      const observer = new ResizeObserver(() => setScale(box.clientWidth / width));
      observer.observe(box);
      return () => observer.disconnect();
    },
    [width],
  );
  return [watch, scale] as const;
}

interface Props {
  readonly what: Previewed;
  readonly board: SiteBoard;
  readonly config: DeviceConfig;
}

/** The screen itself in a frame, as large as it is and drawn smaller, with what the form holds. Nobody can touch it. */
export function ScreenPreview({ what, board, config }: Props) {
  const { t } = useTranslation('admin');
  const { width, height } = PREVIEWS[what];
  const [watch, scale] = useScale(width);
  const frame = useRef<HTMLIFrameElement>(null);
  const latest = useRef<Shown>({ board, config });
  const tell = useCallback(() => frame.current?.contentWindow?.postMessage(previewOf(latest.current), location.origin), []);
  useEffect(() => {
    latest.current = { board, config };
    tell();
  }, [board, config, tell]);
  useEffect(() => {
    const hear = (e: MessageEvent<unknown>) => {
      if (e.origin === location.origin && e.source === frame.current?.contentWindow && e.data === READY) tell();
    };
    window.addEventListener('message', hear);
    return () => window.removeEventListener('message', hear);
  }, [tell]);
  return (
    <figure className={styles.preview} aria-label={t(`preview.${what}`)}>
      <figcaption>{t(`preview.${what}`)}</figcaption>
      <div ref={watch} dir="ltr" className={styles.previewBox} data-what={what} style={{ aspectRatio: `${String(width)} / ${String(height)}` }}>
        <iframe ref={frame} key={what} inert title={t(`preview.${what}`)} src={`/preview/${what}`} style={{ width, height, transform: `scale(${String(scale)})` }} data-testid={`admin-preview-${what}`} />
      </div>
    </figure>
  );
}

/** One screen after the other, for what all of them wear. */
export function ScreenPreviews({ board, config }: Omit<Props, 'what'>) {
  const { t } = useTranslation('admin');
  const [what, setWhat] = useState<Previewed>('kiosk');
  return (
    <div className={styles.previews}>
      <SegmentedControl
        fullWidth
        aria-label={t('preview.which')}
        data={(Object.keys(PREVIEWS) as Previewed[]).map((value) => ({ value, label: t(`preview.of.${value}`) }))}
        value={what}
        onChange={(value) => setWhat(value as Previewed)}
        data-testid="admin-preview-which"
      />
      <ScreenPreview what={what} board={board} config={config} />
    </div>
  );
}
