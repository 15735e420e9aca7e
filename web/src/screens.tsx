import { Component, lazy, Suspense, useEffect, type ComponentType, type ReactNode } from 'react';
import { loadTexts } from './i18n';
import { Announcer } from './live/announce';
import { PublicPage } from './public/page';
import { usePath } from './shared/address';
import { NotFound, PageFault } from './shared/page-states';
import { Loading } from './shared/states';

/*
 * The screens of the public and of devices, one line each; a screen is its own chunk. They are opened by an address
 * and hardly lead to one another: a table and the browser's history are enough, and the router that staff need stays
 * out of what a phone has to fetch.
 */

type Params = Record<string, string>;

/** A screen: how its address looks, the texts it needs, and its code. */
interface Screen {
  readonly address: RegExp;
  readonly texts: readonly string[];
  readonly load: () => Promise<unknown>;
  readonly View: ComponentType<Params>;
}

function screen<P extends Params>(address: RegExp, texts: string[], load: () => Promise<{ default: ComponentType<P> }>): Screen {
  const View = lazy(() => Promise.all([load(), loadTexts(...texts)]).then(([module]) => module));
  // The address gives exactly the members that the component names; `P` says which.
  return { address, texts, load, View: View as unknown as ComponentType<Params> };
}

const SCREENS: readonly Screen[] = [
  screen(/^\/$/, ['public'], () => import('./public/home')),
  screen<{ tenant: string; site: string }>(/^\/s\/(?<tenant>[^/]+)\/(?<site>[^/]+)\/?$/, ['public'], () => import('./public/site')),
  screen<{ secret: string }>(/^\/t\/(?<secret>[^/]*)\/?$/, ['ticket'], () => import('./public/ticket')),
  screen(/^\/book\/?$/, ['book'], () => import('./public/book')),
  screen<{ tenant: string; site: string }>(/^\/book\/(?<tenant>[^/]+)\/(?<site>[^/]+)\/?$/, ['book'], () => import('./public/book/site')),
  screen<{ secret: string }>(/^\/appointments\/(?<secret>[^/]+)\/?$/, ['book', 'public'], () => import('./public/appointment')),
  screen<{ secret: string }>(/^\/waitlist\/(?<secret>[^/]+)\/?$/, ['book'], () => import('./public/appointment/waitlist')),
  screen(/^\/kiosk\/?$/, ['kiosk', 'device'], () => import('./kiosk')),
  screen(/^\/display\/?$/, ['display', 'device'], () => import('./display')),
  screen<{ what: string }>(/^\/preview\/(?<what>kiosk|display|ticket)\/?$/, ['kiosk', 'display', 'device', 'ticket'], () => import('./device/preview')),
];

/**
 * First path segments that are public or a device's, with or without a screen at the rest of the address. Of appointments
 * only what a link opens: all of them are for who is signed in.
 */
const OURS = /^\/(?:$|(?:s|t|book|waitlist|kiosk|display|preview)(?:\/|$)|appointments\/.)/;

/** The screen at `path`; null where there is none, undefined where the address belongs to staff. */
export function screenAt(path: string): { screen: Screen; params: Params } | null | undefined {
  if (!OURS.test(path)) return undefined;
  for (const one of SCREENS) {
    const match = one.address.exec(path);
    if (match === null) continue;
    try {
      const params = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
      return { screen: one, params: Object.fromEntries(params) as Params };
    } catch {
      return null; // a broken escape is not an address of ours
    }
  }
  return null;
}

/** Whichever public screen the address names. */
export function Screens() {
  const path = usePath();
  const found = screenAt(path);
  return (
    <>
      <Announcer />
      <Boundary key={path}>
        <Suspense fallback={<Waiting />}>
          {found == null ? (
            <PublicPage>
              <NotFound />
            </PublicPage>
          ) : (
            <Arrived>
              <found.screen.View {...found.params} />
            </Arrived>
          )}
        </Suspense>
      </Boundary>
    </>
  );
}

/** Until the screen is there: nothing at first, then its outline. */
function Waiting() {
  return (
    <main className="page-wait">
      <Loading rows={4} />
    </main>
  );
}

/** How many screens this page has shown. */
let shown = 0;

/** After a move within the page the reader starts at its beginning, as after a load. */
function Arrived({ children }: { children: ReactNode }) {
  useEffect(() => {
    if (shown++ === 0) return;
    window.scrollTo(0, 0);
    document.getElementById('content')?.focus({ preventScroll: true });
  }, []);
  return children;
}

/** A screen that throws, or whose code the network did not bring, becomes a page with a way out. */
class Boundary extends Component<{ children: ReactNode }, { fault: { error: unknown } | null }> {
  override state: { fault: { error: unknown } | null } = { fault: null };

  static getDerivedStateFromError(error: unknown): { fault: { error: unknown } } {
    return { fault: { error } };
  }

  override render(): ReactNode {
    return this.state.fault === null ? this.props.children : <PageFault error={this.state.fault.error} />;
  }
}
