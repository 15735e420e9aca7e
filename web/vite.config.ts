import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { VitePWA } from 'vite-plugin-pwa';
import { tokensPlugin } from './build/tokens-plugin.ts';

/** The server that `npm run dev` speaks to; override with `USHER_URL`. */
const server = process.env.USHER_URL ?? 'http://127.0.0.1:4000';

export default defineConfig({
  plugins: [
    tokensPlugin(),
    react(),
    VitePWA({
      // Registered by the screens that live for months without a reload (kiosk, board) and by the ticket page;
      // `prompt` leaves it to them to choose a quiet moment for the reload.
      injectRegister: null,
      registerType: 'prompt',
      // The four manifests are plain files in `public/`; each screen links its own.
      manifest: false,
      workbox: {
        // Staff screens are not precached: they are of no use without the server.
        // `scripts/finish.mjs` checks that nothing is missing here that these screens need.
        globPatterns: [
          'assets/{index,base,shared,rolldown-runtime,kiosk,numbers,shelf,use-offline,booking,idle-warning,phone,refused,wishes,needs,done,receipt,tests,display,layout,pairing,ticket,kept-ticket,kept,account-link,chime,speech,use-voice,browser,Icon*,common,device,size,panel-size,sites,words,counter-face,face,view}-*.{js,css}',
          'assets/*-{latin,arabic}-*.woff2',
          'icons/*',
        ],
        navigateFallback: null,
        cleanupOutdatedCaches: true,
        // The page that brought the worker is the first one that it serves: a kiosk is not loaded twice.
        clientsClaim: true,
        runtimeCaching: [
          {
            urlPattern: ({ request, url }) =>
              request.mode === 'navigate' && /^\/(kiosk|display|t\/)/.test(url.pathname),
            handler: 'NetworkFirst',
            options: { cacheName: 'pages', networkTimeoutSeconds: 3, expiration: { maxEntries: 8 } },
          },
          {
            urlPattern: ({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith('/assets/'),
            handler: 'CacheFirst',
            options: { cacheName: 'assets', expiration: { maxEntries: 120 } },
          },
        ],
      },
    }),
  ],
  resolve: { alias: { '~': fileURLToPath(new URL('./src', import.meta.url)) } },
  // The server puts a fresh nonce in place of this mark in every answer.
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    target: 'es2022',
    manifest: true,
    // Nothing inline: the policy allows files of our own only.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // Two files that every screen needs, instead of twenty small ones: what changes only with a dependency
        // stays in caches over our own releases.
        codeSplitting: {
          groups: [
            { name: 'base', test: /node_modules\/(react|react-dom|scheduler|i18next|react-i18next)\//, priority: 2 },
            // What few screens need is not fetched by all.
            { name: 'shared', test: /\/src\/(api|live|shared|i18n\/[^/]+\.ts)/, priority: 1, minShareCount: 4 },
          ],
        },
      },
    },
  },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/ws', '/socket.io', '/graphql', '/getETA', '/updateQueue', '/feedback'].map((path) => [
        path,
        { target: server, ws: ['/ws', '/socket.io', '/graphql'].includes(path) },
      ]),
    ),
  },
  test: {
    environment: 'happy-dom',
    setupFiles: ['src/test-setup.ts'],
    projects: [
      { extends: true, test: { name: 'screens', include: ['src/**/*.test.tsx'] } },
      // What draws nothing shares one window: a new one for each file takes eight times as long.
      { extends: true, test: { name: 'logic', include: ['src/**/*.test.ts'], isolate: false } },
    ],
  },
});
