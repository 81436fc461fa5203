/** What was asked of the server over HTTP, kept for a while. */
import { QueryClient } from "@tanstack/react-query";
import { Refused } from "../protocol/http";

/** Make the memory of one session. What the server refused is not asked again by itself. */
export function newQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // Asked also without a network: then the page says so, rather than waiting in silence.
      mutations: { networkMode: "always" },
      queries: {
        networkMode: "always",
        refetchOnReconnect: true,
        retry: (count, error) => !(error instanceof Refused) && count < 2,
        staleTime: 5_000,
      },
    },
  });
}
