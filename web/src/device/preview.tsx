import { useEffect, useMemo, useState } from 'react';
import type { DeviceConfig, PublicTicket, SiteBoard } from '~/api/shapes';
import { useBrand } from '~/design/mode';
import { ofCounters, withBoard } from '~/display/calls';
import { BoardFace } from '~/display/face';
import { alone } from '~/display/sites';
import { setLanguage } from '~/i18n';
import { offered } from '~/i18n/languages';
import { Kiosk } from '~/kiosk/kiosk';
import { LiveClock } from '~/live/clock';
import { useNow } from '~/live/use-live';
import { TicketView } from '~/public/ticket/view';
import { previewIn, READY, type Shown } from './preview-parts';
import type { Device } from './use-device';

/** So often the preview says to itself that it is up to date: nothing feeds it but the form around it. */
const HEAR_MS = 1000;

/** No device: it asks the server for nothing, and gives nobody a ticket. */
const NO_DEVICE: Device = { token: null, pair: () => undefined, refused: () => false, ticket: () => Promise.reject(new Error('a preview has no feed')) };

/**
 * `/preview/{what}`: the screen itself, drawn with what a form of the administration holds and not yet saved. It stands
 * in a frame of that form, which sends it everything; by itself it stays empty. Nobody can touch it.
 */
export default function PreviewPage({ what }: { what: string }) {
  const [shown, setShown] = useState<Shown | null>(null);
  useEffect(() => {
    const hear = (e: MessageEvent<unknown>) => {
      if (e.origin !== location.origin || e.source !== window.parent) return;
      const read = previewIn(e.data);
      if (read !== null) setShown(read);
    };
    window.addEventListener('message', hear);
    if (window.parent !== window) window.parent.postMessage(READY, location.origin);
    return () => window.removeEventListener('message', hear);
  }, []);
  if (shown === null) return null;
  return (
    <div inert style={{ display: 'contents' }} data-testid="preview">
      {what === 'kiosk' && <KioskPreview {...shown} />}
      {what === 'display' && <BoardPreview {...shown} />}
      {what === 'ticket' && <TicketPreview {...shown} />}
    </div>
  );
}

/** The clock of a feed that is always there. */
function useFresh(): LiveClock {
  const [clock] = useState(() => new LiveClock());
  useEffect(() => {
    clock.hear();
    const timer = setInterval(() => clock.hear(), HEAR_MS);
    return () => clearInterval(timer);
  }, [clock]);
  return clock;
}

function KioskPreview({ board, config }: Shown) {
  // The time goes on from when the board was read.
  const now = useNow();
  const [opened] = useState(now);
  // Numbers for a time without the network are the device's own.
  const safe = useMemo<DeviceConfig>(() => ({ ...config, offline_numbers: 0 }), [config]);
  return <Kiosk board={board} config={safe} device={NO_DEVICE} offline={false} age={{ since: Date.parse(board.at), expired: false }} now={Date.parse(board.at) + now - opened} onRest={() => undefined} silent />;
}

function BoardPreview({ board: whole, config }: Shown) {
  const board = useMemo(() => alone(ofCounters(whole, config.counters)), [whole, config.counters]);
  const clock = useFresh();
  const now = useNow();
  const languages = offered(config.languages !== undefined && config.languages.length > 0 ? config.languages : board.tenant.locales);
  const [first = 'en'] = languages;
  useEffect(() => {
    void setLanguage(first, false);
  }, [first]);
  useBrand(board.tenant.branding?.primary_color);
  const names = { tenant: board.tenant.name, site: board.site.name, zone: board.site.timezone };
  return <BoardFace names={names} config={config} board={board} rows={withBoard([], board, new Set(), now)} clock={clock} stale={null} late={false} locked={false} heard={null} joinCode={null} now={now} />;
}

/** A ticket as somebody would have it who joined just now. */
export function sampleTicket(board: SiteBoard): PublicTicket | null {
  const queue = board.queues.find((one) => one.status === 'open' && one.services.length > 0) ?? board.queues.find((one) => one.services.length > 0);
  const service = queue?.services[0];
  if (queue === undefined || service === undefined) return null;
  const { name, slug, timezone, address } = board.site;
  return {
    number: `${queue.prefix === '' ? 'A' : queue.prefix}-042`,
    status: 'waiting',
    site: { name, slug, timezone, address, closed: null },
    tenant: { slug: board.tenant.slug, name: board.tenant.name, branding: board.tenant.branding },
    queue: { id: queue.id, name: queue.name },
    service: { id: service.id, name: service.name },
    position: 4,
    people_ahead: 3,
    asks_still_coming: false,
    near: false,
    joined_after: 2,
    moved: null,
    closed_because: null,
    estimates_kept: null,
    with: null,
    estimate: queue.estimate,
    counter: null,
    called_at: null,
    recalls: 0,
    come_within_minutes: 0,
    parked_until: null,
    ended_at: null,
    cause: null,
    rejoin_until: null,
    next: null,
    moved_to: null,
    can: ['postpone', 'leave'],
    issued_at: board.at,
    at: board.at,
  };
}

function TicketPreview({ board }: Shown) {
  const clock = useFresh();
  const ticket = useMemo(() => sampleTicket(board), [board]);
  useBrand(board.tenant.branding?.primary_color);
  return ticket === null ? null : <TicketView ticket={ticket} secret="" clock={clock} act={() => Promise.resolve(ticket)} />;
}
