import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { isUnderWay } from "../../model/archive";
import { type Archive, archiveOf, askForArchive } from "../../protocol/archive";
import { asker } from "../../protocol/http";
import { useClient } from "../../shell/client";

const KEPT = "courtyard.export";
const KEY = ["archive"] as const;
const LOOK_AGAIN_MS = 1_500;

interface UseArchive {
  /** undefined while it is being looked up; null: none was asked for. */
  readonly archive: Archive | null | undefined;
  readonly error: unknown;
  readonly isAsking: boolean;
  readonly ask: () => void;
  readonly reload: () => Promise<unknown>;
}

/** Return the archive that was asked for last on this device, and how far it is. */
export function useArchive(): UseArchive {
  const ask = asker(useClient().getAccessToken() ?? "");
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: KEY,
    queryFn: async () => {
      const id = localStorage.getItem(KEPT);
      return id === null ? null : archiveOf(ask, id);
    },
    refetchInterval: ({ state }) => (state.data && isUnderWay(state.data) ? LOOK_AGAIN_MS : false),
  });
  const asking = useMutation({
    mutationFn: () => askForArchive(ask),
    onSuccess: (archive) => {
      localStorage.setItem(KEPT, archive.id);
      queries.setQueryData(KEY, archive);
    },
  });
  return {
    archive: query.data,
    error: asking.error ?? query.error,
    isAsking: asking.isPending,
    ask: () => asking.mutate(),
    reload: () => queries.invalidateQueries({ queryKey: KEY }),
  };
}
