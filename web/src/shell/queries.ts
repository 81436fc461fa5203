/** What was asked of our own server over HTTP, kept while the page lives. */
import { QueryClient } from "@tanstack/react-query";

export const queries = new QueryClient({
  defaultOptions: {
    // Asked also without a network: then the page says so, rather than waiting in silence.
    queries: { networkMode: "always", refetchOnReconnect: true, retry: 1, staleTime: 5_000 },
    mutations: { networkMode: "always" },
  },
});
