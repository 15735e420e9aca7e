import { QueryClient } from '@tanstack/react-query';
import { isPassing } from '~/api/fault';

/** Live feeds keep data fresh; a query is fetched once and again only when something says so. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 60_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => count < 2 && isPassing(error),
    },
    mutations: { retry: false },
  },
});
