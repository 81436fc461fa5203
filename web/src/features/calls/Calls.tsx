import { useClient } from "../../shell/client";
import { ComingSheet } from "./ComingSheet";
import { useGroupNow } from "./group/groupNow";
import { CallStage, GroupStage } from "./stages";

/** Calls, wherever in the app one is. */
export function Calls() {
  const client = useClient();
  const isInGroup = useGroupNow() !== null;
  if (!client.supportsVoip()) return null;
  return (
    <>
      <ComingSheet />
      <CallStage />
      {isInGroup && <GroupStage />}
    </>
  );
}
