import { useQuery } from "@tanstack/react-query";
import type { MatrixClient } from "matrix-js-sdk";
import { type Said, saidOf } from "../../model/said";
import { initial } from "../../model/timeline";
import { isSealed } from "../../protocol/sealing";
import { useClient } from "../../shell/client";
import { factOf } from "./facts";

/** Return a message that is too far back to be loaded, fetched by itself; null until it is there, or when it cannot be had. */
export function useFar(roomId: string, id: string): Said | null {
  const client = useClient();
  const { data } = useQuery({
    queryKey: ["far", roomId, id],
    queryFn: () => fetchSaid(client, roomId, id),
    enabled: id.startsWith("$"),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return data ?? null;
}

/** Return one message of a room as it stands now: the server gives its last edit along. Whom one does not want to hear, one does not hear from far either. */
export async function fetchSaid(client: MatrixClient, roomId: string, id: string): Promise<Said | null> {
  const event = client.getEventMapper()(await client.fetchRoomEvent(roomId, id));
  if (client.isUserIgnored(event.getSender() ?? "")) return null;
  await client.decryptEventIfNeeded(event);
  const isEncrypted = await isSealed(client, roomId);
  const edit = event.replacingEvent();
  if (edit !== null) await client.decryptEventIfNeeded(edit);
  // The SDK takes edits that do not count: that is decided here.
  const facts = [event, edit].flatMap((one) => (one === null ? [] : [factOf(one, isEncrypted)]));
  return saidOf(initial(facts), id, client.getSafeUserId());
}
