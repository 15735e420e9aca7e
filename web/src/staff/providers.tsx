import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './staff.css';
import { DirectionProvider, MantineProvider, type MantineColorScheme, type MantineColorSchemeManager } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { setNonce } from 'get-nonce';
import * as mode from '~/design/mode';
import { queries } from './queries';
import { theme, variables } from './theme';

/** The page's nonce, without which the browser refuses a style element. */
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
// For the scroll lock below dialogs, which makes its own style element.
if (nonce !== '') setNonce(nonce);

const toMantine = (choice: mode.Theme): MantineColorScheme => (choice === 'system' ? 'auto' : choice);

/** One choice of appearance for the whole app: Mantine reads and writes ours. */
function schemes(): MantineColorSchemeManager {
  let stop: (() => void) | undefined;
  return {
    get: () => toMantine(mode.theme()),
    set: (value) => mode.setTheme(value === 'auto' ? 'system' : value),
    subscribe: (update) => {
      stop = mode.whenThemeChanges(() => update(toMantine(mode.theme())));
    },
    unsubscribe: () => stop?.(),
    clear: () => mode.setTheme('system'),
  };
}
const manager = schemes();

/** What every staff screen stands on. */
export default function Providers() {
  return (
    <QueryClientProvider client={queries}>
      <DirectionProvider>
        <MantineProvider
          theme={theme}
          cssVariablesResolver={variables}
          colorSchemeManager={manager}
          defaultColorScheme="auto"
          getStyleNonce={() => nonce}
        >
          <Notifications position="bottom-center" autoClose={6000} />
          <Outlet />
        </MantineProvider>
      </DirectionProvider>
    </QueryClientProvider>
  );
}
