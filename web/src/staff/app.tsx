import { RouterProvider } from '@tanstack/react-router';
import { router } from '~/router';

/** Everything behind a log-in, and the log-in itself. */
export function StaffApp() {
  return <RouterProvider router={router} />;
}
