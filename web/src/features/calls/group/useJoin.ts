import { useClient } from "../../../shell/client";
import { showRefusal } from "../../../shell/refusals";
import { useRestriction } from "../../standing/useRestriction";
import { whenHere } from "../coming";
import { GroupStage } from "../stages";

/** Fetch what carries a group's call, and what shows it: a call that nobody sees must not begin. */
async function fetched() {
  const [desk] = await Promise.all([import("./desk"), GroupStage.fetch()]);
  return desk;
}

/** Return what goes into a group's call, or begins it. What it needs comes when it is first used. */
export function useJoin(): (roomId: string, isVideo: boolean) => void {
  const client = useClient();
  // To call in a group is to speak in it.
  const restriction = useRestriction("chat.group.send");
  return (roomId, isVideo) => {
    if (restriction !== null) showRefusal(restriction);
    else void whenHere(fetched, ({ groupDeskOf }) => groupDeskOf(client).join(roomId, isVideo));
  };
}
