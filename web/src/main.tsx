import 'virtual:tokens.css';
import './design/base.css';
import { StrictMode, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { startTheme } from './design/mode';
import { startTexts } from './i18n';
import { screenAt, Screens } from './screens';

/** Texts that could not be fetched are tried again after this long: a screen on a wall has nobody to press reload. */
const AGAIN_MS = 5000;

/** What stands at this address: a public screen, or the part for staff with everything that it brings along. */
async function app(): Promise<ReactNode> {
  const found = screenAt(location.pathname);
  if (found === undefined) {
    const [{ StaffApp }] = await Promise.all([import('./staff/app'), startTexts()]);
    return <StaffApp />;
  }
  // Code and texts travel together; what fails here is shown by the screen itself.
  found?.screen.load().catch(() => undefined);
  await startTexts(...(found?.screen.texts ?? []));
  return <Screens />;
}

startTheme();
const root = document.getElementById('root');
if (root !== null) {
  app().then(
    (shown) => createRoot(root).render(<StrictMode>{shown}</StrictMode>),
    () => setTimeout(() => location.reload(), AGAIN_MS),
  );
}
