import type { Branding, DeviceConfig, SiteBoard } from '~/api/shapes';

/** The screens that a form of the administration shows beside itself, each as large as it usually is, in CSS pixels. */
export const PREVIEWS = {
  kiosk: { width: 1080, height: 1920 },
  display: { width: 1920, height: 1080 },
  ticket: { width: 360, height: 640 },
} as const;

export type Previewed = keyof typeof PREVIEWS;

/** What a preview draws. */
export interface Shown {
  readonly board: SiteBoard;
  readonly config: DeviceConfig;
}

/** What a preview says once it can hear. */
export const READY = 'usher.preview.ready';
const SHOW = 'usher.preview.show';

/** What a form tells its preview. */
export const previewOf = (shown: Shown) => ({ kind: SHOW, ...shown });

/** What a preview is told; null for anything else that is said in a window. */
export function previewIn(data: unknown): Shown | null {
  if (typeof data !== 'object' || data === null || !('kind' in data) || data.kind !== SHOW) return null;
  const { board, config } = data as Partial<Shown>;
  return board !== undefined && config !== undefined ? { board, config } : null;
}

/** The board with colours and logo that are not saved yet. */
export function branded(board: SiteBoard, branding: Branding): SiteBoard {
  return { ...board, tenant: { ...board.tenant, branding } };
}
