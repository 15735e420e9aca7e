import 'virtual:tokens.css';
import './design/base.css';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { startTheme } from './design/mode';
import { startTexts } from './i18n';
import { router } from './router';

startTheme();
const root = document.getElementById('root');
if (root !== null) {
  void startTexts().then(() => {
    createRoot(root).render(
      <StrictMode>
        <RouterProvider router={router} />
      </StrictMode>,
    );
  });
}
