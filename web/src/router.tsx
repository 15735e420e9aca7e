import { createRootRoute, createRoute, createRouter, lazyRouteComponent, notFound, Outlet, redirect } from '@tanstack/react-router';
import { loadTexts } from './i18n';
import { Announcer } from './live/announce';
import { NotFound, PageFault } from './shared/page-states';
import { screenAt } from './screens';
import { Loading } from './shared/states';

/*
 * Every screen of staff, one line each; those of the public and of devices are in `screens.tsx`. A screen is its
 * own chunk: `component` is imported when somebody goes there, and `loader` fetches its texts.
 */

const root = createRootRoute({
  component: () => (
    <>
      <Announcer />
      <Outlet />
    </>
  ),
  notFoundComponent: () => (
    <main className="page-wait">
      <NotFound />
    </main>
  ),
  errorComponent: PageFault,
});

/** Mantine, queries and notifications for everything that staff see; no path of its own. */
const staff = createRoute({
  getParentRoute: () => root,
  id: 'staff',
  loader: () => loadTexts('staff', 'fault'),
  component: lazyRouteComponent(() => import('./staff/providers')),
});

/** The signed-in part of it: head bar, areas, account. Screens of staff hang below this one. */
export const shell = createRoute({
  getParentRoute: () => staff,
  id: 'shell',
  component: lazyRouteComponent(() => import('./staff/shell')),
});

const login = createRoute({
  getParentRoute: () => staff,
  path: '/login',
  loader: () => loadTexts('login'),
  component: lazyRouteComponent(() => import('./staff/login/page')),
});

const agent = createRoute({
  getParentRoute: () => shell,
  path: '/agent',
  loader: () => loadTexts('agent', 'story', 'customer', 'appointments'),
  component: lazyRouteComponent(() => import('./staff/agent/page')),
});

const reception = createRoute({
  getParentRoute: () => shell,
  path: '/reception',
  loader: () => loadTexts('reception', 'appointments', 'book', 'customer', 'story', 'agent'),
  component: lazyRouteComponent(() => import('./staff/reception/page')),
});

const appointments = createRoute({
  getParentRoute: () => shell,
  path: '/appointments',
  loader: () => loadTexts('appointments', 'book', 'reception'),
  component: lazyRouteComponent(() => import('./staff/appointments/page')),
});

const manage = createRoute({
  getParentRoute: () => shell,
  path: '/manage',
  loader: () => loadTexts('manage', 'appointments', 'book', 'reception', 'customer', 'story', 'agent'),
  component: lazyRouteComponent(() => import('./staff/manage/page')),
});

const reports = createRoute({
  getParentRoute: () => shell,
  path: '/reports',
  loader: () => loadTexts('reports', 'story', 'customer', 'appointments', 'agent', 'manage'),
  component: lazyRouteComponent(() => import('./staff/reports/page')),
});

const admin = createRoute({
  getParentRoute: () => shell,
  path: '/admin',
  loader: () => loadTexts('admin', 'agent', 'appointments', 'customer', 'story'),
  component: lazyRouteComponent(() => import('./staff/admin/page')),
});

const platform = createRoute({
  getParentRoute: () => shell,
  path: '/platform',
  loader: () => loadTexts('platform', 'admin'),
  component: lazyRouteComponent(() => import('./staff/platform/page')),
});

const wallet = createRoute({
  getParentRoute: () => shell,
  path: '/wallet',
  loader: () => loadTexts('wallet', 'appointments', 'book'),
  component: lazyRouteComponent(() => import('./staff/wallet/page')),
});

const account = createRoute({
  getParentRoute: () => shell,
  path: '/account',
  loader: () => loadTexts('account'),
  component: lazyRouteComponent(() => import('./staff/account/page')),
});

const organisation = createRoute({
  getParentRoute: () => shell,
  path: '/organisation',
  loader: () => loadTexts('login'),
  component: lazyRouteComponent(() => import('./staff/organisation/page')),
});

/** Public pages have no router of their own to go to from here: the browser loads them as a whole. */
const elsewhere = createRoute({
  getParentRoute: () => root,
  path: '$',
  beforeLoad: ({ location }) => {
    if (screenAt(location.pathname) !== undefined) throw redirect({ href: location.href, reloadDocument: true, replace: true });
    throw notFound();
  },
});

// One line per screen, so that two additions do not meet.
const routeTree = root.addChildren([
  staff.addChildren([
    login,
    shell.addChildren([
      agent,
      reception,
      appointments,
      manage,
      reports,
      admin,
      platform,
      wallet,
      account,
      organisation,
    ]),
  ]),
  elsewhere,
]);

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  defaultPendingMs: 100,
  defaultPendingComponent: Loading,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
